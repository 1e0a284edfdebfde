using System.Reflection;
using System.Runtime.CompilerServices;
using PluginIr.Conformance;
using PluginIr.Devices;
using PluginIr.Dispatch;
using PluginIr.Hosting.Tests.Support;
using PluginIr.Ops;
using PluginIr.Runtime;
using PluginIr.Runtime.Devices;
using Xunit;

namespace PluginIr.Hosting.Tests;

/// <summary>What is done on a device that is not the host: calls, copies, and memory.</summary>
[Collection(Tape.Collection)]
public sealed class DeviceTests : IDisposable
{
    private readonly TapeDrive _drive = new();

    [Fact]
    public async Task A_call_on_a_device_goes_to_its_kernel_and_its_results_come_back()
    {
        await using PluginFolders folders = await Tape.InstallAsync();
        IrRuntime ir = folders.Runtime;
        using Tensor x = Tensor.From<float>([1, 2, 3, 4], 2, 2), y = Tensor.From<float>([10, 20, 30, 40], 2, 2);
        using Tensor far = ir.ToDevice(x, Tape.Device), other = ir.ToDevice(y, Tape.Device), sum = ir.Add(far, other);
        Assert.Equal(Tape.Device, sum.Device);
        Assert.Throws<InvalidOperationException>(() => sum.AsSpan<float>());
        using Tensor back = ir.ToHost(sum);
        Assert.Equal([11f, 22, 33, 44], back.AsSpan<float>());
        Assert.Equal([1f, 2, 3, 4], x.AsSpan<float>());

        using Tensor donated = ir.AddMaybeInplace(far, other);
        using Tensor inPlace = ir.ToHost(donated);
        Assert.Equal([11f, 22, 33, 44], inPlace.AsSpan<float>());
    }

    [Fact]
    public async Task Inputs_on_different_devices_are_refused_with_what_to_do()
    {
        await using PluginFolders folders = await Tape.InstallAsync();
        using Tensor x = Tensor.Zeros(DType.Float32, 2, 2), far = folders.Runtime.ToDevice(x, Tape.Device), second = folders.Runtime.ToDevice(x, new Device(Tape.Kind, 1));
        Assert.Contains("'y' is on cpu, the call's first tensor on tape; copy one", Assert.Throws<OpArgumentException>(() => folders.Runtime.Add(far, x)).Message);
        Assert.Contains("'y' is on tape:1", Assert.Throws<OpArgumentException>(() => folders.Runtime.Add(far, second)).Message);
    }

    [Fact]
    public async Task A_device_that_is_not_there_is_named_with_how_many_there_are()
    {
        await using PluginFolders folders = await Tape.InstallAsync();
        var spec = new TensorSpec(DType.Float32, 2);
        Assert.Contains("found 2", Assert.Throws<InvalidOperationException>(() => folders.Runtime.Allocate(spec, new Device(Tape.Kind, 2))).Message);
        Assert.Contains(
            "No loaded plugin brings a device runtime for 'npu'",
            Assert.Throws<InvalidOperationException>(() => folders.Runtime.Allocate(spec, new Device(DeviceKind.Get("npu")))).Message);
    }

    [Fact]
    public async Task Strided_tensors_are_copied_to_from_and_within_a_device_by_their_elements()
    {
        await using PluginFolders folders = await Tape.InstallAsync();
        IrRuntime ir = folders.Runtime;
        using Tensor x = Tensor.From<float>([1, 2, 3, 4, 5, 6], 2, 3), columns = x.Slice(1, 1, 2);
        using Tensor far = ir.ToDevice(columns, Tape.Device), back = ir.ToHost(far);
        Assert.Equal([2f, 3, 5, 6], back.AsSpan<float>());

        using Tensor whole = ir.ToDevice(x, Tape.Device), farColumns = whole.Slice(1, 0, 2), fetched = ir.ToHost(farColumns);
        Assert.Equal([1f, 2, 4, 5], fetched.AsSpan<float>());
        ir.Copy(far, farColumns);
        using Tensor changed = ir.ToHost(whole);
        Assert.Equal([2f, 3, 3, 5, 6, 6], changed.AsSpan<float>());

        using Tensor elsewhere = ir.ToDevice(farColumns, new Device(Tape.Kind, 1)), fromThere = ir.ToHost(elsewhere);
        Assert.Equal([2f, 3, 5, 6], fromThere.AsSpan<float>());
        using Tensor shifted = whole.Slice(1, 1, 2);
        Assert.Contains("overlap", Assert.Throws<ArgumentException>(() => ir.Copy(farColumns, shifted)).Message);
    }

