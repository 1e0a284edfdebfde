using System.Runtime.CompilerServices;
using PluginIr.Compiler.Graphs;
using PluginIr.Compiler.Tests.Support;
using PluginIr.Compiler.Text;
using PluginIr.Runtime;
using PluginIr.Runtime.Priority;
using PluginIr.Runtime.Registry;
using Xunit;

namespace PluginIr.Compiler.Tests.Execution;

/// <summary>Compiled graphs follow the registry. The kernels of these tests write a number by which one knows who ran.</summary>
public sealed class FollowingTests
{
    private const string Twice = "graph @twice(%x: f32[4]) {\n  %y = halve(%x)\n  %z = halve(%x)\n  %s = add(%y, %z)\n  return %s, %y\n}";

    [Fact]
    public void A_graph_is_lowered_again_before_a_snapshot_is_published_and_not_by_those_who_run_it()
    {
        IrRuntime runtime = TestRuntime.With("one");
        CompiledGraph compiled = Compile(runtime);
        using GraphSession session = Session(compiled);
        Assert.Equal((1f, 1), (Run(session), compiled.Lowerings));

        runtime.SetPriority(PriorityTable.Default);
        Assert.Equal(2, compiled.Lowerings);
        Assert.Equal((-4f, 2), (Run(session), compiled.Lowerings)); // native halves

        runtime.Replace("tests", TestRuntime.GenerationOf(2, "one", "two"));
        runtime.SetPriority(PriorityTable.Default.With("halve", "two"));
        Assert.Equal((2f, 4), (Run(session), compiled.Lowerings));
        Assert.Equal("two", compiled.Report.Selections.First(s => s.Op == "halve").Provider);
    }

    [Fact]
    public void In_a_priority_scope_a_run_goes_where_the_scope_says_and_is_lowered_for_it_once()
    {
        IrRuntime runtime = TestRuntime.With("one", "two");
        CompiledGraph compiled = Compile(runtime);
        using GraphSession session = Session(compiled);
        using (runtime.UsePriority("halve", "two"))
        {
            Assert.Equal(2f, Run(session));
            Assert.Equal(2f, Run(session));
        }

        Assert.Equal((1f, 2), (Run(session), compiled.Lowerings));
    }

    [Fact]
    public void A_graph_that_cannot_be_lowered_any_more_says_why_when_it_runs_and_runs_again_when_it_can_be()
    {
        IrRuntime runtime = TestRuntime.With("one");
        CompiledGraph compiled = Compile(runtime);
        using GraphSession session = Session(compiled);
        Generation generation = runtime.Registry.Generations[^1];
        runtime.SetPriority(PriorityTable.Default);
        runtime.Replace("tests", null);
        Assert.Contains("no loaded plugin declares the op 'halve(Tensor x) -> Tensor'", Assert.Throws<GraphException>(session.Run).Message, StringComparison.OrdinalIgnoreCase);
        runtime.Replace("tests", generation);
        Assert.Equal(-4f, Run(session));
    }

    [Fact]
    public async Task A_kernel_that_throws_is_counted_and_set_aside_and_another_thread_lowers_the_graph_again()
    {
        IrRuntime runtime = TestRuntime.With("throwing", "one");
        using GateFollower first = new(), last = new();
        runtime.Follow(first, _ => { });
        CompiledGraph compiled = Compile(runtime);
        runtime.Follow(last, _ => { });
        last.Open();
        using GraphSession session = Session(compiled);
        for (int i = 0; i < runtime.MaxFaults; i++)
        {
            ArithmeticException failure = Assert.Throws<ArithmeticException>(session.Run);
            Assert.Equal("throwing", failure.Data["PluginIr.Provider"]);
        }

        // The call that set it aside has returned, and what lowers is held up. Eager calls go to the next already; the graph runs as it was lowered.
        using (Tensor x = Tensor.Zeros(DType.Float32, 4))
        using (Tensor y = runtime.Halve(x))
            Assert.Equal(1f, y.AsSpan<float>()[0]);
        Assert.Throws<ArithmeticException>(session.Run);
        Assert.Equal(1, compiled.Lowerings);

        first.Open();
        await last.Published.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal((1f, 2), (Run(session), compiled.Lowerings));
    }

