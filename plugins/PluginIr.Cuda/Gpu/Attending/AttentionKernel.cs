using System.Runtime.CompilerServices;
using ILGPU;
using PluginIr.Cuda.Gpu.Accesses;
using PluginIr.Cuda.Gpu.Elements;

namespace PluginIr.Cuda.Gpu.Attending;

/// <summary>Attention of up to two query rows of one key head over a part of the keys, each of which is read once.</summary>
/// <remarks>
/// <para>Groups along x are sequences, key heads and pairs of query rows (row r is query r / n of the r % n-th of the n heads that share the key
/// head); along y, parts of the keys. A part that begins past a sequence's length has nothing to do. A few lanes have a key, eight elements each,
/// and a softmax of their own; these are brought together at the end.</para>
/// <para>A masked key has weight 0, so its value still counts when it is not finite; its score does not.</para>
/// </remarks>
internal static class AttentionKernel
{
    /// <summary>Query rows of a group.</summary>
    public const int Rows = 2;

    /// <summary>Threads of a group.</summary>
    public const int Threads = 128;

    /// <summary>The largest head.</summary>
    public const int MaxSize = Reduction.WarpSize * Chunk.Length;

    // That a thread has a part of at a time.
    private const int Keys = 4;

    private const int Warps = Threads / Reduction.WarpSize, Pitch = MaxSize + 2;

    /// <summary>The kernel.</summary>
    public static void Run<TElement, TAccess>(AttentionArguments<ArrayView<byte>> a)
        where TElement : struct, IElement
        where TAccess : struct, IAccess
    {
        int sharing = a.Heads / a.KeyHeads, rows = a.Queries * sharing, pairs = (rows + Rows - 1) / Rows;
        int row = Grid.IdxX % pairs * Rows, keyHead = Grid.IdxX / pairs % a.KeyHeads, sequence = Grid.IdxX / pairs / a.KeyHeads;
        int keys = Sequences.KeysOf(a, sequence), first = Grid.IdxY * a.KeysOfSplit, end = IntrinsicMath.Min(first + a.KeysOfSplit, keys);
        if (first >= keys)
            return;
        int second = IntrinsicMath.Min(row + 1, rows - 1), lane = Group.IdxX & (a.Lanes - 1), at = Group.IdxX / a.Lanes, step = Threads / a.Lanes;
        int element = lane * Chunk.Length, count = a.Size - element;
        int seen0 = a.IsCausal != 0 ? keys - a.Queries + (row / sharing) + 1 : keys;
        int seen1 = a.IsCausal != 0 ? keys - a.Queries + (second / sharing) + 1 : keys;
        long place0 = RowOf(a, sequence, keyHead, sharing, row), place1 = RowOf(a, sequence, keyHead, sharing, second);
        Chunk q0 = TAccess.Load<TElement>(a.Query, (place0 * a.Size) + element, count);
        Chunk q1 = TAccess.Load<TElement>(a.Query, (place1 * a.Size) + element, count);
        int end0 = IntrinsicMath.Min(end, seen0), end1 = IntrinsicMath.Min(end, seen1);
        long pitch = (long)a.KeyHeads * a.Size, from = (((long)sequence * a.Capacity * a.KeyHeads) + keyHead) * a.Size + element;
        Softmax s0 = Softmax.Empty, s1 = Softmax.Empty;
        for (int next = first; next < end; next += Keys * step)
        {
            // All that is read of four keys is under way at once: a branch on the end would wait for each.
            int key = next + at, key1 = key + step, key2 = key1 + step, key3 = key2 + step;
            long p0 = from + (Inside(key, end) * pitch), p1 = from + (Inside(key1, end) * pitch);
            long p2 = from + (Inside(key2, end) * pitch), p3 = from + (Inside(key3, end) * pitch);
            Chunk ka = TAccess.Load<TElement>(a.Key, p0, count), va = TAccess.Load<TElement>(a.Value, p0, count);
            Chunk kb = TAccess.Load<TElement>(a.Key, p1, count), vb = TAccess.Load<TElement>(a.Value, p1, count);
            Chunk kc = TAccess.Load<TElement>(a.Key, p2, count), vc = TAccess.Load<TElement>(a.Value, p2, count);
            Chunk kd = TAccess.Load<TElement>(a.Key, p3, count), vd = TAccess.Load<TElement>(a.Value, p3, count);
            va = Chunk.If(key < end, va);
            vb = Chunk.If(key1 < end, vb);
            vc = Chunk.If(key2 < end, vc);
            vd = Chunk.If(key3 < end, vd);
            Scores scores0 = Scores.Of(q0, ka, kb, kc, kd, a.Lanes), scores1 = Scores.Of(q1, ka, kb, kc, kd, a.Lanes);
            s0 = Softmax.Add(s0, Scores.Masked(scores0, a.Scale, key, step, end0), va, vb, vc, vd);
            s1 = Softmax.Add(s1, Scores.Masked(scores1, a.Scale, key, step, end1), va, vb, vc, vd);
        }

        for (int distance = a.Lanes; distance < Reduction.WarpSize; distance *= 2)
        {
            s0 = Softmax.Exchange(s0, distance);
            s1 = Softmax.Exchange(s1, distance);
        }

        ArrayView<float> shared = SharedMemory.Allocate<float>(Rows * Warps * Pitch);
        int warp = Group.IdxX / Reduction.WarpSize;
        if ((Group.IdxX & (Reduction.WarpSize - 1)) < a.Lanes)
        {
            Put(shared, warp * Pitch, element, s0);
            Put(shared, (Warps + warp) * Pitch, element, s1);
        }

        Group.Barrier();
        Write<TElement>(a, shared, 0, place0);
        if (row + 1 < rows)
            Write<TElement>(a, shared, Warps * Pitch, place1);
    }

