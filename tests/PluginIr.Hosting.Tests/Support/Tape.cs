using PluginIr.Devices;
using PluginIr.Hosting.Plugins;
using PluginIr.Runtime;
using PluginIr.Runtime.Priority;
using Xunit;

namespace PluginIr.Hosting.Tests.Support;

/// <summary>The tape plugin, installed; and what is put on its device. One <see cref="TapeDrive"/> is in the machine at a time.</summary>
internal static class Tape
{
    /// <summary>The collection of the tests that put a drive in: they run one after another.</summary>
    public const string Collection = "tape";

    public static DeviceKind Kind { get; } = DeviceKind.Get("tape");

    public static Device Device { get; } = new(Kind);

    /// <summary>A host that serves the plugin's first version, before native.</summary>
    public static async Task<PluginFolders> InstallAsync()
    {
        var folders = new PluginFolders();
        PluginStatus status = await folders.InstallAsync(Builds.TapeV1, "tape");
        Assert.Null(status.Problem);
        folders.Runtime.SetPriority(folders.Runtime.Registry.Priority.With(PriorityTable.AnyOp, "tape", "native"));
        return folders;
    }

    /// <summary>Two rows of two on the device, float32, 16 bytes.</summary>
    public static Tensor Filled(IrRuntime ir, float value)
    {
        using Tensor host = Tensor.From<float>([value, value, value, value], 2, 2);
        return ir.ToDevice(host, Device);
    }
}
