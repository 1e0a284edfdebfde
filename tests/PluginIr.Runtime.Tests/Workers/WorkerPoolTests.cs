using PluginIr.Runtime.Tests.Fixtures;
using PluginIr.Runtime.Workers;
using Xunit;

namespace PluginIr.Runtime.Tests.Workers;

/// <summary>Work that kernels share among threads.</summary>
public sealed class WorkerPoolTests : IDisposable
{
    private const int Limit = 60_000;

    private readonly HostWorkerPool _pool = new(3);
    private readonly KernelContext _context;

    public WorkerPoolTests() => _context = new KernelContext { Workers = _pool };

    public void Dispose() => _pool.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(17)]
    public void Every_chunk_is_done_exactly_once_whatever_the_count_the_grain_and_the_threads(int threads)
    {
        _pool.Threads = threads;
        foreach (nint count in (nint[])[0, 1, 2, 3, 7, 8, 9, 100, 1023, 1024, 1025, 50_000])
        {
            foreach (nint grain in (nint[])[1, 2, 3, 8, 100, 1024, 1 << 20])
            {
                for (int i = 0; i < 5; i++)
                    Assert.True(Marking.IsExactlyOnce(_context, count, grain), $"count {count}, grain {grain}, {threads} threads");
            }
        }
    }

    [Fact]
    public void A_context_without_workers_does_the_same_chunks_alone()
    {
        var alone = new KernelContext();
        Assert.Equal(1, alone.Threads);
        Assert.True(Marking.IsExactlyOnce(alone, 1000, 7));
    }

    [Fact(Timeout = Limit)]
    public async Task Workers_help()
    {
        int byOthers = 0;
        await Task.Run(() =>
        {
            // The caller's chunk ends once a worker has done one: without a worker this would never end.
            _context.ParallelFor(2, 1, new ScriptedBody((context, i) =>
            {
                if (context != _context)
                    Interlocked.Increment(ref byOthers);
                else
                    SpinWait.SpinUntil(() => Volatile.Read(ref byOthers) > 0);
            }));
        }, TestContext.Current.CancellationToken);
        Assert.InRange(byOthers, 1, 2);
    }

    [Fact(Timeout = Limit)]
    public async Task All_the_threads_that_are_allowed_work_on_one_call_and_no_more()
    {
        _pool.Threads = 4;
        using var all = new Barrier(4);
        await Task.Run(
            () => _context.ParallelFor(4, 1, new ScriptedBody((_, _) => all.SignalAndWait(TestContext.Current.CancellationToken))),
            TestContext.Current.CancellationToken);

        _pool.Threads = 2;
        var threads = new HashSet<int>();
        for (int round = 0; round < 200; round++)
        {
            _context.ParallelFor(64, 1, new ScriptedBody((_, _) =>
            {
                lock (threads)
                    threads.Add(Environment.CurrentManagedThreadId);
            }));
        }

        Assert.InRange(threads.Count, 1, 2);
    }

    [Fact(Timeout = Limit)]
    public async Task Each_thread_has_a_context_of_its_own()
    {
        _pool.Threads = 2;
        using var both = new Barrier(2);
        var contexts = new KernelContext[2];
        await Task.Run(() => _context.ParallelFor(2, 1, new ScriptedBody((context, i) =>
        {
            contexts[i] = context;
            both.SignalAndWait(TestContext.Current.CancellationToken);
        })), TestContext.Current.CancellationToken);
        Assert.Contains(_context, contexts);
        Assert.NotSame(contexts[0], contexts[1]);
    }

    [Fact]
    public void No_more_threads_are_started_than_a_call_has_had_chunks_for()
    {
        Assert.True(Marking.IsExactlyOnce(_context, 100, 100));
        Assert.Equal(0, _pool.Started);
        Assert.True(Marking.IsExactlyOnce(_context, 101, 100));
        Assert.Equal(1, _pool.Started);
        Assert.True(Marking.IsExactlyOnce(_context, 10_000, 100));
        Assert.Equal(2, _pool.Started);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Where_the_system_has_no_thread_left_those_that_there_are_do_the_work(int left)
    {
        using var pool = new HostWorkerPool(4, thread =>
        {
            if (left-- <= 0)
                throw new OutOfMemoryException("no thread is left");
            thread.UnsafeStart();
        });
        int started = left;
        var context = new KernelContext { Workers = pool };
        for (int call = 0; call < 3; call++)
            Assert.True(Marking.IsExactlyOnce(context, count: 8, grain: 1));
        Assert.Equal(started, pool.Started);
        Assert.Equal(-1, left);
    }

    [Fact]
    public void Sharing_work_allocates_nothing()
    {
        // A collection that other tests cause counts the rest of this thread's allocation block, up to 8 KB; less than a byte a call.
        Assert.InRange(Allocations.Of(() => _context.ParallelFor(64, 1, default(Nothing))), 0, Allocations.Calls - 1);
        Assert.Equal(2, _pool.Started);
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(5, 0)]
    [InlineData(5, -1)]
    [InlineData(1L << 31, 1)]
    public void Counts_and_grains_that_mean_nothing_are_refused_before_anything_runs(long count, long grain)
    {
        foreach (KernelContext context in (KernelContext[])[_context, new()])
        {
            Assert.Throws<ArgumentOutOfRangeException>(
                () => context.ParallelFor((nint)count, (nint)grain, new ScriptedBody((_, _) => Assert.Fail("It ran."))));
        }
    }

    [Fact]
    public void At_least_one_thread_works() => Assert.Throws<ArgumentOutOfRangeException>(() => _pool.Threads = 0);

    [Fact]
    public void The_grain_makes_chunks_worth_handing_over()
    {
        Assert.Equal(1, KernelContext.GrainOf(1 << 20));
        Assert.InRange(KernelContext.GrainOf(4096), 8, 128);
        Assert.InRange(KernelContext.GrainOf(0), 1, 1 << 20);
    }

    [Fact(Timeout = Limit)]
    public async Task A_call_inside_a_chunk_is_done_by_the_thread_that_makes_it()
    {
        var inner = new int[8];
        await Task.Run(() => _context.ParallelFor(8, 1, new ScriptedBody((context, i) =>
        {
            int thread = Environment.CurrentManagedThreadId;
            context.ParallelFor(10, 1, new ScriptedBody((nested, _) =>
            {
                if (Environment.CurrentManagedThreadId == thread && nested == context)
                    inner[i]++;
            }));
        })), TestContext.Current.CancellationToken);
        Assert.All(inner, done => Assert.Equal(10, done));
    }

    [Fact(Timeout = Limit)]
    public async Task A_call_that_finds_the_workers_taken_does_not_wait_for_them()
    {
        using var isInside = new ManualResetEventSlim();
        using var isDone = new ManualResetEventSlim();
        Task first = Task.Run(() => _context.ParallelFor(2, 1, new ScriptedBody((_, _) =>
        {
            isInside.Set();
            isDone.Wait(TestContext.Current.CancellationToken);
        })), TestContext.Current.CancellationToken);
        isInside.Wait(TestContext.Current.CancellationToken);
        Assert.True(Marking.IsExactlyOnce(new KernelContext { Workers = _pool }, 1000, 10));
        isDone.Set();
        await first;
    }

    [Fact(Timeout = Limit)]
    public async Task Calls_from_many_threads_at_once_are_all_done()
    {
        Task<bool>[] callers = [.. Enumerable.Range(0, 6).Select(_ => Task.Factory.StartNew(
            () =>
            {
                var context = new KernelContext { Workers = _pool };
                bool isRight = true;
                for (int i = 0; i < 3000; i++)
                    isRight &= Marking.IsExactlyOnce(context, 1 + (i % 97), 1 + (i % 5));
                return isRight;
            }, TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        Assert.All(await Task.WhenAll(callers), Assert.True);
    }

    [Fact]
    public void The_number_of_threads_may_change_while_calls_run()
    {
        using var stop = new CancellationTokenSource();
        var changing = new Thread(() =>
        {
            for (int i = 0; !stop.IsCancellationRequested; i++)
                _pool.Threads = 1 + (i % 5);
        });
        changing.Start();
        for (int i = 0; i < 5000; i++)
            Assert.True(Marking.IsExactlyOnce(_context, 64, 1));
        stop.Cancel();
        changing.Join();
    }

    [Fact]
    public void A_pool_that_was_disposed_ends_its_threads_and_calls_are_done_alone()
    {
        Assert.True(Marking.IsExactlyOnce(_context, 100, 1));
        _pool.Dispose();
        _pool.Dispose();
        SpinWait.SpinUntil(() => _pool.Running == 0);
        Assert.True(Marking.IsExactlyOnce(_context, 100, 1));
        Assert.Equal(0, _pool.Running);
    }

    [Fact]
    public void A_pool_may_be_disposed_while_calls_run()
    {
        for (int round = 0; round < 50; round++)
        {
            using var pool = new HostWorkerPool(3);
            var context = new KernelContext { Workers = pool };
            var disposing = new Thread(pool.Dispose);
            disposing.Start();
            for (int i = 0; i < 20; i++)
                Assert.True(Marking.IsExactlyOnce(context, 200, 1));
            disposing.Join();
            SpinWait.SpinUntil(() => pool.Running == 0);
        }
    }

    private readonly struct Nothing : IParallelBody
    {
        public void Run(KernelContext context, nint first, nint end)
        {
        }
    }
}
