namespace PluginIr.Runtime.Registry;

/// <summary>A kernel that threw too often and is offered no call until its plugin's next generation. Names only: it keeps nothing loaded.</summary>
/// <param name="Plugin">The plugin's name.</param>
/// <param name="Generation">The number of its generation.</param>
/// <param name="Provider">The provider.</param>
/// <param name="Op">The op.</param>
public sealed record SetAsideKernel(string Plugin, int Generation, string Provider, string Op)
{
    /// <summary>The name of a registered kernel in this form.</summary>
    public static SetAsideKernel Of(RegisteredKernel kernel) =>
        new(kernel.Generation.Plugin, kernel.Generation.Number, kernel.Provider.Name, kernel.Op.Name);
}
