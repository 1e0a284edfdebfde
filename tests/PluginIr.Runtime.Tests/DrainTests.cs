using PluginIr.Ops;
using PluginIr.Runtime.Priority;
using PluginIr.Runtime.Tests.Fixtures;
using Xunit;

namespace PluginIr.Runtime.Tests;

/// <summary>Whom a drain waits for.</summary>
public sealed class DrainTests : IDisposable
{
    private readonly ManualResetEventSlim _inside = new(), _leave = new();

    public void Dispose()
    {
        _inside.Dispose();
        _leave.Dispose();
    }

    [Fact]
    public async Task A_call_in_a_scope_holds_a_drain_up_like_any_other()
    {
        IrRuntime ir = Generations.Runtime("everything", "scripted");
        Task call = StayInside(() =>
        {
            using PriorityScope scope = ir.UsePriority("rms_norm", "scripted");
            Call(ir);
        });
        Task drain = ir.DrainAsync(ir.Replace("tests", null), TestContext.Current.CancellationToken);
        Assert.False(drain.IsCompleted);
        _leave.Set();
        await call;
        await drain;
    }

    [Fact]
    public async Task A_call_that_began_after_a_replacement_does_not_hold_its_drain_up()
    {
        IrRuntime ir = Generations.Runtime("scripted");
        long version = ir.Replace("tests", Generations.Of("tests", 2, "scripted"));
        Task call = StayInside(() => Call(ir));
        Assert.True(ir.DrainAsync(version, TestContext.Current.CancellationToken).IsCompletedSuccessfully);
        _leave.Set();
        await call;
    }

