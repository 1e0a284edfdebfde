using System.Runtime.InteropServices;
using PluginIr.Dispatch;
using PluginIr.Hosting.Events;
using PluginIr.Hosting.Plugins;
using PluginIr.Hosting.Tests.Support;
using PluginIr.Ops;
using PluginIr.Runtime;
using PluginIr.Runtime.Devices;
using Xunit;

namespace PluginIr.Hosting.Tests;

/// <summary>The plugin of a device that is not the host, from loading it to letting it go.</summary>
[Collection(Tape.Collection)]
public sealed class DevicePluginTests : IDisposable
{
    private readonly TapeDrive _drive = new();

    [Fact(Timeout = 60_000)]
    public async Task A_swap_keeps_what_is_on_the_device_and_the_order_of_its_work()
    {
        await using PluginFolders folders = await Tape.InstallAsync();
        IAsyncEnumerable<PluginEvent> events = folders.Host.Listen(TestContext.Current.CancellationToken);
        using Tensor weights = Tape.Filled(folders.Runtime, 7);
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
        await using PluginFolders folders = await Tape.InstallAsync();
        IAsyncEnumerable<PluginEvent> events = folders.Host.Listen(TestContext.Current.CancellationToken);
        IAsyncEnumerable<PluginEvent> later = folders.Host.Listen(TestContext.Current.CancellationToken);
        folders.Options = folders.Options with { DrainDeadline = TimeSpan.FromMilliseconds(50), Proof = Hosting.Configuration.Proof.Off };
        using Tensor weights = Tape.Filled(folders.Runtime, 3);
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
        PluginFolders folders = await Tape.InstallAsync();
        IAsyncEnumerable<PluginEvent> events = folders.Host.Listen(TestContext.Current.CancellationToken);
        folders.Options = folders.Options with { Proof = Hosting.Configuration.Proof.Off };
        using (Tape.Filled(folders.Runtime, 3))
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
        await using PluginFolders folders = await Tape.InstallAsync();
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
        await using PluginFolders folders = await Tape.InstallAsync();
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
        await using PluginFolders folders = await Tape.InstallAsync();
        IrRuntime ir = folders.Runtime;
        using Tensor kept = Tape.Filled(ir, 5), dropped = Tape.Filled(ir, 6);
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
    public async Task A_kernel_that_is_wrong_on_its_device_never_serves()
    {
        await using PluginFolders folders = await Tape.InstallAsync();
        PluginStatus status = await folders.InstallAsync(Builds.TapeWrong, "tape");
        Assert.Equal(("1.0.0", PluginState.Serving), (status.Version, status.State));
        Assert.Contains("WrongValue", status.Problem);
        Assert.Contains("add/tape", status.Problem);
        _drive.Finish();
        Assert.Equal(0, _drive.Memory[0]);
    }

    [Fact]
    public async Task A_second_runtime_for_a_kind_is_refused_and_both_plugins_are_named()
    {
        await using PluginFolders folders = await Tape.InstallAsync();
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
        Assert.Contains("no tape drive", Assert.Throws<InvalidOperationException>(() => folders.Runtime.Allocate(new TensorSpec(DType.Float32, 1), Tape.Device)).Message);
        using Tensor x = Tensor.From<float>([1], 1), sum = folders.Runtime.Add(x, x);
        Assert.Equal(2, sum.AsSpan<float>()[0]);
    }

    [Fact]
    public async Task A_build_that_finds_its_device_takes_over_from_one_that_did_not()
    {
        _drive.TakeOut();
        await using var folders = new PluginFolders();
        Assert.NotNull(Assert.Single((await folders.InstallAsync(Builds.TapeV1, "tape")).DeviceRuntimes).Reason);
        _drive.TakeOut(false);
        PluginStatus status = await folders.InstallAsync(Builds.TapeV2, "tape");
        Assert.Equal(("2.0.0", null), (status.Version, status.Problem));
        using Tensor far = Tape.Filled(folders.Runtime, 3), back = folders.Runtime.ToHost(far);
        Assert.Equal(3, back.AsSpan<float>()[0]);
    }

    [Fact]
    public async Task A_build_that_does_not_find_a_device_is_refused_while_that_is_in_use_and_serves_once_the_plugin_has_been_taken_away()
    {
        await using PluginFolders folders = await Tape.InstallAsync();
        using Tensor far = Tape.Filled(folders.Runtime, 3);
        _drive.TakeOut();
        PluginStatus status = await folders.InstallAsync(Builds.TapeV2, "tape");
        Assert.Equal("1.0.0", status.Version);
        Assert.Contains("Tape 2.0.0", status.Problem);
        Assert.Contains("'tape' cannot be used here (no tape drive", status.Problem);
        Assert.Contains("tape is in use. Remove the plugin first", status.Problem);
        _drive.TakeOut(false);
        using (Tensor sum = folders.Runtime.Add(far, far), back = folders.Runtime.ToHost(sum))
            Assert.Equal(6, back.AsSpan<float>()[0]);

        Directory.Delete(folders["tape"], recursive: true);
        await folders.ScanAsync();
        _drive.TakeOut();
        Assert.Equal(("2.0.0", null), ((status = await folders.InstallAsync(Builds.TapeV2, "tape")).Version, status.Problem));
        _drive.TakeOut(false);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_device_whose_work_has_failed_keeps_nobody_from_waiting_for_the_others()
    {
        await using PluginFolders folders = await Tape.InstallAsync();
        IAsyncEnumerable<PluginEvent> events = folders.Host.Listen(TestContext.Current.CancellationToken);
        IAsyncEnumerable<PluginEvent> later = folders.Host.Listen(TestContext.Current.CancellationToken);
        folders.Options = folders.Options with { DrainDeadline = TimeSpan.FromMilliseconds(50), Proof = Hosting.Configuration.Proof.Off };
        using Tensor host = Tensor.Zeros(DType.Float32, 2, 2), first = folders.Runtime.ToDevice(host, Tape.Device), second = folders.Runtime.ToDevice(host, new Device(Tape.Kind, 1));
        TapeDrive.Fail("Synchronize 0");
        using (_drive.Hold())
        {
            await folders.InstallAsync(Builds.TapeV2, "tape");
            await SeeAsync(events, PluginEventKind.Overdue);
            Assert.DoesNotContain("dispose", _drive.Calls);
        }

        await SeeAsync(later, PluginEventKind.Unloaded);
        Assert.Contains(folders.Log.Records, r => r.EventId == 218 && r.Message.Contains("TAPE_ERROR_WORN_OUT"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_runtime_that_cannot_say_what_it_is_is_shown_with_why_and_holds_up_no_swap_of_another_plugin()
    {
        TapeDrive.Fail("Note");
        await using PluginFolders folders = await Tape.InstallAsync();
        IAsyncEnumerable<PluginEvent> events = folders.Host.Listen(TestContext.Current.CancellationToken);
        Assert.Equal("Note of its runtime threw NotSupportedException: the label is gone", Assert.Single(folders.Runtime.Devices).Note);
        await folders.InstallAsync(Builds.CountingV1, "counting");
        Assert.Equal(("2.0.0", null), ((await folders.InstallAsync(Builds.CountingV2, "counting")).Version, folders.Host.Plugins[0].Problem));
        await SeeAsync(events, PluginEventKind.Unloaded);
        Assert.Empty(folders.Host.Retired);
    }

    [Fact]
    public async Task The_cuda_plugin_says_why_it_does_not_serve_where_there_is_no_driver()
    {
        Assert.SkipWhen(
            NativeLibrary.TryLoad(OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1", out _), "A CUDA driver is installed here.");
        await using var folders = new PluginFolders();
        PluginStatus status = await folders.InstallAsync(Builds.Cuda, "cuda");
        Assert.Equal((PluginState.Serving, null), (status.State, status.Problem));
        Assert.Contains("install the NVIDIA driver", Assert.Single(status.DeviceRuntimes).Reason);
        Assert.All(status.Providers, p => Assert.Contains("NVIDIA driver", p.Reason));
    }

    public void Dispose() => _drive.Dispose();

    private static async Task SeeAsync(IAsyncEnumerable<PluginEvent> events, PluginEventKind kind)
    {
        await foreach (PluginEvent happened in events)
        {
            if (happened.Kind == kind)
                return;
        }

        Assert.Fail($"The host ended without {kind}.");
    }

    private static (bool IsCaptured, string? Refusal) TryCapture(IrRuntime ir)
    {
        using CallLease lease = ir.Lease();
        using CapturedGraph? captured = ir.TryCapture(ir.Registry, Tape.Device, [], (_, _) => { }, out string? refusal);
        return (captured is not null, refusal);
    }
}
