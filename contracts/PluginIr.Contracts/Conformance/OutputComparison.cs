using System.Runtime.InteropServices;

namespace PluginIr.Conformance;

/// <summary>Compares an output's elements with those expected.</summary>
internal static class OutputComparison
{
    /// <summary>
    /// The first element that is too far from native's. Of float8 elements, one in a hundred (and one of fewer) may be native's upper or
    /// lower neighbour: a quotient whose last bit differs is rounded the other way when it lies beside a midpoint, and a step of
    /// float8_e4m3fn is up to an eighth of the value, more than the tolerance of a tenth. More of them are a bias, and no luck.
    /// </summary>
    /// <param name="expected">Native's elements, contiguous.</param>
    /// <param name="actual">The kernel's elements, contiguous.</param>
    /// <param name="tolerance">The op's tolerance for this dtype.</param>
    /// <returns>Null when all are near enough.</returns>
    public static OutputDifference? Find(Tensor expected, Tensor actual, Tolerance tolerance)
    {
        ReadOnlySpan<byte> wanted = expected.AsBytes(), found = actual.AsBytes();
        if (wanted.SequenceEqual(found))
            return null;

        // Float32 does not tell these integers apart; Tolerance.Default wants them equal.
        if (expected.DType is DType.Int32 or DType.Int64 && tolerance == default)
        {
            int position = wanted.CommonPrefixLength(found) / expected.DType.Size();
            return new OutputDifference(position, Integer(expected, position), Integer(actual, position), 0, 1);
        }

        float[] wantedValues = expected.ToSingles(), foundValues = actual.ToSingles();
        int steps = 0, firstStep = -1, first = -1, count = 0;
        for (int i = 0; i < wantedValues.Length; i++)
        {
            if (tolerance.Accepts(foundValues[i], wantedValues[i]))
                continue;
            if (expected.DType.IsFloat8() && AreNeighbours(wanted[i], found[i], wantedValues[i], foundValues[i]))
            {
                firstStep = steps++ == 0 ? i : firstStep;
                continue;
            }

            first = count++ == 0 ? i : first;
        }

        if (count == 0 && steps > Math.Max(1, wantedValues.Length / 100))
            (first, count) = (firstStep, steps);
        return count == 0 ? null : new OutputDifference(
            first, wantedValues[first], foundValues[first],
            tolerance.Absolute + (tolerance.Relative * Math.Abs((double)wantedValues[first])), count);
    }

    /// <summary>The first element whose bits differ; NaNs count as one. -1 for none.</summary>
    /// <remarks>Which NaN comes out may change when the JIT compiles a method again and swaps an addition's operands.</remarks>
    public static long FirstOtherBits(Tensor left, Tensor right)
    {
        if (left.AsBytes().SequenceEqual(right.AsBytes()))
            return -1;
        int size = left.DType.Size();
        float[]? leftValues = left.DType.IsFloatingPoint() ? left.ToSingles() : null;
        float[]? rightValues = left.DType.IsFloatingPoint() ? right.ToSingles() : null;
        for (int i = 0; i < left.ElementCount; i++)
        {
            bool areNaN = leftValues is not null && float.IsNaN(leftValues[i]) && float.IsNaN(rightValues![i]);
            if (!areNaN && !left.AsBytes().Slice(i * size, size).SequenceEqual(right.AsBytes().Slice(i * size, size)))
                return i;
        }

        return -1;
    }

    private static bool AreNeighbours(byte left, byte right, float leftValue, float rightValue) =>
        float.IsFinite(leftValue) && float.IsFinite(rightValue) && Math.Abs(Order(left) - Order(right)) <= 1;

    // Float8 bits as integers in the order of their values.
    private static int Order(byte bits) => bits >= 0x80 ? -(bits & 0x7F) : bits;

    private static double Integer(Tensor tensor, int position) => tensor.DType == DType.Int32
        ? MemoryMarshal.Cast<byte, int>(tensor.AsBytes())[position]
        : MemoryMarshal.Cast<byte, long>(tensor.AsBytes())[position];
}
