using System.Runtime.InteropServices;

namespace PluginIr.Runtime.Tests.Workers;

/// <summary>Counts for each index how often it was done, and for each chunk that its bounds are right.</summary>
internal readonly unsafe struct Marking(int* marks, nint count, nint grain) : IParallelBody
{
    /// <summary>Runs it and says whether every index was done once, in chunks as they are promised.</summary>
    public static bool IsExactlyOnce(KernelContext context, nint count, nint grain)
    {
        var marks = (int*)NativeMemory.AllocZeroed((nuint)count + 1, sizeof(int));
        try
        {
            context.ParallelFor(count, grain, new Marking(marks, count, grain));
            return new Span<int>(marks, (int)count).IndexOfAnyExcept(1) < 0 && marks[count] == 0;
        }
        finally
        {
            NativeMemory.Free(marks);
        }
    }

    public void Run(KernelContext context, nint first, nint end)
    {
        // A chunk of nothing is none: it is marked past the indices.
        if (first == end)
            Interlocked.Increment(ref marks[count]);
        bool isChunk = first % grain == 0 && end == Math.Min(first + grain, count);
        for (nint i = first; i < end; i++)
            Interlocked.Add(ref marks[i], isChunk ? 1 : 1000);
    }
}
