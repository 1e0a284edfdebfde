using System.Runtime.CompilerServices;

namespace PluginIr.Registration;

/// <summary>A plugin's entry point. The source generator writes one for every assembly that declares ops or providers.</summary>
public abstract class KernelPlugin : IDisposable
{
    /// <summary>Registers everything that the plugin brings.</summary>
    public abstract void Register(IKernelRegistrar registrar);

    /// <summary>
    /// Compiles what calls enter directly, kernels and predicates. Hosts call it before a generation serves: running packed entries does not do
    /// it, because the compiler puts small kernels into them.
    /// </summary>
    public virtual void CompileEntries()
    {
    }

    /// <summary>Compiles some entries; for <see cref="CompileEntries"/>.</summary>
    /// <param name="entries">The methods.</param>
    protected static void Compile(params ReadOnlySpan<Delegate> entries)
    {
        foreach (Delegate entry in entries)
            RuntimeHelpers.PrepareMethod(entry.Method.MethodHandle);
    }

    /// <summary>Frees native resources. Called once, when no call is inside the plugin and none can enter.</summary>
    public virtual void Dispose() => GC.SuppressFinalize(this);
}
