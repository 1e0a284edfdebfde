namespace PluginIr.CpuSimd.Tests;

/// <summary>Threads that share a call's chunks evenly: the one with number i takes the chunks i, i + n, i + 2n and so on.</summary>
internal sealed unsafe class TeamOfThreads(int threads) : WorkerPool
{
    public override int Threads { get; set; } = threads;

    /// <summary>How many calls were shared.</summary>
    public int Shared { get; private set; }

    public override void Run(
        KernelContext context, delegate*<KernelContext, void*, nint, nint, void> chunk, void* body, nint count, nint grain)
    {
        Shared++;
        var entry = (nint)chunk;
        var address = (nint)body;
        Thread[] helpers = [.. Enumerable.Range(1, Threads - 1).Select(i => new Thread(() => RunEvery(new KernelContext(), i)))];
        foreach (Thread helper in helpers)
            helper.Start();
        RunEvery(context, 0);
        foreach (Thread helper in helpers)
            helper.Join();

        void RunEvery(KernelContext own, int number)
        {
            for (nint first = number * grain; first < count; first += Threads * grain)
                ((delegate*<KernelContext, void*, nint, nint, void>)entry)(own, (void*)address, first, Math.Min(first + grain, count));
        }
    }
}
