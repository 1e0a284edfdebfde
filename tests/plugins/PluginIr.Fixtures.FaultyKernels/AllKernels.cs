using PluginIr.Generated;
using PluginIr.Registration;

namespace PluginIr.Fixtures.FaultyKernels;

/// <summary>What the plugin beside this one picks from.</summary>
public static class AllKernels
{
    /// <summary>Registers one provider of this assembly.</summary>
    /// <param name="registrar">Where.</param>
    /// <param name="provider">Which.</param>
    /// <param name="change">Changes what is registered of each kernel; null for nothing.</param>
    public static void Register(IKernelRegistrar registrar, string provider, Func<KernelDescriptor, KernelDescriptor>? change = null) =>
        new PluginIr_Fixtures_FaultyKernelsPlugin().Register(new Only(registrar, provider, change ?? (kernel => kernel)));

    /// <summary>Says for how long the kernel that holds calls does.</summary>
    /// <param name="file">While this file exists.</param>
    public static void HoldWhileExists(string file) => Holds.WhileExists = file;

    /// <summary>Comes back when a file is gone.</summary>
    public static void WaitWhileExists(string file) => Holds.Wait(file);

    /// <summary>Frees what its kernels work on.</summary>
    public static void Dispose() => new PluginIr_Fixtures_FaultyKernelsPlugin().Dispose();

    private sealed class Only(IKernelRegistrar registrar, string provider, Func<KernelDescriptor, KernelDescriptor> change) : IKernelRegistrar
    {
        public void AddOp(OpDescriptor op)
        {
        }

        public void AddProvider(ProviderDescriptor added)
        {
            if (added.Name == provider)
                registrar.AddProvider(added);
        }

        public void AddKernel(KernelDescriptor kernel)
        {
            if (kernel.Provider == provider)
                registrar.AddKernel(change(kernel));
        }
    }
}
