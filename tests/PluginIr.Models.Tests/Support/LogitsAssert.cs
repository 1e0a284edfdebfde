using Xunit;

namespace PluginIr.Models.Tests.Support;

/// <summary>Compares logits.</summary>
public static class LogitsAssert
{
    /// <summary>Every logit is within an absolute distance of the expected one; a NaN is within none.</summary>
    public static void Close(float[] expected, float[] actual, float tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            float distance = MathF.Abs(expected[i] - actual[i]);
            Assert.True(distance <= tolerance, $"logit {i}: expected {expected[i]} ± {tolerance}, found {actual[i]}, {distance} away");
        }
    }
}
