using PluginIr.Conformance;
using Xunit;

namespace PluginIr.CpuSimd.Tests;

/// <summary>Comparisons of a kernel's output with native's.</summary>
internal static class TensorAssert
{
    public static float[] Values(Tensor tensor)
    {
        float[] values = new float[tensor.ElementCount];
        ElementConversion.ToSingles(tensor.AsBytes(), values, tensor.DType);
        return values;
    }

    public static void Close(Tensor expected, Tensor actual, string what)
    {
        Tolerance tolerance = Tolerance.Default(expected.DType);
        float[] wanted = Values(expected), found = Values(actual);
        for (int i = 0; i < wanted.Length; i++)
        {
            if (!tolerance.Accepts(found[i], wanted[i]))
                Assert.Fail($"{what}: element {i} is {found[i]:R}; native has {wanted[i]:R}.");
        }
    }

    public static void SameBits(Tensor expected, Tensor actual, string what) =>
        Assert.True(expected.AsBytes().SequenceEqual(actual.AsBytes()), $"{what}: bits differ.");
}
