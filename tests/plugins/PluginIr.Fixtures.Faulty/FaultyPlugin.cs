using System.Runtime.InteropServices;
using PluginIr.Fixtures.Faulty;
using PluginIr.Fixtures.FaultyKernels;
using PluginIr.Registration;
using PluginIr.Schemas;

[assembly: KernelPlugin(typeof(FaultyPlugin))]

namespace PluginIr.Fixtures.Faulty;

/// <summary>A plugin that is broken in the way that <see cref="Fault"/> says. Written by hand: the generator refuses most of this.</summary>
public sealed partial class FaultyPlugin : KernelPlugin
{
    private readonly Fault _fault = Fault.Read();

    /// <summary>Creates it.</summary>
    public FaultyPlugin()
    {
        switch (_fault.Name)
        {
            case "constructor-throws":
                throw new InvalidOperationException("this constructor always throws");
            case "constructor-type-initializer-throws":
                _ = Unlicensed.Seats;
                break;
            case "constructor-crashes":
                Environment.FailFast("this constructor always ends the process");
                break;
            case "constructor-hangs":
                Thread.Sleep(Timeout.Infinite);
                break;
            case "constructor-waits":
                AllKernels.WaitWhileExists(_fault.Text);
                break;
            case "folder-deleted-mid-load":
                Directory.Delete(_fault.Text, recursive: true);
                break;
        }
    }

    /// <inheritdoc/>
    public override void Register(IKernelRegistrar registrar)
    {
        switch (_fault.Name)
        {
            case "kernel":
                AllKernels.Register(registrar, _fault.Text);
                break;
            case "registration-throws" or "registration-and-dispose-throw":
                throw new InvalidOperationException("this registration always throws");
            case "type-initializer-throws":
                _ = Unlicensed.Seats;
                break;
            case "missing-native-library":
                NotThere();
                break;
            case "provider-name":
                AddHarmless(registrar, _fault.Text, kernel => kernel);
                break;
            case "schema-drift":
                AddHarmless(registrar, "harmless", kernel => With(kernel, Drifted(kernel.Schema), kernel.Provider));
                break;
            case "holds":
                AllKernels.HoldWhileExists(_fault.Text);
                AllKernels.Register(registrar, "holds");
                break;
            default:
                AllKernels.Register(registrar, "harmless");
                Pin();
                break;
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        if (_fault.Name is "dispose-throws" or "registration-and-dispose-throw")
            throw new InvalidOperationException("this Dispose always throws");
        if (_fault.Name == "dispose-hangs")
            Thread.Sleep(Timeout.Infinite);
        AllKernels.Dispose();
        base.Dispose();
    }

    private void Pin()
    {
        switch (_fault.Name)
        {
            case "pinned-by-thread":
                Pins.ByThread();
                break;
            case "pinned-by-timer":
                Pins.ByTimer();
                break;
            case "pinned-by-static":
                Pins.ByStatic();
                break;
        }
    }

    private static void AddHarmless(IKernelRegistrar registrar, string provider, Func<KernelDescriptor, KernelDescriptor> change)
    {
        registrar.AddProvider(new ProviderDescriptor { Name = provider, Device = DeviceKind.Cpu, Support = Support.Yes });
        AllKernels.Register(new KernelsOnly(registrar), "harmless", kernel => change(With(kernel, kernel.Schema, provider)));
    }

    // The op as a later version of it could be: one input more.
    private static string Drifted(string schema) => OpSchema.Parse(schema.Replace(")", ", float slope=1.702)", StringComparison.Ordinal)).Text;

    private static KernelDescriptor With(KernelDescriptor kernel, string schema, string provider) => new()
    {
        Schema = schema,
        Provider = provider,
        Method = kernel.Method,
        Entry = kernel.Entry,
        PackedEntry = kernel.PackedEntry,
        Strided = kernel.Strided,
    };

    [LibraryImport("pluginir_library_that_is_nowhere", EntryPoint = "not_there")]
    private static partial void NotThere();

    private sealed class KernelsOnly(IKernelRegistrar registrar) : IKernelRegistrar
    {
        public void AddOp(OpDescriptor op) => registrar.AddOp(op);

        public void AddProvider(ProviderDescriptor provider)
        {
        }

        public void AddKernel(KernelDescriptor kernel) => registrar.AddKernel(kernel);
    }
}
