using PluginIr.Conformance.Tests.Kernels;
using PluginIr.Ops;

namespace PluginIr.Conformance.Tests.Wrong;

/// <summary>Quantises by truncation: half of its elements are one step too small.</summary>
[KernelProvider("truncates")]
internal static unsafe partial class Truncates
{
    [Kernel("static_quant_fp8")]
    private static void Run(KernelContext context, Tensor x, Tensor scale, DType fp8Dtype, int? numTokenPadding, Tensor output)
    {
        StaticQuantFp8.Native(context, x, scale, fp8Dtype, numTokenPadding, output);
        float factor = 1f / scale.ToSingles()[0];
        float[] row = new float[x.Last], quantized = new float[x.Last];
        for (long r = 0; r < x.Rows; r++)
        {
            x.ReadRow(r, row);
            output.ReadRow(r, quantized);
            Span<byte> bits = output.AsBytes().Slice((int)(r * x.Last), row.Length);
            for (int i = 0; i < row.Length; i++)
            {
                if (Math.Abs(quantized[i]) > Math.Abs(row[i] * factor) && (bits[i] & 0x7F) != 0)
                    bits[i]--;
            }
        }
    }
}
