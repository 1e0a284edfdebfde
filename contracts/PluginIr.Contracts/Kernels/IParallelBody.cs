namespace PluginIr;

/// <summary>Work that several threads may share: what <see cref="KernelContext.ParallelFor{TBody}"/> runs. A struct that holds what the work needs.</summary>
/// <remarks>
/// <para>One value of it serves all threads at once, so <see cref="Run"/> must not change its fields, and chunks must not write the same memory.</para>
/// <para>It may hold pointers, spans and tensors: they are used only while the call runs.</para>
/// </remarks>
public interface IParallelBody
{
    /// <summary>Does one chunk of the work.</summary>
    /// <param name="context">The running thread's own context: scratch memory taken from it is that thread's. Not always the kernel's.</param>
    /// <param name="first">The chunk's first index.</param>
    /// <param name="end">One past its last index.</param>
    void Run(KernelContext context, nint first, nint end);
}
