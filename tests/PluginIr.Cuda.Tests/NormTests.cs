using PluginIr.Cuda.Kernels;
using PluginIr.Cuda.Tests.Simulation;
using Xunit;
using static PluginIr.Cuda.Tests.RandomTensors;

namespace PluginIr.Cuda.Tests;

/// <summary>What a row's norm does not depend on.</summary>
[Collection(nameof(SimulatedGpu))]
public sealed class NormTests
{
    private static readonly KernelContext s_context = new();

    [Theory]
    [InlineData(520)]
    [InlineData(1024)]
    public void A_row_is_the_same_among_few_and_among_so_many_that_it_has_a_warp_to_itself(int hidden)
    {
        const int Rows = 2050, Few = 64;
        Tensor x = Random(Rows, hidden), residual = Random(Rows, hidden), weight = Random(hidden), output = Random(Rows, hidden), residualOut = Random(Rows, hidden);
        FusedAddRmsNorm.Run(s_context, x, residual, weight, 1e-6f, null, output, residualOut);
        Tensor fewOut = Random(Few, hidden), residualFewOut = Random(Few, hidden);
        FusedAddRmsNorm.Run(s_context, x.Slice(0, 0, Few), residual.Slice(0, 0, Few), weight, 1e-6f, null, fewOut, residualFewOut);
        Assert.Equal(fewOut.AsSpan<float>(), output.Slice(0, 0, Few).AsSpan<float>());
        Assert.Equal(residualFewOut.AsSpan<float>(), residualOut.Slice(0, 0, Few).AsSpan<float>());
    }

    [Fact]
    public void Rows_that_go_down_in_memory_are_those_that_go_up_in_the_other_order()
    {
        const int Rows = 3, Hidden = 64;
        Tensor up = Random(Rows, Hidden), weight = Random(Hidden), expected = Random(Rows, Hidden), found = Random(Rows, Hidden);
        Tensor down = up.AsStrided(up.Spec, (Rows - 1) * Hidden, -Hidden, 1);
        RmsNorm.Run(s_context, up, weight, 1e-6f, null, expected);
        RmsNorm.Run(s_context, down, weight, 1e-6f, null, found);
        for (int row = 0; row < Rows; row++)
            Assert.Equal(expected.Slice(0, row, 1).AsSpan<float>(), found.Slice(0, Rows - 1 - row, 1).AsSpan<float>());
    }

    [Theory]
    [InlineData(DType.Float32, 512)]
    [InlineData(DType.BFloat16, 1024)]
    [InlineData(DType.Float16, 1528)]
    [InlineData(DType.BFloat16, 8192)]
    public void How_the_cache_keeps_rows_changes_no_result(DType dtype, int hidden)
    {
        const int Rows = 3;
        Tensor x = Random(dtype, Rows, hidden), residual = Random(dtype, Rows, hidden), weight = Random(dtype, hidden);
        Tensor expected = Random(dtype, Rows, hidden), expectedSum = Random(dtype, Rows, hidden), found = Random(dtype, Rows, hidden), foundSum = Random(dtype, Rows, hidden);
        FusedAddRmsNorm.Run(s_context, x, residual, weight, 1e-6f, null, expected, expectedSum);
        using (var launches = new NormLaunches(isLarge: true))
        {
            FusedAddRmsNorm.Run(s_context, x, residual, weight, 1e-6f, null, found, foundSum);
            Assert.Equal([0], launches.WereLarge);
        }

        Assert.Equal(expected.AsBytes(), found.AsBytes());
        Assert.Equal(expectedSum.AsBytes(), foundSum.AsBytes());
    }

    [Theory]
    [InlineData(DType.BFloat16, 6399, 4096, 0)]
    [InlineData(DType.BFloat16, 6400, 4096, 1)]
    [InlineData(DType.Float32, 3199, 4096, 0)]
    [InlineData(DType.Float32, 3200, 4096, 1)]
    public void Rows_are_read_to_stay_in_the_cache_when_100_MiB_are_read_and_written(DType dtype, long rows, long hidden, int isLarge)
    {
        using var launches = new NormLaunches();
        Tensor x = Somewhere(rows, hidden), output = Somewhere(rows, hidden);
        RmsNorm.Run(s_context, x, Somewhere(hidden), 1e-6f, null, output);

        // With a residual and its sum there are twice as many.
        FusedAddRmsNorm.Run(s_context, x.Slice(0, 0, rows / 2), Somewhere(rows / 2, hidden), Somewhere(hidden), 1e-6f, null, output.Slice(0, 0, rows / 2), Somewhere(rows / 2, hidden));
        Assert.Equal([isLarge, isLarge], launches.WereLarge);

        Tensor Somewhere(params ReadOnlySpan<long> shape)
        {
            var spec = new TensorSpec(dtype, shape);
            return new Tensor(spec, new TensorBuffer(default, 4096, (nuint)spec.ByteCount, owner: null));
        }
    }
}
