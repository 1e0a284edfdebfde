namespace PluginIr.Runtime.Registry;

/// <summary>Why a kernel is offered no calls.</summary>
public enum SetAsideReason
{
    /// <summary>It threw too often while it served. Its plugin's next build is tried again.</summary>
    Threw,

    /// <summary>It does not do as its op's definition does, which another plugin brings. It is tried again with the next build of either plugin.</summary>
    Unfit,
}
