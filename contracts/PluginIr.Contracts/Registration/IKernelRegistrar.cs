namespace PluginIr.Registration;

/// <summary>What a plugin registers with. The host collects everything and checks it before any of it is used.</summary>
public interface IKernelRegistrar
{
    /// <summary>Registers an op that the plugin declares.</summary>
    void AddOp(OpDescriptor op);

    /// <summary>Registers a provider.</summary>
    void AddProvider(ProviderDescriptor provider);

    /// <summary>Registers a kernel of a provider that was added before.</summary>
    void AddKernel(KernelDescriptor kernel);
}
