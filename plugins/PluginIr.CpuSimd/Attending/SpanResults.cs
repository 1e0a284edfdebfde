using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Lanes;
using PluginIr.CpuSimd.Products;

namespace PluginIr.CpuSimd.Attending;

/// <summary>What some keys make of a block's rows: for each row of each head its softmax and the weighted sum of values that goes with it.</summary>
/// <param name="heads">How many key heads.</param>
/// <param name="rows">How many rows each has.</param>
/// <param name="headSize">A head's elements.</param>
/// <param name="memory">As many float32 as <see cref="Length"/> says.</param>
internal readonly unsafe struct SpanResults(nint heads, nint rows, nint headSize, float* memory)
{
    private readonly nint _heads = heads;
    private readonly nint _rows = rows;
    private readonly nint _size = Padding.ToVectorPair(headSize);
    private readonly float* _memory = memory;

    /// <summary>How many float32 of memory these results take.</summary>
    public static nint Length(nint heads, nint rows, nint headSize) =>
        heads * rows * (Padding.ToVectorPair(headSize) + (sizeof(Softmax) / sizeof(float)));

    /// <summary>A row's weighted sum of values.</summary>
    public float* Sum(nint head, nint row) => _memory + (((head * _rows) + row) * _size);

    /// <summary>A row's softmax.</summary>
    public ref Softmax State(nint head, nint row) => ref ((Softmax*)Sum(_heads, 0))[(head * _rows) + row];

    /// <summary>Those of no key.</summary>
    public void Clear()
    {
        new Span<float>(_memory, (int)(_heads * _rows * _size)).Clear();
        for (nint i = 0; i < _heads * _rows; i++)
            State(0, i) = Softmax.Empty;
    }

    /// <summary>
    /// Makes zeros of negative zeros. They come from underflow alone, and become zeros anyway when there are further keys, though these have no weight.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public void ClearSigns<TLanes>() where TLanes : struct, ILanes<TLanes>
    {
        TLanes zero = TLanes.Create(0f);
        for (nint i = 0; i < _heads * _rows * _size; i += TLanes.Count)
            (TLanes.Load(_memory + i) + zero).Store(_memory + i);
    }

    /// <summary>Puts those of the next keys to these.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)] // else the first call with several spans after a swap would compile it
    public void Add<TLanes>(in SpanResults next) where TLanes : struct, ILanes<TLanes>
    {
        for (nint i = 0; i < _heads * _rows; i++)
            State(0, i).Add<TLanes>(next.State(0, i), next.Sum(0, i), Sum(0, i), _size);
    }
}
