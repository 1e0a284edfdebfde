using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;
using PluginIr.CpuSimd.Rows;
using PluginIr.CpuSimd.Specialization;

namespace PluginIr.CpuSimd;

/// <summary>update_rows: the table copied, if it is not in place, and the rows copied into it. Bit for bit the definition's result.</summary>
[KernelProvider(CpuSimdProvider.Name)]
internal static unsafe partial class UpdateRows
{
    /// <summary>The kernel.</summary>
    /// <exception cref="OpArgumentException">A position is not in the table. Nothing was written.</exception>
    [Kernel("update_rows", DTypes = DTypes.Floating, Inplace = Inplace.May)]
    internal static void Run(KernelContext context, Tensor x, Tensor rows, Tensor positions, Tensor output)
    {
        // The definition refuses what is not in the table in the same words for every provider.
        if (!Indices.AreRowsOf(positions, x))
        {
            Ops.UpdateRows.Native(context, x, rows, positions, output);
            return;
        }

        if (output.Address != x.Address)
            Specialize.Run(context, x.DType, new Copy(x, output));
        long rowBytes = rows.Shape[0] == 0 ? 0 : rows.Spec.ByteCount / rows.Shape[0];
        byte* source = rows.Pointer<byte>(), target = output.Pointer<byte>();
        for (long t = 0; t < positions.ElementCount; t++)
            Buffer.MemoryCopy(source + (t * rowBytes), target + (positions.ReadIndex(t) * rowBytes), rowBytes, rowBytes);
    }

    /// <summary>The table's copy.</summary>
    internal readonly struct Copy : IWork
    {
        private readonly Segments _segments;
        private readonly RowTable _x, _output;

        /// <summary>Describes a copy.</summary>
        public Copy(Tensor x, Tensor output)
        {
            _segments = new Segments(x, areContiguous: true);
            (_x, _output) = (_segments.Of(x), _segments.Of(output));
        }

        public nint Parts => _segments.Count;

        public nint Grain => KernelContext.GrainOf(2 * Segments.Length * sizeof(float));

        public void Run<TElement, TLanes>(KernelContext context, nint first, nint end)
            where TElement : unmanaged, IElement<TElement>
            where TLanes : struct, ILanes<TLanes>
        {
            for (nint part = first; part < end; part++)
            {
                long bytes = _segments.LengthOf(part) * sizeof(TElement);
                Buffer.MemoryCopy((void*)_x.At(part), (void*)_output.At(part), bytes, bytes);
            }
        }
    }
}
