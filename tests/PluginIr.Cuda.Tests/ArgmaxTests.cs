using PluginIr.Cuda.Kernels;
using PluginIr.Cuda.Launching;
using PluginIr.Cuda.Tests.Simulation;
using Xunit;

namespace PluginIr.Cuda.Tests;

/// <summary>The greatest element of rows that are divided among groups.</summary>
[Collection(nameof(SimulatedGpu))]
public sealed class ArgmaxTests
{
    [Theory]
    [InlineData(5000, 4999, 1f, -1, 0f)]
    [InlineData(5003, 5002, 1f, -1, 0f)]
    [InlineData(5000, 2100, 1f, 4200, 1f)]
    [InlineData(5003, 4998, float.NaN, 2, float.PositiveInfinity)]
    [InlineData(5000, 2600, float.NaN, 4900, float.NaN)]
    public void The_first_of_the_greatest_is_found_in_whatever_part_it_lies(int hidden, int at, float value, int second, float other)
    {
        Assert.NotEqual(0, ArgmaxTable.ScratchBytes(1, hidden));
        float[] row = new float[hidden];
        row.AsSpan().Fill(-2f);
        row[at] = value;
        if (second >= 0)
            row[second] = other;
        using Tensor x = Tensor.From<float>(row, hidden), expected = Tensor.From<long>([0]), found = Tensor.From<long>([0]);
        var context = new KernelContext();
        Ops.Argmax.Native(context, x, expected);
        Argmax.Run(context, x, found);
        Assert.Equal(at, expected.AsSpan<long>()[0]);
        Assert.Equal(at, found.AsSpan<long>()[0]);
    }
}
