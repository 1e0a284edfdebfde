namespace PluginIr.Generators.Model;

/// <summary>A user's class that the generator adds members to.</summary>
/// <param name="Namespace">Its namespace; empty for the global one.</param>
/// <param name="Name">Its name, with <c>@</c> where C# needs it.</param>
/// <param name="IsPublic">True for a public class, otherwise it is internal.</param>
internal sealed record ClassModel(string Namespace, string Name, bool IsPublic)
{
    /// <summary>The name with its namespace, as messages show it.</summary>
    public string FullName => Namespace.Length == 0 ? Name : Namespace + "." + Name;

    /// <summary>The name as generated code refers to it, whatever is in scope.</summary>
    public string GlobalName => "global::" + FullName;
}
