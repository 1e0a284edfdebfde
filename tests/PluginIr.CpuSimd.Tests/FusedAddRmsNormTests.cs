using Xunit;

namespace PluginIr.CpuSimd.Tests;

public sealed class FusedAddRmsNormTests
{
    private readonly KernelContext _context = new();

    [Theory]
    [MemberData(nameof(Cases.EveryDTypeAndSize), MemberType = typeof(Cases))]
    public void It_is_close_to_native_at_every_width_and_its_residual_is_natives_bit_for_bit(DType dtype, int hidden)
    {
        foreach (int rows in (int[])[1, 3, 8])
        {
            foreach (bool isWeighted in (bool[])[false, true])
            {
                using GuardedTensor x = GuardedTensor.From(dtype, Cases.Normal(hidden + rows, rows * hidden), rows, hidden);
                using GuardedTensor residual = GuardedTensor.From(dtype, Cases.Normal(hidden, rows * hidden), rows, hidden);
                using GuardedTensor? weight = isWeighted ? GuardedTensor.From(dtype, Cases.Normal(1, hidden), hidden) : null;
                using Tensor expected = Tensor.Empty(dtype, rows, hidden), expectedResidual = Tensor.Empty(dtype, rows, hidden);
                Ops.FusedAddRmsNorm.Native(
                    _context, x.Tensor, residual.Tensor, weight?.Tensor, Cases.Epsilon, null, expected, expectedResidual);

                foreach (Width width in Cases.Widths)
                {
                    string what = $"{width} {rows} rows, weighted {isWeighted}";
                    using GuardedTensor output = new(dtype, rows, hidden), residualOut = new(dtype, rows, hidden);
                    Specialized.RunAt(width, dtype, new FusedAddRmsNorm.Work(
                        x.Tensor, residual.Tensor, weight?.Tensor, Cases.Epsilon, null, output.Tensor, residualOut.Tensor));

                    TensorAssert.Close(expected, output.Tensor, what);
                    TensorAssert.SameBits(expectedResidual, residualOut.Tensor, what);
                    Assert.True(output.GuardsAreIntact && residualOut.GuardsAreIntact, $"{what}: wrote outside the outputs.");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases.EveryDTypeAndSize), MemberType = typeof(Cases))]
    public void In_place_gives_the_same_bits_as_with_fresh_outputs(DType dtype, int hidden)
    {
        const int Rows = 3;
        float[] xValues = Cases.Normal(hidden, Rows * hidden), residualValues = Cases.Normal(hidden + 1, Rows * hidden);
        using Tensor weight = Tensor.FromSingles(dtype, Cases.Normal(1, hidden), hidden);
        foreach (Width width in Cases.Widths)
        {
            using GuardedTensor x = GuardedTensor.From(dtype, xValues, Rows, hidden);
            using GuardedTensor residual = GuardedTensor.From(dtype, residualValues, Rows, hidden);
            using Tensor output = Tensor.Empty(dtype, Rows, hidden), residualOut = Tensor.Empty(dtype, Rows, hidden);
            Specialized.RunAt(width, dtype, new FusedAddRmsNorm.Work(
                x.Tensor, residual.Tensor, weight, Cases.Epsilon, null, output, residualOut));

            Specialized.RunAt(width, dtype, new FusedAddRmsNorm.Work(
                x.Tensor, residual.Tensor, weight, Cases.Epsilon, null, x.Tensor, residual.Tensor));

            TensorAssert.SameBits(output, x.Tensor, $"{width} out");
            TensorAssert.SameBits(residualOut, residual.Tensor, $"{width} residual_out");
            Assert.True(x.GuardsAreIntact && residual.GuardsAreIntact, $"{width}: wrote outside the activations.");
        }
    }

    [Theory]
    [MemberData(nameof(Cases.EveryDType), MemberType = typeof(Cases))]
    public void One_output_in_place_and_the_other_fresh_is_right_too(DType dtype)
    {
        float[] xValues = Cases.Normal(1, 300), residualValues = Cases.Normal(2, 300);
        using Tensor x = Tensor.FromSingles(dtype, xValues, 3, 100), residual = Tensor.FromSingles(dtype, residualValues, 3, 100);
        using Tensor expected = Tensor.Empty(x.Spec), expectedResidual = Tensor.Empty(x.Spec), fresh = Tensor.Empty(x.Spec);
        FusedAddRmsNorm.Run(_context, x, residual, null, Cases.Epsilon, null, expected, expectedResidual);

        using (Tensor given = Tensor.FromSingles(dtype, xValues, 3, 100))
        {
            FusedAddRmsNorm.Run(_context, given, residual, null, Cases.Epsilon, null, given, fresh);
            TensorAssert.SameBits(expected, given, "out in place");
            TensorAssert.SameBits(expectedResidual, fresh, "fresh residual_out");
        }

        using (Tensor given = Tensor.FromSingles(dtype, residualValues, 3, 100))
        {
            FusedAddRmsNorm.Run(_context, x, given, null, Cases.Epsilon, null, fresh, given);
            TensorAssert.SameBits(expected, fresh, "fresh out");
            TensorAssert.SameBits(expectedResidual, given, "residual_out in place");
        }
    }

    [Theory]
    [MemberData(nameof(Cases.EveryDTypeAndWidth), MemberType = typeof(Cases))]
    public void Every_bit_is_natives_when_the_sum_of_squares_is_exact(DType dtype, Width width)
    {
        foreach (int hidden in Cases.Sizes)
        {
            using Tensor x = Tensor.FromSingles(dtype, Cases.SmallIntegers(hidden, 4 * hidden), 4, hidden);
            using Tensor residual = Tensor.FromSingles(dtype, Cases.SmallIntegers(hidden + 1, 4 * hidden), 4, hidden);
            using Tensor weight = Tensor.FromSingles(dtype, Cases.Normal(hidden, hidden), hidden);
            using Tensor expected = Tensor.Empty(x.Spec), output = Tensor.Empty(x.Spec);
            using Tensor expectedResidual = Tensor.Empty(x.Spec), residualOut = Tensor.Empty(x.Spec);
            Ops.FusedAddRmsNorm.Native(_context, x, residual, weight, Cases.Epsilon, null, expected, expectedResidual);
            Specialized.RunAt(width, dtype, new FusedAddRmsNorm.Work(x, residual, weight, Cases.Epsilon, null, output, residualOut));
            TensorAssert.SameBits(expected, output, $"{hidden} out");
            TensorAssert.SameBits(expectedResidual, residualOut, $"{hidden} residual_out");
        }
    }

    [Theory]
    [InlineData(DType.Float16)]
    [InlineData(DType.BFloat16)]
    public void The_norm_goes_on_from_the_sum_before_rounding(DType dtype)
    {
        // Normalising the rounded sum, which is what residual_out holds, gives other bits somewhere in a row of 1024.
        using Tensor x = Tensor.FromSingles(dtype, Cases.Normal(1, 1024), 1, 1024);
        using Tensor residual = Tensor.FromSingles(dtype, Cases.Normal(2, 1024), 1, 1024);
        using Tensor output = Tensor.Empty(x.Spec), residualOut = Tensor.Empty(x.Spec), fromRounded = Tensor.Empty(x.Spec);

        FusedAddRmsNorm.Run(_context, x, residual, null, Cases.Epsilon, null, output, residualOut);
        RmsNorm.Run(_context, residualOut, null, Cases.Epsilon, null, fromRounded);

        Assert.False(output.AsBytes().SequenceEqual(fromRounded.AsBytes()));
    }

    [Theory]
    [MemberData(nameof(Cases.EveryDTypeAndWidth), MemberType = typeof(Cases))]
    public void A_rows_bits_depend_on_nothing_but_the_row(DType dtype, Width width)
    {
        foreach (int hidden in Cases.Sizes)
        {
            float[] xValues = Cases.Normal(hidden, 5 * hidden), residualValues = Cases.Normal(hidden + 1, 5 * hidden);
            using GuardedTensor x = GuardedTensor.From(dtype, xValues, 5, hidden);
            using GuardedTensor residual = GuardedTensor.From(dtype, residualValues, 5, hidden);
            using Tensor weight = Tensor.FromSingles(dtype, Cases.Normal(7, hidden), hidden);
            foreach (Tensor? factors in (Tensor?[])[weight, null])
            {
                using Tensor together = Tensor.Empty(dtype, 5, hidden), sums = Tensor.Empty(dtype, 5, hidden);
                Specialized.RunAt(width, dtype, new FusedAddRmsNorm.Work(x.Tensor, residual.Tensor, factors, Cases.Epsilon, null, together, sums));
                for (int row = 0; row < 5; row++)
                {
                    using Tensor one = Tensor.FromSingles(dtype, xValues.AsSpan(row * hidden, hidden), 1, hidden);
                    using Tensor oneResidual = Tensor.FromSingles(dtype, residualValues.AsSpan(row * hidden, hidden), 1, hidden);
                    using Tensor alone = Tensor.Empty(dtype, 1, hidden), sum = Tensor.Empty(dtype, 1, hidden);
                    Specialized.RunAt(width, dtype, new FusedAddRmsNorm.Work(one, oneResidual, factors, Cases.Epsilon, null, alone, sum));
                    using Tensor shared = together.Slice(0, row, 1), sharedSum = sums.Slice(0, row, 1);
                    TensorAssert.SameBits(alone, shared, $"{hidden}, row {row}");
                    TensorAssert.SameBits(sum, sharedSum, $"{hidden}, row {row}'s sum");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases.EveryDTypeAndWidth), MemberType = typeof(Cases))]
    public void Special_values_come_out_where_native_has_them(DType dtype, Width width)
    {
        (float X, float Residual)[] special =
        [
            (float.NaN, 1), (1, float.NaN), (float.PositiveInfinity, float.NegativeInfinity), (float.PositiveInfinity, 1),
            (1, float.NegativeInfinity), (float.MaxValue, float.MaxValue), (65504, 16), (65504, 15), (-0f, -0f), (1e-40f, 1e-40f),
        ];
        foreach (int hidden in (int[])[5, 37, 100])
        {
            foreach ((float value, float residualValue) in special)
            {
                float[] xValues = Cases.Normal(1, 2 * hidden), residualValues = Cases.Normal(2, 2 * hidden);
                (xValues[hidden - 1], residualValues[hidden - 1]) = (value, residualValue);
                using Tensor x = Tensor.FromSingles(dtype, xValues, 2, hidden);
                using Tensor residual = Tensor.FromSingles(dtype, residualValues, 2, hidden);
                using Tensor expected = Tensor.Empty(x.Spec), output = Tensor.Empty(x.Spec);
                using Tensor expectedResidual = Tensor.Empty(x.Spec), residualOut = Tensor.Empty(x.Spec);
                Ops.FusedAddRmsNorm.Native(_context, x, residual, null, Cases.Epsilon, null, expected, expectedResidual);
                Specialized.RunAt(width, dtype, new FusedAddRmsNorm.Work(x, residual, null, Cases.Epsilon, null, output, residualOut));
                TensorAssert.Close(expected, output, $"{value} + {residualValue} in {hidden}, out");
                TensorAssert.Close(expectedResidual, residualOut, $"{value} + {residualValue} in {hidden}, residual_out");
            }
        }
    }
}
