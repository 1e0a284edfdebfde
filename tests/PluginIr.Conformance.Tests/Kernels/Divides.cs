using PluginIr.Ops;

namespace PluginIr.Conformance.Tests.Kernels;

/// <summary>Quantises by dividing by the scale where native multiplies by its reciprocal.</summary>
[KernelProvider("divides")]
internal static unsafe partial class Divides
{
    [Kernel("static_quant_fp8")]
    private static void Run(KernelContext context, Tensor x, Tensor scale, DType fp8Dtype, int? numTokenPadding, Tensor output)
    {
        StaticQuantFp8.Native(context, x, scale, fp8Dtype, numTokenPadding, output);
        float divisor = scale.ToSingles()[0], largest = fp8Dtype == DType.Float8E5M2 ? Float8E5M2.MaxValue : Float8E4M3FN.MaxValue;
        float[] row = new float[x.Last];
        for (long r = 0; r < x.Rows; r++)
        {
            x.ReadRow(r, row);
            output.WriteRow(r, Array.ConvertAll(row, value => Math.Clamp(value / divisor, -largest, largest)));
        }
    }
}
