namespace PluginIr;

/// <summary>Threads that help a kernel with one call: what is behind <see cref="KernelContext.ParallelFor{TBody}"/>. One for a runtime.</summary>
/// <remarks>The host makes it. Kernels do not call it; a host of one's own, as in a test, may derive from it.</remarks>
public abstract unsafe class WorkerPool
{
    /// <summary>How many threads work on one call at most, the caller among them. May change at any time.</summary>
    public abstract int Threads { get; set; }

    /// <summary>Runs every chunk of [0, <paramref name="count"/>) once and returns when all are done.</summary>
    /// <remarks>
    /// Chunk i is [i·grain, min((i+1)·grain, count)), whoever runs it. When it returns or throws, no other thread uses
    /// <paramref name="body"/> any more, nor is inside the code that <paramref name="chunk"/> points to.
    /// </remarks>
    /// <param name="context">The caller's context.</param>
    /// <param name="chunk">Runs [first, end) of a body: (context of the running thread, body, first, end).</param>
    /// <param name="body">The body, at an address that does not change.</param>
    /// <param name="count">How many indices; from 1.</param>
    /// <param name="grain">How many of them are a chunk; from 1, and such that there are at most 2³¹-1 chunks.</param>
    public abstract void Run(
        KernelContext context, delegate*<KernelContext, void*, nint, nint, void> chunk, void* body, nint count, nint grain);
}
