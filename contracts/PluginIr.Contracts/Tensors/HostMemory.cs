using System.Runtime.InteropServices;

namespace PluginIr;

/// <summary>Host memory for tensors, from the C runtime. The collector, which does not see it, is called when much of it may be garbage.</summary>
/// <remarks>
/// The runtime's own <see cref="GC.AddMemoryPressure"/> counts what is allocated and not what is in use: a server that disposes every tensor at once
/// would be collected all the time.
/// </remarks>
internal static unsafe class HostMemory
{
    // Collections come when twice as much is in use as after the last one, and not before this part of the machine's memory, or the container's, is.
    private const int LeastPart = 8;
    private const long LeastBytes = 256L << 20;

    private static readonly long s_least = Math.Max(LeastBytes, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / LeastPart);
    private static long s_inUse;
    private static long s_collectAbove = s_least;

    /// <summary>How many bytes are in use.</summary>
    public static long BytesInUse => Interlocked.Read(ref s_inUse);

    /// <summary>Allocates.</summary>
    /// <param name="byteCount">How many bytes.</param>
    /// <returns>The address, a multiple of <see cref="TensorBuffer.Alignment"/>. The contents are undefined.</returns>
    /// <exception cref="OutOfMemoryException">There is not enough memory, also after a collection.</exception>
    public static nint Allocate(nuint byteCount)
    {
        nint address;
        try
        {
            address = (nint)NativeMemory.AlignedAlloc(Math.Max(byteCount, 1), TensorBuffer.Alignment);
        }
        catch (OutOfMemoryException)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            address = (nint)NativeMemory.AlignedAlloc(Math.Max(byteCount, 1), TensorBuffer.Alignment);
        }

        if (Interlocked.Add(ref s_inUse, (long)byteCount) > Volatile.Read(ref s_collectAbove))
            CollectSoon();
        return address;
    }

    /// <summary>Frees.</summary>
    /// <param name="address">What <see cref="Allocate"/> returned.</param>
    /// <param name="byteCount">What it was given.</param>
    public static void Free(nint address, nuint byteCount)
    {
        NativeMemory.AlignedFree((void*)address);
        Interlocked.Add(ref s_inUse, -(long)byteCount);
    }

    // On another thread: whoever allocates does not wait.
    private static void CollectSoon()
    {
        if (Interlocked.Exchange(ref s_collectAbove, long.MaxValue) == long.MaxValue)
            return;
        ThreadPool.QueueUserWorkItem(static _ =>
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Volatile.Write(ref s_collectAbove, Math.Max(s_least, 2 * BytesInUse));
        });
    }
}
