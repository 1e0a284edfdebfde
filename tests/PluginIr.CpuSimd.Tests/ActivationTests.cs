using Xunit;

namespace PluginIr.CpuSimd.Tests;

public sealed class ActivationTests
{
    private static readonly float[] s_special =
    [
        float.NaN, float.PositiveInfinity, float.NegativeInfinity, 0f, -0f, 1e-40f, -1e-40f, float.Epsilon, 1e-4f, -1e-4f, 6.1e-5f, 5.65f, -5.65f,
        5.66f, -5.66f, 5.67f, -5.67f, 9f, -9f, 17f, -17f, 60f, -60f, 87.4f, -87.4f, 88.8f, -88.8f, 104f, -104f, 1000f, -1000f, 65504f, -65504f,
        1e13f, -1e13f, 1e20f, -1e20f, float.MaxValue, float.MinValue,
    ];

    private readonly KernelContext _context = new();

    [Theory]
    [MemberData(nameof(Activation.NamesAndDTypes), MemberType = typeof(Activation))]
    public void It_is_close_to_native_at_every_width_and_size(string name, DType dtype)
    {
        Activation activation = Activation.Get(name);
        foreach (int hidden in Cases.Sizes)
        {
            foreach (int rows in (int[])[1, 3])
            {
                float[] values = [.. Cases.Normal(hidden, rows * hidden * activation.Halves).Select(value => 3 * value)];
                using GuardedTensor x = GuardedTensor.From(dtype, values, rows, hidden * activation.Halves);
                using Tensor expected = Tensor.Empty(dtype, rows, hidden);
                activation.Native(_context, x.Tensor, expected);
                foreach (Width width in Cases.Widths)
                {
                    using GuardedTensor output = new(dtype, rows, hidden);
                    activation.RunAt(width, x.Tensor, output.Tensor);
                    TensorAssert.Close(expected, output.Tensor, $"{width} {rows}x{hidden}");
                    Assert.True(output.GuardsAreIntact, $"{width} {rows}x{hidden}: wrote outside the output.");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Activation.NamesAndDTypes), MemberType = typeof(Activation))]
    public void Special_values_come_out_where_native_has_them(string name, DType dtype)
    {
        // In a gate each special value meets each other one.
        Activation activation = Activation.Get(name);
        float[][] rows = activation.Halves == 1
            ? [s_special]
            : [.. s_special.Select(factor => s_special.Concat(Enumerable.Repeat(factor, s_special.Length)).ToArray())];
        using Tensor x = Tensor.FromSingles(dtype, rows.SelectMany(row => row).ToArray(), rows.Length, rows[0].Length);
        using Tensor expected = Tensor.Empty(dtype, rows.Length, s_special.Length), output = Tensor.Empty(expected.Spec);
        activation.Native(_context, x, expected);
        foreach (Width width in Cases.Widths)
        {
            activation.RunAt(width, x, output);
            TensorAssert.Close(expected, output, $"{width}");
        }
    }

    [Theory]
    [MemberData(nameof(Activation.NamesAndDTypes), MemberType = typeof(Activation))]
    public void A_rows_bits_depend_on_nothing_but_the_row(string name, DType dtype)
    {
        Activation activation = Activation.Get(name);
        foreach (int hidden in (int[])[1, 5, 17, 100])
        {
            float[] values = Cases.Normal(hidden, 4 * hidden * activation.Halves);
            using Tensor x = Tensor.FromSingles(dtype, values, 4, hidden * activation.Halves);
            using Tensor last = x.Slice(0, 3, 1), together = Tensor.Empty(dtype, 4, hidden), alone = Tensor.Empty(dtype, 1, hidden);
            foreach (Width width in Cases.Widths)
            {
                activation.RunAt(width, x, together);
                activation.RunAt(width, last, alone);
                using Tensor shared = together.Slice(0, 3, 1);
                TensorAssert.SameBits(alone, shared, $"{width} {hidden}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Activation.Names), MemberType = typeof(Activation))]
    public void The_registered_kernel_takes_the_widest_vectors_to_the_same_end(string name)
    {
        Activation activation = Activation.Get(name);
        using Tensor x = Tensor.FromSingles(DType.BFloat16, Cases.Normal(1, 600), 3, 200);
        using Tensor expected = Tensor.Empty(DType.BFloat16, 3, 200 / activation.Halves), output = Tensor.Empty(expected.Spec);
        activation.Native(_context, x, expected);
        activation.Kernel(_context, x, output);
        TensorAssert.Close(expected, output, name);
    }
}
