using PluginIr.Compiler.Graphs;
using PluginIr.Compiler.Tests.Support;
using PluginIr.Compiler.Text;
using PluginIr.Devices;
using PluginIr.Fixtures.Emulated;
using PluginIr.Graphs;
using PluginIr.Ops;
using PluginIr.Runtime;
using PluginIr.Runtime.Devices;
using PluginIr.Runtime.Registry;
using Xunit;

namespace PluginIr.Compiler.Tests.Execution;

/// <summary>Compiled graphs on a device that is emulated: what is captured when, what is replayed, and when it goes.</summary>
[Collection("emulated")]
public sealed class DeviceSessionTests
{
    private static readonly Tensor s_weight = Values(7, 16);

    [Fact]
    public void A_size_that_is_run_again_is_captured_and_then_replayed_with_the_hosts_results()
    {
        var device = new EmulatedDevice();
        using GraphSession session = Compile(device.Runtime).CreateSession();
        using Tensor weight = device.Runtime.ToDevice(s_weight, EmulatedDevice.Device), x = device.Runtime.Allocate(Spec(4), EmulatedDevice.Device);
        for (int run = 0; run < 5; run++)
        {
            using Tensor values = Values(run, 4, 16);
            device.Runtime.Copy(values, x);
            Run(session, x, weight);
            AssertOutput(device.Runtime, session, values);
            Assert.Equal((run == 0 ? 0 : 1, run), (session.Captures, (int)session.Replays));
        }

        Assert.Null(session.CaptureRefusal);
    }

    [Fact]
    public void A_run_that_is_replayed_allocates_nothing_on_the_host_or_the_device()
    {
        using var norm = new Norm();
        for (int i = 0; i < 3; i++)
            norm.Run();
        long inUse = InUse(norm.Runtime), before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            norm.Run();
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal((0, inUse), (allocated, InUse(norm.Runtime)));
    }

    [Fact]
    public void An_input_at_another_address_is_launched_and_then_captured_anew_while_another_view_of_the_same_memory_is_replayed()
    {
        var device = new EmulatedDevice();
        using GraphSession session = Compile(device.Runtime).CreateSession();
        using Tensor weight = device.Runtime.ToDevice(s_weight, EmulatedDevice.Device), first = Values(1, 4, 16), second = Values(2, 4, 16);
        using Tensor x = device.Runtime.ToDevice(first, EmulatedDevice.Device), other = device.Runtime.ToDevice(second, EmulatedDevice.Device), same = x.Alias();
        foreach ((Tensor input, Tensor values, int captures, int replays) in (ReadOnlySpan<(Tensor, Tensor, int, int)>)
            [(x, first, 0, 0), (x, first, 1, 1), (same, first, 1, 2), (other, second, 1, 2), (other, second, 2, 3), (x, first, 2, 3)])
        {
            Run(session, input, weight);
            AssertOutput(device.Runtime, session, values);
            Assert.Equal((captures, replays), (session.Captures, (int)session.Replays));
        }
    }

    [Fact]
    public async Task After_a_swap_it_is_captured_again_and_what_was_captured_is_destroyed_before_the_old_generation_goes()
    {
        using var norm = new Norm();
        for (int swap = 1; swap <= 3; swap++)
        {
            for (int i = 0; i < 3; i++)
                norm.Run();
            norm.AssertOutput();
            Assert.Equal((swap, 2 * swap), (norm.Session.Captures, (int)norm.Session.Replays));
            (_, long destroyed) = EmulatedDevice.Graphs;
            await norm.Device.SwapAsync();
            Assert.Equal(destroyed + 1, EmulatedDevice.Graphs.Destroyed);
        }
    }

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
        using var norm = new Norm();
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
        using var norm = new Norm();
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
        using Tensor weight = device.Runtime.ToDevice(s_weight, EmulatedDevice.Device), x = device.Runtime.ToDevice(Values(1, 4, 16), EmulatedDevice.Device);
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
    public async Task A_disposed_graph_gives_back_the_memory_of_ended_sessions_at_once_and_of_others_when_they_end_which_run_on_across_swaps()
    {
        var device = new EmulatedDevice();
        using Tensor weight = device.Runtime.ToDevice(s_weight, EmulatedDevice.Device), values = Values(1, 4, 16);
        using Tensor x = device.Runtime.ToDevice(values, EmulatedDevice.Device);

        // What other tests have left is freed now, and not while memory is counted.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long before = InUse(device.Runtime);
        CompiledGraph compiled = Compile(device.Runtime);
        GraphSession lasting = compiled.CreateSession();
        using (GraphSession ended = compiled.CreateSession())
            Run(ended, x, weight);
        Run(lasting, x, weight);
        long arena = (InUse(device.Runtime) - before) / 2;
        Assert.True(arena > 0);

        compiled.Dispose();
        compiled.Dispose();
        Assert.Equal(before + arena, InUse(device.Runtime));
        Assert.Throws<ObjectDisposedException>(() => compiled.CreateSession());
        int lowerings = compiled.Lowerings;
        await device.SwapAsync();
        Assert.Equal(lowerings, compiled.Lowerings);
        Run(lasting, x, weight);
        AssertOutput(device.Runtime, lasting, values);

        lasting.Dispose();
        Assert.Equal(before, InUse(device.Runtime));
    }