    // Past the end the last key is read again, and counts for nothing.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Inside(int key, int end) => IntrinsicMath.Min(key, end - 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long RowOf(AttentionArguments<ArrayView<byte>> a, int sequence, int keyHead, int sharing, int row) =>
        ((((long)sequence * a.Queries) + (row / sharing)) * a.Heads) + (keyHead * sharing) + (row % sharing);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(ArrayView<float> shared, int at, int element, Softmax x)
    {
        shared[at] = x.Maximum;
        shared[at + 1] = x.Sum;
        at += 2 + element;
        shared[at] = x.Values.A;
        shared[at + 1] = x.Values.B;
        shared[at + 2] = x.Values.C;
        shared[at + 3] = x.Values.D;
        shared[at + 4] = x.Values.E;
        shared[at + 5] = x.Values.F;
        shared[at + 6] = x.Values.G;
        shared[at + 7] = x.Values.H;
    }

    // The warps' parts of a row as one.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write<TElement>(AttentionArguments<ArrayView<byte>> a, ArrayView<float> shared, int from, long row) where TElement : struct, IElement
    {
        float m0 = shared[from], m1 = shared[from + Pitch], m2 = shared[from + (2 * Pitch)], m3 = shared[from + (3 * Pitch)];
        float maximum = IntrinsicMath.Max(IntrinsicMath.Max(m0, m1), IntrinsicMath.Max(m2, m3)), shift = Softmax.Shift(maximum);
        float w0 = Instructions.Exp2(m0 - shift), w1 = Instructions.Exp2(m1 - shift), w2 = Instructions.Exp2(m2 - shift), w3 = Instructions.Exp2(m3 - shift);
        int sums = from + 1;
        float sum = (shared[sums] * w0) + (shared[sums + Pitch] * w1) + (shared[sums + (2 * Pitch)] * w2) + (shared[sums + (3 * Pitch)] * w3);
        long partial = ((row * a.Splits) + Grid.IdxY) * (a.Size + 2);
        for (int i = Group.IdxX; i < a.Size; i += Threads)
        {
            int at = from + 2 + i;
            float value = (shared[at] * w0) + (shared[at + Pitch] * w1) + (shared[at + (2 * Pitch)] * w2) + (shared[at + (3 * Pitch)] * w3);
            if (a.Splits == 1)
                TElement.StoreOne(a.Output, (row * a.Size) + i, value / sum);
            else
                a.Partial.Cast<float>()[partial + 2 + i] = value;
        }

        if (a.Splits != 1 && Group.IdxX == 0)
        {
            a.Partial.Cast<float>()[partial] = maximum;
            a.Partial.Cast<float>()[partial + 1] = sum;
        }
    }
}
