using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Functions;
using PluginIr.CpuSimd.Lanes;
using PluginIr.CpuSimd.Specialization;

namespace PluginIr.CpuSimd.Rows;

/// <summary>
/// What <see cref="Gating{TFunction}"/> does, with the function's values on their way through the first-level cache: a little slower, and compiled
/// once for all functions.
/// </summary>
internal readonly unsafe struct GatingInBlocks(Function function, Tensor x, Tensor output) : IWork
{
    private const int BlockLength = 1024;

    private readonly Function _function = function;
    private readonly RowTable _x = new(x);
    private readonly RowTable _output = new(output);
    private readonly nint _hidden = (nint)output.Last;

    public nint Parts { get; } = (nint)output.Rows;

    public nint Grain { get; } = KernelContext.GrainOf((nint)(3 * output.Last * x.DType.Size()));

    public void Run<TElement, TLanes>(KernelContext context, nint first, nint end)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        for (nint row = first; row < end; row++)
        {
            var x = (TElement*)_x.At(row);
            Gate<TElement, TLanes>(_function, x, x + _hidden, _hidden, (TElement*)_output.At(row));
        }
    }

    /// <summary>Gates one row.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Gate<TElement, TLanes>(Function function, TElement* gate, TElement* factors, nint count, TElement* output)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        float* block = stackalloc float[BlockLength];
        for (nint start = 0; start < count; start += BlockLength)
        {
            nint length = Math.Min(BlockLength, count - start);
            Singles.Widen<TElement, TLanes>(gate + start, length, block);
            function.Apply(block, Padding.ToVector(length), block);
            Singles.Multiply<TElement, TLanes>(block, factors + start, length, output + start);
        }
    }
}
