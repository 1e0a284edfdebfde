using PluginIr.Compiler.Graphs;
using PluginIr.Compiler.Tests.Support;
using PluginIr.Devices;
using PluginIr.Fixtures.Emulated;
using PluginIr.Runtime;
using PluginIr.Runtime.Devices;
using PluginIr.Runtime.Registry;
using Xunit;
using static PluginIr.Compiler.Tests.Support.NormOnDevice;

namespace PluginIr.Compiler.Tests.Execution;

/// <summary>When what a session queues on an emulated device is captured and when not, and when what was captured goes.</summary>
[Collection("emulated")]
public sealed class CaptureTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Whoever_waits_for_a_device_or_suspends_captures_waits_until_nothing_is_being_captured_there(bool isSuspending)
    {
        var device = new EmulatedDevice();
        var waiting = new Thread(() =>
        {
            if (isSuspending)
                device.Runtime.SuspendCaptures().Dispose();
            else
                device.Runtime.Synchronize(EmulatedDevice.Device);
        });
        ThreadState seen = default;
        using CapturedGraph? captured = device.Runtime.TryCapture(
            (RegistrySnapshot)device.Runtime.Current, EmulatedDevice.Device, [], (_, _) =>
            {
                waiting.Start();
                SpinWait.SpinUntil(() => ((seen = waiting.ThreadState) & (ThreadState.WaitSleepJoin | ThreadState.Stopped)) != 0);
            }, out string? refusal);
        waiting.Join();
        Assert.Null(refusal);
        Assert.Equal(ThreadState.WaitSleepJoin, seen & ThreadState.WaitSleepJoin);
    }

    [Fact]
    public void While_captures_are_suspended_runs_are_launched_without_waiting_and_the_next_is_captured()
    {
        using var norm = new NormOnDevice();
        IDisposable first = norm.Runtime.SuspendCaptures();
        using (norm.Runtime.SuspendCaptures())
            RunTwice();
        RunTwice();
        Assert.Equal((0, 0L), (norm.Session.Captures, norm.Session.Replays));
        first.Dispose();
        first.Dispose();
        RunTwice();
        Assert.Equal((1, 2L), (norm.Session.Captures, norm.Session.Replays));
        norm.AssertOutput();

        void RunTwice()
        {
            for (int i = 0; i < 2; i++)
                norm.Run();
            Assert.Null(norm.Session.CaptureRefusal);
        }
    }

    [Fact]
    public void A_capture_that_fails_because_somebody_waits_for_the_whole_device_is_tried_again()
    {
        using var norm = new NormOnDevice();
        norm.Run();
        DeviceRuntime runtime = norm.Runtime.RuntimeOf((RegistrySnapshot)norm.Runtime.Current, EmulatedDevice.Device);
        EmulatedRuntime.Recorded = () => Assert.Throws<DeviceException>(() => runtime.Synchronize(0));
        try
        {
            norm.Run();
        }
        finally
        {
            EmulatedRuntime.Recorded = null;
        }

        Assert.Contains("CAPTURE_INVALIDATED", norm.Session.CaptureRefusal, StringComparison.Ordinal);
        norm.AssertOutput();
        norm.Run();
        Assert.Equal((1, 1L, null), (norm.Session.Captures, norm.Session.Replays, norm.Session.CaptureRefusal));
        norm.AssertOutput();
    }

    [Fact]
    public async Task What_a_session_captured_is_destroyed_once_whoever_comes_first()
    {
        var device = new EmulatedDevice();
        (long captured, long destroyed) = EmulatedDevice.Graphs;
        using Tensor weight = device.Runtime.ToDevice(Weight, EmulatedDevice.Device), x = device.Runtime.ToDevice(Values(1, 4, 16), EmulatedDevice.Device);
        CompiledGraph compiled = Compile(device.Runtime);
        for (int i = 0; i < 2; i++)
        {
            using GraphSession session = compiled.CreateSession();
            Run(session, x, weight);
            Run(session, x, weight);
            if (i == 0)
                await device.SwapAsync();
        }

        Assert.Equal((captured + 2, destroyed + 2), EmulatedDevice.Graphs);
    }

    [Fact]
    public async Task A_kernel_that_cannot_be_captured_is_launched_every_time_and_tried_three_times_between_two_swaps_and_the_session_says_why()
    {
        (long before, _) = EmulatedDevice.Graphs;
        using var norm = new NormOnDevice(priority: ["uncapturable"]);
        for (int tried = 3; tried <= 6; tried += 3)
        {
            for (int i = 0; i < 6; i++)
            {
                norm.Run();
                norm.AssertOutput();
            }

            Assert.Equal(tried, EmulatedDevice.Graphs.Captured - before);
            await norm.Device.SwapAsync();
        }

        Assert.Equal((0, 0), (norm.Session.Captures, (int)norm.Session.Replays));
        Assert.Contains("EMULATED_ERROR_CAPTURE", norm.Session.CaptureRefusal, StringComparison.Ordinal);
        Assert.Empty(norm.Runtime.Faults);
    }

    [Fact]
    public void Nothing_is_captured_when_it_is_not_to_be()
    {
        using var norm = new NormOnDevice(options: new CompileOptions { Captures = false });
        for (int i = 0; i < 3; i++)
            norm.Run();
        Assert.Equal((0, 0), (norm.Session.Captures, (int)norm.Session.Replays));
    }

    [Fact]
    public void Only_so_many_sizes_stay_captured_and_those_that_go_are_launched_again()
    {
        var device = new EmulatedDevice();
        using GraphSession session = Compile(device.Runtime).CreateSession();
        using Tensor weight = device.Runtime.ToDevice(Weight, EmulatedDevice.Device);
        (long captured, long destroyed) = EmulatedDevice.Graphs;
        Tensor[] inputs = [.. Enumerable.Range(1, 40).Select(rows => device.Runtime.ToDevice(Values(rows, rows, 16), EmulatedDevice.Device))];

        // The largest first: a larger arena would take what is captured along.
        foreach (Tensor x in inputs.Reverse())
        {
            Run(session, x, weight);
            Run(session, x, weight);
        }

        (long nowCaptured, long nowDestroyed) = EmulatedDevice.Graphs;
        Assert.Equal((40, 8), (nowCaptured - captured, nowDestroyed - destroyed));
        using Tensor onHost = device.Runtime.ToHost(inputs[39]);
        Run(session, inputs[39], weight);
        AssertOutput(device.Runtime, session, onHost);
    }
}
