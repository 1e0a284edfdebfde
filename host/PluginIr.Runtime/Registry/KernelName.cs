namespace PluginIr.Runtime.Registry;

/// <summary>Which kernel of which generation. Names only: it keeps nothing loaded.</summary>
/// <param name="Plugin">The plugin's name.</param>
/// <param name="Generation">The number of its generation.</param>
/// <param name="Provider">The provider.</param>
/// <param name="Op">The op.</param>
public sealed record KernelName(string Plugin, int Generation, string Provider, string Op)
{
    /// <summary>The name of a registered kernel.</summary>
    public static KernelName Of(RegisteredKernel kernel) =>
        new(kernel.Generation.Plugin, kernel.Generation.Number, kernel.Provider.Name, kernel.Op.Name);
}
