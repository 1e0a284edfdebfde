namespace PluginIr.Hosting.Loading;

/// <summary>The steps from a folder to a serving generation, in order.</summary>
public enum LoadStep
{
    /// <summary>Reading the manifest.</summary>
    Manifest,

    /// <summary>Copying the files and checking their hashes.</summary>
    Copy,

    /// <summary>Comparing contract versions.</summary>
    Contract,

    /// <summary>Loading the assemblies.</summary>
    Load,

    /// <summary>Running the plugin's registration.</summary>
    Register,

    /// <summary>Comparing its kernels with native.</summary>
    Prove,

    /// <summary>Putting the generation into the registry.</summary>
    Publish,
}