    // 65536 pieces are copied and one more is not, to a device as within it; a copy from it is one piece however its elements lie.
    [Fact]
    public async Task A_copy_in_more_pieces_than_a_device_is_asked_for_is_refused_with_how_many_and_what_to_do()
    {
        await using PluginFolders folders = await Tape.InstallAsync();
        IrRuntime ir = folders.Runtime;
        const int Most = 1 << 16;
        using Tensor values = Tensor.Empty(new TensorSpec(DType.UInt8, Most + 1, 1)), read = Tensor.Empty(values.Spec);
        values.AsSpan<byte>().Fill(7);
        using Tensor source = ir.ToDevice(values, Tape.Device), wide = ir.Allocate(new TensorSpec(DType.UInt8, Most + 1, 2), Tape.Device), column = wide.Slice(1, 0, 1);
        foreach (Tensor from in (Tensor[])[source, values])
        {
            string refused = Assert.Throws<InvalidOperationException>(() => ir.Copy(from, column)).Message;
            Assert.Contains($"would take {Most + 1} copies of their own, as their strides make them; {Most} at most are done.", refused);
            Assert.EndsWith("Bring the elements into row-major order on the host, and copy to a contiguous tensor.", refused);
        }

        using Tensor fewer = source.Slice(0, 0, Most), fewerOfColumn = column.Slice(0, 0, Most);
        ir.Copy(fewer, fewerOfColumn);
        ir.Copy(column, read);
        Assert.Equal(values.AsSpan<byte>()[..Most], read.AsSpan<byte>()[..Most]);
    }

    [Fact]
    public async Task An_output_comes_from_the_snapshot_that_its_call_is_inside_of_whatever_serves_meanwhile()
    {
        await using PluginFolders folders = await Tape.InstallAsync();
        IrRuntime ir = folders.Runtime;
        var spec = new TensorSpec(DType.Float32, 2, 2);
        CallSlot call = ir.Enter(OpId.None, out Snapshot entered);
        try
        {
            Directory.Delete(folders["tape"], recursive: true);
            await folders.ScanAsync();
            Assert.Throws<InvalidOperationException>(() => ir.Allocate(spec, Tape.Device));
            using Tensor output = ir.Allocate(spec, Tape.Device, entered), onHost = ir.Allocate(spec, Device.Cpu, entered);
            Assert.Equal((Tape.Device, Device.Cpu), (output.Device, onHost.Device));
        }
        finally
        {
            call.Leave();
        }
    }

    [Fact]
    public async Task A_plugins_status_shows_its_devices_with_current_and_peak_memory_and_what_their_runtime_notes()
    {
        await using PluginFolders folders = await Tape.InstallAsync();
        Assert.All(Status(folders).Devices, d => Assert.True(d.Memory is null || d.Memory.Value.CurrentBytes == 0));
        using (Tensor _ = Tape.Filled(folders.Runtime, 1))
        using (Tensor second = Tape.Filled(folders.Runtime, 2))
            folders.Runtime.Synchronize(Tape.Device);
        folders.Runtime.Synchronize(Tape.Device);
        Assert.Equal("rewound", Status(folders).Note);
        DeviceStatus drive = Status(folders).Devices[0];
        Assert.Equal(("tape", "Tape drive", "t1", 1L << 24), (drive.Device, drive.Name, drive.Architecture, drive.MemoryBytes));
        Assert.Equal(0, drive.Memory!.Value.CurrentBytes);
        Assert.True(drive.Memory.Value.PeakBytes >= 32);
        folders.Runtime.ResetPeakMemory(Tape.Device);
        Assert.Equal(0, Status(folders).Devices[0].Memory!.Value.PeakBytes);
    }

    [Fact]
    public async Task A_full_device_is_tried_again_without_what_nobody_refers_to()
    {
        await using PluginFolders folders = await Tape.InstallAsync();
        IrRuntime ir = folders.Runtime;
        var half = new TensorSpec(DType.UInt8, _drive.Memory[2] / 2 + 1);
        Drop(ir, half);
        using Tensor first = ir.Allocate(half, Tape.Device);
        DeviceException full = Assert.Throws<DeviceException>(() => ir.Allocate(half, Tape.Device));
        Assert.Equal(("TAPE_ERROR_END_OF_TAPE", true), (full.Code, full.IsOutOfMemory));
    }

    [Fact]
    public void A_vendors_kit_runs_the_kernels_of_a_device_on_the_device()
    {
        Assembly tape = Assembly.LoadFrom(Path.Combine(Builds.TapeV1, "PluginIr.Fixtures.Tape.dll"));
        using (PluginConformance kit = PluginConformance.Of(tape))
        {
            foreach (ConformanceCase @case in kit.Cases(ConformanceExtent.Quick).Where(c => c.Subject.Schema.Name == "add").Take(20))
                Assert.Equal(ConformanceOutcome.Passed, PluginConformance.Check(@case));
        }

        _drive.Finish();
        Assert.True(_drive.Memory[1] > 0);
        Assert.Equal(0, _drive.Memory[0]);
    }

    public void Dispose() => _drive.Dispose();

    private static DeviceRuntimeStatus Status(PluginFolders folders) => Assert.Single(Assert.Single(folders.Host.Plugins).DeviceRuntimes);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Drop(IrRuntime ir, TensorSpec spec) => ir.Allocate(spec, Tape.Device);
}
