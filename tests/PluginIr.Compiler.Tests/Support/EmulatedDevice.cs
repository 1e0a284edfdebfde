using PluginIr.Fixtures.Emulated;
using PluginIr.Runtime;
using PluginIr.Runtime.Priority;
using PluginIr.Runtime.Registry;

namespace PluginIr.Compiler.Tests.Support;

/// <summary>A runtime with the emulated device, as a host makes and swaps it.</summary>
internal sealed class EmulatedDevice
{
    private Generation _serving = Load(1);

    public EmulatedDevice(params string[] priority)
    {
        Runtime.Replace(_serving.Plugin, _serving);
        Runtime.SetPriority(PriorityTable.Default.With(PriorityTable.AnyOp, [.. priority, "emulated"]));
    }

    public static Device Device { get; } = new(DeviceKind.Get("emulated"));

    public IrRuntime Runtime { get; } = new();

    /// <summary>Graphs that were captured, and those of them that were destroyed, by all devices of the process.</summary>
    public static (long Captured, long Destroyed) Graphs => (EmulatedRuntime.Counts[0], EmulatedRuntime.Counts[2]);

    /// <summary>Puts the plugin's next generation in the place of the one that serves, and waits until nothing of that one runs.</summary>
    public async Task SwapAsync()
    {
        Generation old = _serving;
        _serving = Load(old.Number + 1);
        await Runtime.DrainAsync(Runtime.Replace(_serving.Plugin, _serving));
        Runtime.SynchronizeDevices(old);
    }

    private static Generation Load(int number) =>
        PluginRegistration.Read(typeof(EmulatedRuntime).Assembly, new PluginBuild("emulated", number, "1.0", $"hash{number}")).Generation;
}
