namespace PluginIr.Runtime.Registry;

/// <summary>A kernel that is offered no call. Names only: it keeps nothing loaded.</summary>
/// <param name="Plugin">The plugin's name.</param>
/// <param name="Generation">The number of its generation.</param>
/// <param name="Provider">The provider.</param>
/// <param name="Op">The op.</param>
/// <param name="Reason">Why.</param>
public sealed record SetAsideKernel(string Plugin, int Generation, string Provider, string Op, SetAsideReason Reason)
{
    /// <summary>The kernel of this name, set aside.</summary>
    internal static SetAsideKernel Of(KernelName kernel, SetAsideReason reason) => new(kernel.Plugin, kernel.Generation, kernel.Provider, kernel.Op, reason);

    /// <summary>True when this is the kernel of that name.</summary>
    public bool Is(KernelName kernel) =>
        Op == kernel.Op && Provider == kernel.Provider && Generation == kernel.Generation && Plugin == kernel.Plugin;

    /// <summary>Why it is set aside and when that ends, in words.</summary>
    public string Explain() => Reason == SetAsideReason.Threw
        ? "set aside, because it threw too often; its plugin's next build is tried again"
        : $"set aside, because it does not do as the definition of {Op} does; it is tried again with the next build of its plugin or of the one that declares the op";
}