    [Fact]
    public async Task Runs_during_replacements_see_one_state_from_start_to_end_and_none_is_lost()
    {
        const int Replacements = 200;
        IrRuntime runtime = TestRuntime.With("one");
        CompiledGraph compiled = Compile(runtime);
        using var stop = new CancellationTokenSource();
        Task<(int One, int Two)>[] runners = [.. Enumerable.Range(0, 2).Select(_ => Task.Run(() => CountUntil(compiled, stop.Token)))];
        for (int i = 2; i < Replacements + 2; i++)
        {
            // The pointers of a generation are valid while something of it may run: the drain is what a host waits for before it disposes.
            string provider = i % 2 == 0 ? "two" : "one";
            runtime.Replace("tests", TestRuntime.GenerationOf(i, "one", "two"));
            runtime.SetPriority(PriorityTable.Default.With("halve", provider));
            await runtime.DrainAsync(runtime.Registry.Version, TestContext.Current.CancellationToken);
        }

        await stop.CancelAsync();
        (int One, int Two)[] counts = await Task.WhenAll(runners);
        Assert.All(counts, c => Assert.True(c.One > 0 && c.Two > 0, $"{c}"));
        Assert.Equal(1 + (2 * Replacements), compiled.Lowerings);
    }

    [Fact]
    public void An_idle_graph_and_its_sessions_keep_no_replaced_snapshot()
    {
        IrRuntime runtime = TestRuntime.With("one");
        CompiledGraph compiled = Compile(runtime);
        using GraphSession session = Session(compiled);
        Run(session);
        WeakReference old = Present(runtime);
        runtime.Replace("tests", TestRuntime.GenerationOf(2, "one"));
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.False(old.IsAlive);
        GC.KeepAlive(compiled);
    }

    [Fact]
    public void A_graph_that_nobody_uses_any_more_follows_no_longer()
    {
        IrRuntime runtime = TestRuntime.With("one");
        WeakReference graph = Dropped(runtime);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        Assert.False(graph.IsAlive);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Present(IrRuntime runtime) => new(runtime.Registry);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Dropped(IrRuntime runtime) => new(Compile(runtime));

    private static (int One, int Two) CountUntil(CompiledGraph compiled, CancellationToken stop)
    {
        using GraphSession session = Session(compiled);
        int one = 0, two = 0;
        while (!stop.IsCancellationRequested || one == 0 || two == 0)
        {
            session.Run();
            float sum = session.Output(0).AsSpan<float>()[0], half = session.Output(1).AsSpan<float>()[0];
            Assert.Equal(2 * half, sum); // both calls went to one kernel
            Assert.True(half is 1 or 2);
            one += half == 1 ? 1 : 0;
            two += half == 2 ? 1 : 0;
        }

        return (one, two);
    }

    private static CompiledGraph Compile(IrRuntime runtime) => GraphCompiler.Compile(runtime, GraphParser.Parse(runtime, Twice));

    private static GraphSession Session(CompiledGraph compiled)
    {
        GraphSession session = compiled.CreateSession();
        Tensor x = Tensor.Empty(DType.Float32, 4);
        x.AsSpan<float>().Fill(-8);
        session.Bind("x", x);
        return session;
    }

    // Holds up whoever publishes until it is opened.
    private sealed class GateFollower : ISnapshotFollower, IDisposable
    {
        private readonly ManualResetEventSlim _gate = new();
        private readonly TaskCompletionSource _published = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Published => _published.Task;

        public void Open() => _gate.Set();

        public void OnPublishing(RegistrySnapshot next) => _gate.Wait(TestContext.Current.CancellationToken);

        public void OnPublished() => _published.TrySetResult();

        public void Dispose() => _gate.Dispose();
    }

    private static float Run(GraphSession session)
    {
        session.Run();
        return session.Output(1).AsSpan<float>()[0];
    }
}
