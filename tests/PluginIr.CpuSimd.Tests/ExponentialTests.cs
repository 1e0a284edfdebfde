using PluginIr.CpuSimd.Functions;
using PluginIr.CpuSimd.Lanes;
using Xunit;

namespace PluginIr.CpuSimd.Tests;

/// <summary>The functions' accuracy, against float64.</summary>
public sealed class ExponentialTests
{
    // All exponents and signs, and 1 in 1021 of the fractions: 1021 is prime, so that no part of a fraction stays as it is.
    private const uint Step = 1021;

    [Theory]
    [MemberData(nameof(Cases.EveryWidth), MemberType = typeof(Cases))]
    public void The_exponential_is_within_two_units_of_the_last_place(Width width)
    {
        float[] x = [.. Sweep().Where(value => !float.IsNaN(value))], actual = Apply<ExponentialOfMinus>(width, x);
        for (int i = 0; i < x.Length; i++)
            AssertIsExponentialOfMinus(x[i], actual[i]);
    }

    [Theory]
    [MemberData(nameof(Cases.EveryWidth), MemberType = typeof(Cases))]
    public void The_exponential_for_one_sign_is_as_near_and_keeps_NaN(Width width)
    {
        float[] x = [.. Sweep().Where(value => !(value < 0))], actual = Apply<ExponentialOfMinusNonNegative>(width, x);
        for (int i = 0; i < x.Length; i++)
        {
            if (float.IsNaN(x[i]))
                Assert.True(float.IsNaN(actual[i]), $"exp of NaN is {actual[i]}.");
            else
                AssertIsExponentialOfMinus(x[i], actual[i]);
        }
    }

    [Theory]
    [MemberData(nameof(Cases.EveryWidth), MemberType = typeof(Cases))]
    public void Gelu_by_erf_is_as_near_as_it_says(Width width)
    {
        float[] x = [.. Sweep().Where(value => MathF.Abs(value) < 30)], actual = Apply<GeluByErf>(width, x);
        for (int i = 0; i < x.Length; i++)
        {
            double exact = 0.5 * x[i] * ComplementaryError(-x[i] / Math.Sqrt(2));
            if (!(Math.Abs(actual[i] - exact) <= Math.Max(2e-7, 3e-7 * Math.Abs(exact))))
                Assert.Fail($"gelu({x[i]:R}) is {actual[i]:R}; expected {exact:R}.");
        }
    }

    private static void AssertIsExponentialOfMinus(float x, float actual)
    {
        double exact = Math.Exp(-x);
        if (float.IsInfinity((float)exact))
            Assert.Equal(float.PositiveInfinity, actual);
        else if (!(Math.Abs(actual - exact) <= 2 * (double)(MathF.BitIncrement((float)exact) - (float)exact)))
            Assert.Fail($"exp({-x:R}) is {actual:R}; expected {exact:R}.");
    }

    private static float[] Sweep()
    {
        var values = new List<float>();
        for (ulong bits = 0; bits <= uint.MaxValue; bits += Step)
            values.Add(BitConverter.UInt32BitsToSingle((uint)bits));
        values.AddRange([float.NaN, float.PositiveInfinity, float.NegativeInfinity, -88.72283f, -88.72284f, 87.33654f, 103.97207f, 103.97208f]);
        return [.. values];
    }

    private static float[] Apply<TFunction>(Width width, float[] x) where TFunction : struct, IFunction
    {
        using Tensor input = Tensor.From<float>(x, x.Length), output = Tensor.Empty(input.Spec);
        Specialized.RunAt(width, DType.Float32, new Rows.Mapping(Activation.FunctionAt<TFunction>(width), input, output));
        return output.ToSingles();
    }

    // erfc in float64: Maclaurin's series of erf near 0, the continued fraction (Abramowitz and Stegun 7.1.14) from 2 on.
    private static double ComplementaryError(double x)
    {
        if (x < 0)
            return 2 - ComplementaryError(-x);
        if (x < 2)
        {
            double term = x, sum = x;
            for (int n = 1; Math.Abs(term) > 1e-18; n++)
            {
                term *= -x * x / n;
                sum += term / ((2 * n) + 1);
            }

            return 1 - (2 / Math.Sqrt(Math.PI) * sum);
        }

        double fraction = x;
        for (int k = 200; k > 0; k--)
            fraction = x + (k / 2.0 / fraction);
        return Math.Exp(-x * x) / Math.Sqrt(Math.PI) / fraction;
    }

    private readonly struct ExponentialOfMinus : IFunction
    {
        public static TLanes Apply<TLanes>(TLanes x, Exponential<TLanes> exponential) where TLanes : struct, ILanes<TLanes> => exponential.OfMinus(x);
    }

    private readonly struct ExponentialOfMinusNonNegative : IFunction
    {
        public static TLanes Apply<TLanes>(TLanes x, Exponential<TLanes> exponential) where TLanes : struct, ILanes<TLanes> =>
            exponential.OfMinusNonNegative(x);
    }
}
