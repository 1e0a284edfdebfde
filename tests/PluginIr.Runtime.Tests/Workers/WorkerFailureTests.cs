using System.Runtime.CompilerServices;
using PluginIr.Runtime.Workers;
using Xunit;

namespace PluginIr.Runtime.Tests.Workers;

/// <summary>Chunks that throw.</summary>
public sealed class WorkerFailureTests : IDisposable
{
    private const int Limit = 60_000;

    private readonly HostWorkerPool _pool = new(2);
    private readonly KernelContext _context;

    public WorkerFailureTests() => _context = new KernelContext { Workers = _pool };

    public void Dispose() => _pool.Dispose();

    [Theory(Timeout = Limit)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_exception_of_either_thread_reaches_the_caller_after_the_others_chunk_has_ended(bool isWorker)
    {
        using var both = new Barrier(2);
        bool hasEnded = false;
        Task call = Task.Run(() => _context.ParallelFor(2, 1, new ScriptedBody((context, _) =>
        {
            both.SignalAndWait(TestContext.Current.CancellationToken);
            if (context != _context == isWorker)
                throw new TimeoutException("scripted");
            Thread.Yield();
            hasEnded = true;
        })), TestContext.Current.CancellationToken);
        TimeoutException thrown = await Assert.ThrowsAsync<TimeoutException>(() => call);
        Assert.True(hasEnded);
        Assert.Contains(nameof(WorkerFailureTests), thrown.StackTrace);
        Assert.True(Marking.IsExactlyOnce(_context, 1000, 3));
    }

    [Fact(Timeout = Limit)]
    public async Task When_both_throw_the_first_exception_is_the_calls()
    {
        using var both = new Barrier(2);
        Task call = Task.Run(() => _context.ParallelFor(2, 1, new ScriptedBody((_, _) =>
        {
            both.SignalAndWait(TestContext.Current.CancellationToken);
            throw new TimeoutException("scripted");
        })), TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<TimeoutException>(() => call);
        Assert.True(Marking.IsExactlyOnce(_context, 1000, 3));
    }

    [Fact]
    public void A_call_that_throws_keeps_neither_its_exception_nor_its_body()
    {
        (WeakReference exception, WeakReference body) = Throw();
        for (int i = 0; i < 10 && (exception.IsAlive || body.IsAlive); i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.False(body.IsAlive);
        Assert.False(exception.IsAlive);
    }

    [Fact(Timeout = Limit)]
    public async Task A_caller_that_is_interrupted_while_it_waits_leaves_only_when_the_chunks_are_done()
    {
        using var isInside = new ManualResetEventSlim();
        using var leave = new ManualResetEventSlim();
        bool isDone = false, wasInterrupted = false;
        var caller = new Thread(() =>
        {
            _context.ParallelFor(2, 1, new ScriptedBody((context, _) =>
            {
                if (context == _context)
                {
                    isInside.Wait(TestContext.Current.CancellationToken);
                    return;
                }

                isInside.Set();
                leave.Wait(TestContext.Current.CancellationToken);
                isDone = true;
            }));
            bool wasDone = isDone;
            try
            {
                Thread.Sleep(Timeout.Infinite);
            }
            catch (ThreadInterruptedException)
            {
                wasInterrupted = wasDone;
            }
        });
        caller.Start();
        isInside.Wait(TestContext.Current.CancellationToken);
        while ((caller.ThreadState & ThreadState.WaitSleepJoin) == 0)
            await Task.Yield();
        caller.Interrupt();
        leave.Set();
        caller.Join();
        Assert.True(wasInterrupted);
    }

    // A frame of its own: what a frame refers to stays referred to until the frame is left.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private (WeakReference Exception, WeakReference Body) Throw()
    {
        var held = new object();
        using var both = new Barrier(2);
        try
        {
            _context.ParallelFor(2, 1, new ScriptedBody((context, _) =>
            {
                both.SignalAndWait();
                if (context != _context)
                    throw new TimeoutException(held.ToString());
            }));
        }
        catch (TimeoutException thrown)
        {
            return (new WeakReference(thrown), new WeakReference(held));
        }

        throw new InvalidOperationException("It did not throw.");
    }
}
