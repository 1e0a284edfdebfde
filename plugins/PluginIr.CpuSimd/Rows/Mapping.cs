using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Functions;
using PluginIr.CpuSimd.Lanes;
using PluginIr.CpuSimd.Specialization;

namespace PluginIr.CpuSimd.Rows;

/// <summary>A function of every element: <c>output = f(x)</c>, in float32, rounded once. One call.</summary>
internal readonly unsafe struct Mapping : IWork
{
    // A few blocks fit the first-level cache.
    private const int BlockLength = 1024;

    private readonly Segments _segments;
    private readonly RowTable _x, _output;
    private readonly Function _function;

    /// <summary>Describes a call.</summary>
    public Mapping(Function function, Tensor x, Tensor output)
    {
        _segments = new Segments(x, x.IsContiguous && output.IsContiguous);
        (_x, _output) = (_segments.Of(x), _segments.Of(output));
        _function = function;
        Grain = KernelContext.GrainOf(_segments.LengthOf(0) * 2 * x.DType.Size());
    }

    public nint Parts => _segments.Count;

    public nint Grain { get; }

    public void Run<TElement, TLanes>(KernelContext context, nint first, nint end)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        float* block = stackalloc float[BlockLength];
        for (nint part = first; part < end; part++)
        {
            TElement* x = (TElement*)_x.At(part), output = (TElement*)_output.At(part);
            nint count = _segments.LengthOf(part), start = 0;
            if (typeof(TElement) == typeof(Float32Element))
            {
                start = count & ~15;
                _function.Apply((float*)x, start, (float*)output);
            }

            for (; start < count; start += BlockLength)
            {
                nint length = Math.Min(BlockLength, count - start);
                Singles.Widen<TElement, TLanes>(x + start, length, block);
                _function.Apply(block, Padding.ToVector(length), block);
                Singles.Narrow<TElement, TLanes>(block, length, output + start);
            }
        }
    }
}
