namespace PluginIr.Contracts.Generators.Tests.Driving;

/// <summary>Source text that is right in every respect.</summary>
internal static class Sources
{
    /// <summary>An op with an optional tensor, a default, two outputs, in place; out = x + x_residual, residual_out = x - x_residual.</summary>
    public const string Op = """
        using PluginIr;
        using PluginIr.Conformance;

        namespace Fixture;

        /// <summary>Sum and difference.</summary>
        [Op("sum_diff(Tensor x, Tensor x_residual, Tensor? weight, float epsilon, int? size=None) -> (Tensor out, Tensor residual_out)",
            AllowInplace = true)]
        public static partial class SumDiff
        {
            [Native(Inplace = Inplace.May)]
            private static void Native(
                KernelContext context, Tensor x, Tensor xResidual, Tensor? weight, float epsilon, int? size, Tensor output, Tensor residualOut)
            {
                for (int i = 0; i < x.ElementCount; i++)
                {
                    float a = x.AsSpan<float>()[i], b = xResidual.AsSpan<float>()[i];
                    output.AsSpan<float>()[i] = a + b;
                    residualOut.AsSpan<float>()[i] = a - b;
                }
            }

            private static (TensorSpec, TensorSpec) Infer(TensorSpec x, TensorSpec xResidual, TensorSpec? weight, float epsilon, int? size) =>
                size is null ? (x, xResidual) : throw new OpArgumentException("sum_diff", "size is not for us");

            private static void Generate(InputGenerator generator) => generator.Set("x", generator.Normal(1, generator.Rows, generator.Hidden));
        }
        """;

    /// <summary>A class with one kernel of the op, everything private.</summary>
    public const string Kernels = """
        [KernelProvider("fixture", Supported = nameof(Check), Dispose = nameof(Free))]
        internal static partial class FixtureKernels
        {
            public static int Freed;

            [Kernel("sum_diff", Inplace = Inplace.Only, SupportsArgs = nameof(TakesShort), Alignment = 16, DTypes = DTypes.F32 | DTypes.BF16)]
            private static void SumDiff(
                KernelContext context, Tensor x, Tensor xResidual, Tensor? weight, float epsilon, int? size, Tensor first, Tensor second)
            {
                first.AsSpan<float>()[0] = epsilon;
                second.AsSpan<float>()[0] = size ?? -1;
            }

            private static bool TakesShort(TensorSpec x, TensorSpec xResidual, TensorSpec? weight, float epsilon, int? size) =>
                x.Last < 8 && weight is null && size != 3;

            private static Support Check() => Support.No("fixture hardware is missing");

            private static void Free() => Freed++;
        }
        """;

    /// <summary>Both.</summary>
    public const string OpAndKernels = Op + "\n\n" + Kernels;

    /// <summary>Kernels of the op for a compilation of their own.</summary>
    public const string KernelsAlone = "using PluginIr;\n\nnamespace Vendor;\n\n" + Kernels;
}
