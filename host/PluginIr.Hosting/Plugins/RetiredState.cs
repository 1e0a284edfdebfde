namespace PluginIr.Hosting.Plugins;

/// <summary>What a generation that is out of the registry waits for.</summary>
public enum RetiredState
{
    /// <summary>Calls are still inside it. It is neither disposed nor unloaded before they have left.</summary>
    Draining,

    /// <summary>It was disposed, and the garbage collector has not yet found that nothing refers to it.</summary>
    Unloading,

    /// <summary>It stayed in memory after a number of collections: something refers to what is inside it.</summary>
    Leaked,
}