    [Fact]
    public async Task A_drain_can_be_given_up_and_asked_for_again()
    {
        IrRuntime ir = Generations.Runtime("scripted");
        Task call = StayInside(() => Call(ir));
        long version = ir.Replace("tests", null);
        using var given = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        Task drain = ir.DrainAsync(version, given.Token);
        await given.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => drain);
        _leave.Set();
        await call;
        await ir.DrainAsync(version, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task The_calls_that_hold_a_drain_up_are_named_by_op_thread_and_version()
    {
        IrRuntime ir = Generations.Runtime("scripted");
        long entered = ir.Registry.Version;
        Task call = StayInside(() =>
        {
            Thread.CurrentThread.Name = "slow caller";
            Call(ir);
        });
        long version = ir.Replace("tests", null);
        string inside = Assert.Single(ir.CallsOlderThan(version));
        Assert.StartsWith("rms_norm on thread ", inside);
        Assert.Contains("'slow caller'", inside);
        Assert.Contains($"registry version {entered}", inside);
        _leave.Set();
        await call;
        Assert.Empty(ir.CallsOlderThan(version));
    }

    [Fact]
    public void A_lease_that_holds_a_drain_up_is_named_as_one()
    {
        IrRuntime ir = Generations.Runtime("everything");
        long entered = ir.Registry.Version;
        using (ir.Lease())
            Assert.Equal($"a lease since registry version {entered}", Assert.Single(ir.CallsOlderThan(ir.Replace("tests", null))));
        Assert.Empty(ir.CallsOlderThan(ir.Registry.Version));
    }

    [Fact]
    public async Task A_kernel_that_throws_leaves_the_call_for_every_kind_of_call()
    {
        IrRuntime ir = Generations.Runtime("scripted");
        ir.MaxFaults = int.MaxValue;
        using Tensor x = Tensor.Zeros(DType.Float32, 1, 4), output = Tensor.Zeros(DType.Float32, 1, 4);
        Scripted.Script = () => throw new TimeoutException("scripted");
        try
        {
            Assert.Throws<TimeoutException>(() => ir.RmsNorm(x, null, 1e-6f));
            Assert.Throws<TimeoutException>(() => ir.RmsNormInto(x, null, 1e-6f, output));
            Assert.Throws<TimeoutException>(() => ir.Call("rms_norm", [x, null], [1e-6f, Schemas.AttributeValue.None]));
            Assert.Throws<TimeoutException>(
                () => ir.TryCallProvider("rms_norm", "scripted", [x, null], [1e-6f, Schemas.AttributeValue.None], out _));
            using PriorityScope scope = ir.UsePriority("rms_norm", "scripted");
            Assert.Throws<TimeoutException>(() => ir.RmsNorm(x, null, 1e-6f));
        }
        finally
        {
            Scripted.Script = null;
        }

        ir.RmsNormInto(x, null, 1e-6f, output);
        Assert.Equal(6, Marker.Of(output));
        await ir.DrainAsync(ir.Replace("tests", null), TestContext.Current.CancellationToken);
    }

    // Each swap's old kernels are told, once drained, that nobody may be inside them any more; one that runs then fails its call.
    [Fact]
    public async Task No_call_in_or_out_of_a_scope_or_inside_another_is_in_a_generation_that_has_drained()
    {
        const int Swaps = 200;
        IrRuntime ir = Generations.Runtime("scripted", "everything");
        ir.MaxFaults = int.MaxValue;
        ir.Observer = new EnteredVersion();
        CancellationToken cancelled = TestContext.Current.CancellationToken;
        long drained = 0, ran = 0;
        bool isOver = false;
        Task[] callers = [.. Enumerable.Range(0, 3).Select(kind => Task.Factory.StartNew(
            () =>
            {
                using Tensor x = Tensor.Zeros(DType.Float32, 1, 4), output = Tensor.Zeros(DType.Float32, 1, 4);
                using PriorityScope? scope = kind == 1 ? ir.UsePriority("gelu_new", "native") : null;
                Scripted.Script = () =>
                {
                    long version = EnteredVersion.OfThread;
                    if (kind == 2)
                        ir.GeluNewInto(x, output);
                    Interlocked.Increment(ref ran);
                    Assert.True(version >= Volatile.Read(ref drained), "a call was inside a generation that had drained");
                };
                for (int calls = 0; !Volatile.Read(ref isOver) || calls < 100; calls++)
                    ir.RmsNormInto(x, null, 1e-6f, output);
                Scripted.Script = null;
            },
            cancelled, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        for (int swap = 0; swap < Swaps; swap++)
        {
            long version = ir.Replace("tests", Generations.Of("tests", swap + 2, "scripted", "everything"));
            await ir.DrainAsync(version, cancelled);
            Volatile.Write(ref drained, version);
        }

        Volatile.Write(ref isOver, true);
        await Task.WhenAll(callers);
        Assert.True(ran >= 300);
    }

    [Fact]
    public async Task Threads_that_come_and_go_call_and_drain_like_those_that_stay()
    {
        const int Threads = 100;
        IrRuntime ir = Generations.Runtime("everything");
        int right = 0;
        for (int i = 0; i < Threads; i++)
        {
            var thread = new Thread(() => right += Call(ir) == 1 ? 1 : 0);
            thread.Start();
            thread.Join();
            await ir.DrainAsync(ir.Replace("tests", Generations.Of("tests", i + 2, "everything")), TestContext.Current.CancellationToken);
        }

        Assert.Equal(Threads, right);
    }

    // Starts a thread whose scripted kernel stays inside until _leave is set; returns once it is inside.
    private Task StayInside(Action call)
    {
        CancellationToken cancelled = TestContext.Current.CancellationToken;
        Task task = Task.Factory.StartNew(
            () =>
            {
                Scripted.Script = () =>
                {
                    _inside.Set();
                    _leave.Wait(cancelled);
                };
                call();
                Scripted.Script = null;
            },
            cancelled, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        _inside.Wait(cancelled);
        return task;
    }

    private static float Call(IrRuntime ir)
    {
        using Tensor x = Tensor.Zeros(DType.Float32, 1, 4), output = ir.RmsNorm(x, null, 1e-6f);
        return Marker.Of(output);
    }
}
