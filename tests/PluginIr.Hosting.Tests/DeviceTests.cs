using System.Reflection;
using System.Runtime.CompilerServices;
using PluginIr.Conformance;
using PluginIr.Devices;
using PluginIr.Dispatch;
using PluginIr.Hosting.Events;
using PluginIr.Hosting.Plugins;
using PluginIr.Hosting.Tests.Support;
using PluginIr.Ops;
using PluginIr.Runtime;
using PluginIr.Runtime.Devices;
using PluginIr.Runtime.Priority;
using Xunit;

namespace PluginIr.Hosting.Tests;

/// <summary>A device that is not the host, from loading its plugin to letting it go.</summary>
public sealed class DeviceTests : IDisposable
{
    private static readonly DeviceKind s_kind = DeviceKind.Get("tape");
    private static readonly Device s_tape = new(s_kind);
    private readonly TapeDrive _drive = new();

    [Fact]
    public async Task A_call_on_a_device_goes_to_its_kernel_and_its_results_come_back()
    {
        await using PluginFolders folders = await WithTapeAsync();
        IrRuntime ir = folders.Runtime;
        using Tensor x = Tensor.From<float>([1, 2, 3, 4], 2, 2), y = Tensor.From<float>([10, 20, 30, 40], 2, 2);
        using Tensor far = ir.ToDevice(x, s_tape), other = ir.ToDevice(y, s_tape), sum = ir.Add(far, other);
        Assert.Equal(s_tape, sum.Device);
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
        await using PluginFolders folders = await WithTapeAsync();
        using Tensor x = Tensor.Zeros(DType.Float32, 2, 2), far = folders.Runtime.ToDevice(x, s_tape), second = folders.Runtime.ToDevice(x, new Device(s_kind, 1));
        Assert.Contains("'y' is on cpu, the call's first tensor on tape; copy one", Assert.Throws<OpArgumentException>(() => folders.Runtime.Add(far, x)).Message);
        Assert.Contains("'y' is on tape:1", Assert.Throws<OpArgumentException>(() => folders.Runtime.Add(far, second)).Message);
    }

    [Fact]
    public async Task A_device_that_is_not_there_is_named_with_how_many_there_are()
    {
        await using PluginFolders folders = await WithTapeAsync();
        var spec = new TensorSpec(DType.Float32, 2);
        Assert.Contains("found 2", Assert.Throws<InvalidOperationException>(() => folders.Runtime.Allocate(spec, new Device(s_kind, 2))).Message);
        Assert.Contains(
            "No loaded plugin brings a device runtime for 'npu'",
            Assert.Throws<InvalidOperationException>(() => folders.Runtime.Allocate(spec, new Device(DeviceKind.Get("npu")))).Message);
    }

