using System.Runtime.CompilerServices;
using ILGPU;
using PluginIr.Cuda.Gpu.Elements;

namespace PluginIr.Cuda.Gpu.Rows;

/// <summary>A <see cref="RowPart"/> as memory has it.</summary>
internal struct PackedRowPart
{
    public PackedChunk A, B, C, D;

    /// <summary>Reads the chunks from a row, as <see cref="RowPart.Load"/> does.</summary>
    /// <param name="memory">The memory.</param>
    /// <param name="row">The row's first chunk.</param>
    /// <param name="thread">This thread's number among the row's.</param>
    /// <param name="threads">How many there are.</param>
    /// <param name="last">The row's last chunk.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PackedRowPart Load<TElement, TShape>(ArrayView<byte> memory, long row, int thread, int threads, int last)
        where TElement : struct, IElement
        where TShape : struct, IShape
    {
        PackedRowPart part = default;
        part.A = TElement.LoadPacked(memory, row, IntrinsicMath.Min(thread, last));
        if (TShape.Chunks > 1)
            part.B = TElement.LoadPacked(memory, row, IntrinsicMath.Min(thread + threads, last));
        if (TShape.Chunks > 2)
        {
            part.C = TElement.LoadPacked(memory, row, IntrinsicMath.Min(thread + (2 * threads), last));
            part.D = TElement.LoadPacked(memory, row, IntrinsicMath.Min(thread + (3 * threads), last));
        }

        return part;
    }

    /// <summary>The same with a policy of <see cref="Instructions.CachePolicy"/>.</summary>
    /// <param name="memory">The memory.</param>
    /// <param name="row">The row's first chunk.</param>
    /// <param name="thread">This thread's number among the row's.</param>
    /// <param name="threads">How many there are.</param>
    /// <param name="last">The row's last chunk.</param>
    /// <param name="policy">The policy.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PackedRowPart Load<TElement, TShape>(ArrayView<byte> memory, long row, int thread, int threads, int last, long policy)
        where TElement : struct, IElement
        where TShape : struct, IShape
    {
        PackedRowPart part = default;
        part.A = TElement.LoadPacked(memory, row, IntrinsicMath.Min(thread, last), policy);
        if (TShape.Chunks > 1)
            part.B = TElement.LoadPacked(memory, row, IntrinsicMath.Min(thread + threads, last), policy);
        if (TShape.Chunks > 2)
        {
            part.C = TElement.LoadPacked(memory, row, IntrinsicMath.Min(thread + (2 * threads), last), policy);
            part.D = TElement.LoadPacked(memory, row, IntrinsicMath.Min(thread + (3 * threads), last), policy);
        }

        return part;
    }

    /// <summary>Has <see cref="Instructions.Release"/> done for the lines that begin with one of the thread's chunks.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Release<TElement, TShape>(ArrayView<byte> memory, long row, int thread, int threads, int last)
        where TElement : struct, IElement
        where TShape : struct, IShape
    {
        if ((thread & ((CacheLines.Bytes / TElement.ChunkBytes) - 1)) != 0)
            return;
        if (thread <= last)
            TElement.Release(memory, row, thread);
        if (TShape.Chunks > 1)
        {
            if (thread + threads <= last)
                TElement.Release(memory, row, thread + threads);
        }

        if (TShape.Chunks > 2)
        {
            if (thread + (2 * threads) <= last)
                TElement.Release(memory, row, thread + (2 * threads));
            if (thread + (3 * threads) <= last)
                TElement.Release(memory, row, thread + (3 * threads));
        }
    }

    /// <summary>The chunks where the condition holds, a word all over elsewhere: selected, not branched on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PackedRowPart If(bool condition, PackedRowPart x, uint otherwise) => new()
    {
        A = PackedChunk.If(condition, x.A, otherwise),
        B = PackedChunk.If(condition, x.B, otherwise),
        C = PackedChunk.If(condition, x.C, otherwise),
        D = PackedChunk.If(condition, x.D, otherwise),
    };

    /// <summary>The numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RowPart Unpack<TElement, TShape>(PackedRowPart packed)
        where TElement : struct, IElement
        where TShape : struct, IShape
    {
        RowPart part = default;
        part.A = TElement.Unpack(packed.A);
        if (TShape.Chunks > 1)
            part.B = TElement.Unpack(packed.B);
        if (TShape.Chunks > 2)
        {
            part.C = TElement.Unpack(packed.C);
            part.D = TElement.Unpack(packed.D);
        }

        return part;
    }

    /// <summary>The numbers as they are written.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PackedRowPart Pack<TOutput, TElement, TShape>(RowPart part)
        where TOutput : struct, IRowOutput
        where TElement : struct, IElement
        where TShape : struct, IShape
    {
        PackedRowPart packed = default;
        packed.A = TOutput.Pack<TElement>(part.A);
        if (TShape.Chunks > 1)
            packed.B = TOutput.Pack<TElement>(part.B);
        if (TShape.Chunks > 2)
        {
            packed.C = TOutput.Pack<TElement>(part.C);
            packed.D = TOutput.Pack<TElement>(part.D);
        }

        return packed;
    }

    /// <summary>Writes the chunks that are in the row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<TOutput, TElement, TShape>(PackedRowPart packed, ArrayView<byte> memory, long row, int thread, int threads, int last)
        where TOutput : struct, IRowOutput
        where TElement : struct, IElement
        where TShape : struct, IShape
    {
        // From one address on: a warp's other chunks are at distances that the instruction has room for.
        row += thread;
        if (thread <= last)
            TOutput.StorePacked<TElement>(memory, row, 0, packed.A);
        if (TShape.Chunks > 1)
        {
            if (thread + threads <= last)
                TOutput.StorePacked<TElement>(memory, row, threads, packed.B);
        }

        if (TShape.Chunks > 2)
        {
            if (thread + (2 * threads) <= last)
                TOutput.StorePacked<TElement>(memory, row, 2 * threads, packed.C);
            if (thread + (3 * threads) <= last)
                TOutput.StorePacked<TElement>(memory, row, 3 * threads, packed.D);
        }
    }
}
