using PluginIr.Conformance;

namespace PluginIr.Contracts.Tests.Numerics;

public sealed class ToleranceTests
{
    private const float Infinity = float.PositiveInfinity;

    [Theory]
    [InlineData(1f, 1f, true)]
    [InlineData(1.0009f, 1f, true)]
    [InlineData(1.0025f, 1f, false)]
    [InlineData(float.NaN, float.NaN, true)]
    [InlineData(float.NaN, 1f, false)]
    [InlineData(1f, float.NaN, false)]
    [InlineData(Infinity, Infinity, true)]
    [InlineData(-Infinity, Infinity, false)]
    [InlineData(3.4e38f, Infinity, false)]
    [InlineData(Infinity, 3.4e38f, false)]
    [InlineData(float.NaN, Infinity, false)]
    public void Nan_and_infinity_must_be_where_they_are_expected_and_the_rest_be_near(float actual, float expected, bool accepted) =>
        Assert.Equal(accepted, new Tolerance(1e-3, 1e-3).Accepts(actual, expected));

    [Fact]
    public void Integers_are_equal_or_wrong_by_default_and_int8_may_be_off_by_one()
    {
        Assert.False(Tolerance.Default(DType.Int64).Accepts(1, 2));
        Assert.True(Tolerance.Default(DType.Int8).Accepts(1, 2));
        Assert.False(Tolerance.Default(DType.Int8).Accepts(1, 3));
    }
}