    [Fact]
    public async Task Strided_tensors_are_copied_to_from_and_within_a_device_by_their_elements()
    {
        await using PluginFolders folders = await WithTapeAsync();
        IrRuntime ir = folders.Runtime;
        using Tensor x = Tensor.From<float>([1, 2, 3, 4, 5, 6], 2, 3), columns = x.Slice(1, 1, 2);
        using Tensor far = ir.ToDevice(columns, s_tape), back = ir.ToHost(far);
        Assert.Equal([2f, 3, 5, 6], back.AsSpan<float>());

        using Tensor whole = ir.ToDevice(x, s_tape), farColumns = whole.Slice(1, 0, 2), fetched = ir.ToHost(farColumns);
        Assert.Equal([1f, 2, 4, 5], fetched.AsSpan<float>());
        ir.Copy(far, farColumns);
        using Tensor changed = ir.ToHost(whole);
        Assert.Equal([2f, 3, 3, 5, 6, 6], changed.AsSpan<float>());

        using Tensor elsewhere = ir.ToDevice(farColumns, new Device(s_kind, 1)), fromThere = ir.ToHost(elsewhere);
        Assert.Equal([2f, 3, 5, 6], fromThere.AsSpan<float>());
        using Tensor shifted = whole.Slice(1, 1, 2);
        Assert.Contains("overlap", Assert.Throws<ArgumentException>(() => ir.Copy(farColumns, shifted)).Message);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_swap_keeps_what_is_on_the_device_and_the_order_of_its_work()
    {
        await using PluginFolders folders = await WithTapeAsync();
        IAsyncEnumerable<PluginEvent> events = folders.Host.Listen(TestContext.Current.CancellationToken);
        using Tensor weights = Weights(folders.Runtime, 7);
        long before = _drive.Memory[0];
        Assert.Equal(2, (await folders.InstallAsync(Builds.TapeV2, "tape")).Generation);
        await SeeAsync(events, PluginEventKind.Unloaded);
        Assert.Equal(before, _drive.Memory[0]);
        Assert.Equal(["start 0 with 0", "start 0 with 7001", "dispose"], _drive.Calls);
        using Tensor sum = folders.Runtime.Add(weights, weights), back = folders.Runtime.ToHost(sum);
        Assert.Equal(14, back.AsSpan<float>()[0]);
        weights.Dispose();
        sum.Dispose();
        _drive.Finish();
        Assert.Equal(0, _drive.Memory[0]);
    }

    [Fact(Timeout = 60_000)]
    public async Task Work_that_is_still_queued_holds_the_drain()
    {
        await using PluginFolders folders = await WithTapeAsync();
        IAsyncEnumerable<PluginEvent> events = folders.Host.Listen(TestContext.Current.CancellationToken);
        IAsyncEnumerable<PluginEvent> later = folders.Host.Listen(TestContext.Current.CancellationToken);
        folders.Options = folders.Options with { DrainDeadline = TimeSpan.FromMilliseconds(50), Proof = Hosting.Configuration.Proof.Off };
        using Tensor weights = Weights(folders.Runtime, 3);
        Tensor sum;
        using (_drive.Hold())
        {
            sum = folders.Runtime.Add(weights, weights);
            await folders.InstallAsync(Builds.TapeV2, "tape");
            await SeeAsync(events, PluginEventKind.Overdue);
            RetiredGeneration retired = Assert.Single(folders.Host.Retired);
            Assert.Equal(RetiredState.Draining, retired.State);
            Assert.Contains("queued on devices", retired.Detail);
            Assert.DoesNotContain("dispose", _drive.Calls);
        }

        await SeeAsync(later, PluginEventKind.Unloaded);
        using Tensor back = folders.Runtime.ToHost(sum);
        sum.Dispose();
        Assert.Equal(6, back.AsSpan<float>()[0]);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_generation_whose_runtime_cannot_be_waited_for_is_kept_and_told_and_holds_up_neither_the_next_swap_nor_the_shutdown()
    {
        PluginFolders folders = await WithTapeAsync();
        IAsyncEnumerable<PluginEvent> events = folders.Host.Listen(TestContext.Current.CancellationToken);
        folders.Options = folders.Options with { Proof = Hosting.Configuration.Proof.Off };
        using (Weights(folders.Runtime, 3))
        {
            TapeDrive.Tear();
            await folders.InstallAsync(Builds.TapeV2, "tape");
            await SeeAsync(events, PluginEventKind.Leaked);
            RetiredGeneration kept = Assert.Single(folders.Host.Retired);
            Assert.Equal(RetiredState.Leaked, kept.State);
            Assert.Contains("the tape is torn", kept.Detail);
            Assert.DoesNotContain("dispose", _drive.Calls);
            TapeDrive.Tear(false);
            Assert.Equal(3, (await folders.InstallAsync(Builds.TapeV1, "tape")).Generation);
        }

        await folders.DisposeAsync();
        Assert.Contains("dispose", _drive.Calls);
    }

    [Fact(Timeout = 60_000)]
    public async Task Nothing_is_captured_while_a_plugin_is_disposed_and_whoever_would_goes_on_without()
    {
        await using PluginFolders folders = await WithTapeAsync();
        IAsyncEnumerable<PluginEvent> events = folders.Host.Listen(TestContext.Current.CancellationToken);
        var whileDisposed = new List<(bool IsCaptured, string? Refusal)>();
        TapeDrive.OnDisposing(() => whileDisposed.Add(TryCapture(folders.Runtime)));
        await folders.InstallAsync(Builds.TapeV2, "tape");
        await SeeAsync(events, PluginEventKind.Unloaded);
        Assert.Equal([(false, null)], whileDisposed);
        Assert.Equal((true, null), TryCapture(folders.Runtime));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_refused_build_that_hangs_when_it_is_disposed_holds_up_neither_its_refusal_nor_captures()
    {
        await using PluginFolders folders = await WithTapeAsync();
        folders.Options = folders.Options with { DisposeTimeout = TimeSpan.FromMilliseconds(50) };
        using var gate = new ManualResetEventSlim();
        CancellationToken timedOut = TestContext.Current.CancellationToken;
        TapeDrive.OnDisposing(() => gate.Wait(timedOut));
        try
        {
            Assert.Contains("WrongValue", (await folders.InstallAsync(Builds.TapeWrong, "tape")).Problem);
            Assert.Equal((true, null), TryCapture(folders.Runtime));
        }
        finally
        {
            gate.Set();
        }
    }

    [Fact]
    public async Task What_is_freed_while_no_runtime_serves_is_given_back_when_one_comes()
    {
        await using PluginFolders folders = await WithTapeAsync();
        IrRuntime ir = folders.Runtime;
        using Tensor kept = Weights(ir, 5), dropped = Weights(ir, 6);
        Directory.Delete(folders["tape"], recursive: true);
        await folders.ScanAsync();
        Assert.Contains("No loaded plugin brings a device runtime for 'tape'", Assert.Throws<InvalidOperationException>(() => ir.ToHost(kept)).Message);
        dropped.Dispose();
        Assert.Equal(16, ir.WaitingDeviceBytes);
        Assert.Equal(32, _drive.Memory[0]);

        await folders.InstallAsync(Builds.TapeV1, "tape");
        _drive.Finish();
        Assert.Equal((0, 16), (ir.WaitingDeviceBytes, _drive.Memory[0]));
        using Tensor back = ir.ToHost(kept);
        Assert.Equal(5, back.AsSpan<float>()[0]);
    }

    [Fact]
    public async Task An_output_comes_from_the_snapshot_that_its_call_is_inside_of_whatever_serves_meanwhile()
    {
        await using PluginFolders folders = await WithTapeAsync();
        IrRuntime ir = folders.Runtime;
        var spec = new TensorSpec(DType.Float32, 2, 2);
        CallSlot call = ir.Enter(OpId.None, out Snapshot entered);
        try
        {
            Directory.Delete(folders["tape"], recursive: true);
            await folders.ScanAsync();
            Assert.Throws<InvalidOperationException>(() => ir.Allocate(spec, s_tape));
            using Tensor output = ir.Allocate(spec, s_tape, entered), onHost = ir.Allocate(spec, Device.Cpu, entered);
            Assert.Equal((s_tape, Device.Cpu), (output.Device, onHost.Device));
        }
        finally
        {
            call.Leave();
        }
    }

    [Fact]
    public async Task A_plugins_status_shows_its_devices_with_current_and_peak_memory_and_what_their_runtime_notes()
    {
        await using PluginFolders folders = await WithTapeAsync();
        Assert.All(Status(folders).Devices, d => Assert.True(d.Memory is null || d.Memory.Value.CurrentBytes == 0));
        using (Tensor _ = Weights(folders.Runtime, 1))
        using (Tensor second = Weights(folders.Runtime, 2))
            folders.Runtime.Synchronize(s_tape);
        folders.Runtime.Synchronize(s_tape);
        Assert.Equal("rewound", Status(folders).Note);
        DeviceStatus drive = Status(folders).Devices[0];
        Assert.Equal(("tape", "Tape drive", "t1", 1L << 24), (drive.Device, drive.Name, drive.Architecture, drive.MemoryBytes));
        Assert.Equal(0, drive.Memory!.Value.CurrentBytes);
        Assert.True(drive.Memory.Value.PeakBytes >= 32);
        folders.Runtime.ResetPeakMemory(s_tape);
        Assert.Equal(0, Status(folders).Devices[0].Memory!.Value.PeakBytes);
    }

    [Fact]
    public async Task A_full_device_is_tried_again_without_what_nobody_refers_to()
    {
        await using PluginFolders folders = await WithTapeAsync();
        IrRuntime ir = folders.Runtime;
        var half = new TensorSpec(DType.UInt8, _drive.Memory[2] / 2 + 1);
        Drop(ir, half);
        using Tensor first = ir.Allocate(half, s_tape);
        DeviceException full = Assert.Throws<DeviceException>(() => ir.Allocate(half, s_tape));
        Assert.Equal(("TAPE_ERROR_END_OF_TAPE", true), (full.Code, full.IsOutOfMemory));
    }

    [Fact]
    public async Task A_kernel_that_is_wrong_on_its_device_never_serves()
    {
        await using PluginFolders folders = await WithTapeAsync();
        PluginStatus status = await folders.InstallAsync(Builds.TapeWrong, "tape");
        Assert.Equal(("1.0.0", PluginState.Serving), (status.Version, status.State));
        Assert.Contains("WrongValue", status.Problem);
        Assert.Contains("add/tape", status.Problem);
        _drive.Finish();
        Assert.Equal(0, _drive.Memory[0]);
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

    [Fact]
    public async Task A_second_runtime_for_a_kind_is_refused_and_both_plugins_are_named()
    {
        await using PluginFolders folders = await WithTapeAsync();
        Builds.Install(Builds.TapeV2, folders["other"]);
        Builds.EditManifest(folders["other"], manifest => manifest["name"] = "Other");
        PluginStatus status = await folders.ScanAsync("other");
        Assert.Equal(PluginState.Refused, status.State);
        Assert.Contains("device runtime for 'tape' is registered by Tape 1.0.0", status.Problem);
        Assert.Contains("Other 2.0.0", status.Problem);
    }

    [Fact]
    public async Task A_device_that_is_not_here_is_no_reason_not_to_run_and_the_reason_is_shown()
    {
        AppDomain.CurrentDomain.SetData("tape.queue", null);
        await using var folders = new PluginFolders();
        PluginStatus status = await folders.InstallAsync(Builds.TapeV1, "tape");
        Assert.Equal((PluginState.Serving, null), (status.State, status.Problem));
        Assert.Contains("no tape drive", Assert.Single(status.DeviceRuntimes).Reason);
        Assert.Contains("no tape drive", Assert.Single(status.Providers).Reason);
        Assert.Contains("no tape drive", Assert.Throws<InvalidOperationException>(() => folders.Runtime.Allocate(new TensorSpec(DType.Float32, 1), s_tape)).Message);
        using Tensor x = Tensor.From<float>([1], 1), sum = folders.Runtime.Add(x, x);
        Assert.Equal(2, sum.AsSpan<float>()[0]);
    }

    [Fact]
    public async Task The_cuda_plugin_says_why_it_does_not_serve_where_there_is_no_driver()
    {
        Assert.SkipWhen(
            System.Runtime.InteropServices.NativeLibrary.TryLoad(OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1", out _), "A CUDA driver is installed here.");
        await using var folders = new PluginFolders();
        PluginStatus status = await folders.InstallAsync(Builds.Cuda, "cuda");
        Assert.Equal((PluginState.Serving, null), (status.State, status.Problem));
        Assert.Contains("install the NVIDIA driver", Assert.Single(status.DeviceRuntimes).Reason);
        Assert.All(status.Providers, p => Assert.Contains("NVIDIA driver", p.Reason));
    }

    public void Dispose() => _drive.Dispose();

    private static async Task<PluginFolders> WithTapeAsync()
    {
        var folders = new PluginFolders();
        PluginStatus status = await folders.InstallAsync(Builds.TapeV1, "tape");
        Assert.Null(status.Problem);
        folders.Runtime.SetPriority(folders.Runtime.Registry.Priority.With(PriorityTable.AnyOp, "tape", "native"));
        return folders;
    }

    private static async Task SeeAsync(IAsyncEnumerable<PluginEvent> events, PluginEventKind kind)
    {
        await foreach (PluginEvent happened in events)
        {
            if (happened.Kind == kind)
                return;
        }

        Assert.Fail($"The host ended without {kind}.");
    }

    private static DeviceRuntimeStatus Status(PluginFolders folders) => Assert.Single(Assert.Single(folders.Host.Plugins).DeviceRuntimes);

    private static (bool IsCaptured, string? Refusal) TryCapture(IrRuntime ir)
    {
        using CallLease lease = ir.Lease();
        using CapturedGraph? captured = ir.TryCapture(ir.Registry, s_tape, [], (_, _) => { }, out string? refusal);
        return (captured is not null, refusal);
    }

    private static Tensor Weights(IrRuntime ir, float value)
    {
        using Tensor host = Tensor.From<float>([value, value, value, value], 2, 2);
        return ir.ToDevice(host, s_tape);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Drop(IrRuntime ir, TensorSpec spec) => ir.Allocate(spec, s_tape);
}