    [Fact]
    public async Task A_kernel_that_cannot_be_captured_is_launched_every_time_and_tried_three_times_between_two_swaps_and_the_session_says_why()
    {
        (long before, _) = EmulatedDevice.Graphs;
        using var norm = new Norm(priority: ["uncapturable"]);
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
        using var norm = new Norm(options: new CompileOptions { Captures = false });
        for (int i = 0; i < 3; i++)
            norm.Run();
        Assert.Equal((0, 0), (norm.Session.Captures, (int)norm.Session.Replays));
    }

    [Fact]
    public void Only_so_many_sizes_stay_captured_and_those_that_go_are_launched_again()
    {
        var device = new EmulatedDevice();
        using GraphSession session = Compile(device.Runtime).CreateSession();
        using Tensor weight = device.Runtime.ToDevice(s_weight, EmulatedDevice.Device);
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

    [Fact]
    public void Inputs_on_another_device_are_refused_with_what_to_do()
    {
        var device = new EmulatedDevice();
        using GraphSession session = Compile(device.Runtime).CreateSession();
        using Tensor x = Values(1, 4, 16), weight = device.Runtime.ToDevice(s_weight, EmulatedDevice.Device);
        Assert.Contains("must be on emulated", Assert.Throws<ArgumentException>(() => session.Bind("x", x)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "copy one of them so that all are on one device", Assert.Throws<OpArgumentException>(() => device.Runtime.RmsNorm(x, weight, 1e-6f)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_session_beside_one_on_another_device_is_refused()
    {
        var device = new EmulatedDevice();
        using GraphSession onHost = GraphCompiler.Compile(
            device.Runtime, GraphParser.Parse(device.Runtime, "graph @host(%x: f32[4]) {\n  %y = add(%x, %x)\n  return %y\n}")).CreateSession();
        ArgumentException refused = Assert.Throws<ArgumentException>(() => Compile(device.Runtime).CreateSession(onHost));
        Assert.StartsWith("norm is on emulated; the session that it is to share an arena with is on cpu.", refused.Message, StringComparison.Ordinal);
    }

    private static void AssertOutput(IrRuntime ir, GraphSession session, Tensor x)
    {
        using Tensor normed = TestRuntime.Native.RmsNorm(x, s_weight, 1e-6f), expected = TestRuntime.Native.Add(normed, normed);
        using Tensor actual = ir.ToHost(session.Output(0));
        Assert.Equal(expected.ToSingles(), actual.ToSingles());
    }

    private static CompiledGraph Compile(IrRuntime ir, CompileOptions? options = null)
    {
        var graph = new GraphBuilder(ir, "norm", new Symbol("T", 1, 64));
        GraphValue x = graph.Input("x", new SymbolicSpec(DType.Float32, Dim.Symbol, 16), EmulatedDevice.Device);
        GraphValue weight = graph.Input("w", new SymbolicSpec(DType.Float32, 16), EmulatedDevice.Device);
        GraphValue normed = graph.RmsNorm(x, weight, 1e-6f);
        return GraphCompiler.Compile(ir, graph.Build(graph.Add(normed, graph.RmsNorm(x, weight, 1e-6f))), options);
    }

    private static void Run(GraphSession session, Tensor x, Tensor weight)
    {
        session.Bind(0, x);
        session.Bind(1, weight);
        session.Run();
    }

    private static long InUse(IrRuntime ir) => ir.Devices[0].Devices[0].Memory!.Value.CurrentBytes;

    private static TensorSpec Spec(long rows) => new(DType.Float32, rows, 16);

    private static Tensor Values(int seed, params ReadOnlySpan<long> shape)
    {
        var random = new Random(seed);
        float[] values = new float[new TensorSpec(DType.Float32, shape).ElementCount];
        foreach (ref float value in values.AsSpan())
            value = random.NextSingle() - 0.5f;
        return Tensor.FromSingles(DType.Float32, values, shape);
    }

    /// <summary>A session of the compiled graph on a device, and its inputs.</summary>
    private sealed class Norm : IDisposable
    {
        private readonly Tensor _weight, _x;
        private readonly Tensor _values = Values(3, 4, 16);

        public Norm(string[]? priority = null, CompileOptions? options = null)
        {
            Device = new EmulatedDevice(priority ?? []);
            Session = Compile(Runtime, options).CreateSession();
            _weight = Runtime.ToDevice(s_weight, EmulatedDevice.Device);
            _x = Runtime.ToDevice(_values, EmulatedDevice.Device);
        }

        public EmulatedDevice Device { get; }

        public IrRuntime Runtime => Device.Runtime;

        public GraphSession Session { get; }

        public void Run() => DeviceSessionTests.Run(Session, _x, _weight);

        public void AssertOutput() => DeviceSessionTests.AssertOutput(Runtime, Session, _values);

        public void Dispose()
        {
            Session.Dispose();
            _x.Dispose();
            _weight.Dispose();
            _values.Dispose();
        }
    }
}
