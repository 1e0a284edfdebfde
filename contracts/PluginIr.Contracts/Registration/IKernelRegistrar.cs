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

    /// <summary>Registers a fusion. Who compiles no graphs has no use for it.</summary>
    void AddFusion(FusionDescriptor fusion)
    {
    }

    /// <summary>Registers the runtime of a kind of device. Who has no use for devices need not take it.</summary>
    void AddDeviceRuntime(DeviceRuntimeDescriptor runtime)
    {
    }
}
