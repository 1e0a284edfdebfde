namespace PluginIr.Generators.Model;

/// <summary>An op that some assembly declares, as far as its kernels must know it.</summary>
/// <param name="Schema">The canonical schema text.</param>
/// <param name="AllowInplace">True when kernels may work in place.</param>
/// <param name="Declarer">The assembly or class that declares it, for messages.</param>
internal sealed record KnownOp(string Schema, bool AllowInplace, string Declarer)
{
    /// <summary>The op's name: the schema text up to its parameters.</summary>
    public string Name => Schema.Substring(0, Schema.IndexOf('('));
}
