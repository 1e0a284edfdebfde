using System.Runtime.CompilerServices;

namespace PluginIr.Cuda.Gpu.Rows;

/// <summary>A tensor's rows, for kernels that go by chunks.</summary>
/// <typeparam name="TView">The memory as the kernel sees it, or as the host hands it over.</typeparam>
internal struct RowView<TView> where TView : struct
{
    /// <summary>The memory, from the first row on.</summary>
    public TView Memory;

    /// <summary>Chunks from a row to the next; not negative.</summary>
    public int Stride;

    /// <summary>A row's first chunk: one multiplication of 32 bits, as both are known to be positive.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly long First(int row) => (long)((ulong)(uint)row * (uint)Stride);
}
