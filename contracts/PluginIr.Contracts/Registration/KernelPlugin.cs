namespace PluginIr.Registration;

/// <summary>A plugin's entry point. The source generator writes one for every assembly that declares ops or providers.</summary>
public abstract class KernelPlugin : IDisposable
{
    /// <summary>Registers everything that the plugin brings.</summary>
    public abstract void Register(IKernelRegistrar registrar);

    /// <summary>Frees native resources. Called once, when no call is inside the plugin and none can enter.</summary>
    public virtual void Dispose() => GC.SuppressFinalize(this);
}
