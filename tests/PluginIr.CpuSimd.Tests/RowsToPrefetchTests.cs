using PluginIr.CpuSimd.Products;
using Xunit;

namespace PluginIr.CpuSimd.Tests;

public sealed unsafe class RowsToPrefetchTests
{
    [Fact]
    public void Bytes_are_counted_from_row_to_row_wherever_the_rows_lie()
    {
        ushort* memory = stackalloc ushort[3 * 100];
        var rows = RowsToPrefetch.Of(memory, stride: 100, count: 40, rows: 3);

        Assert.Equal(3 * 40 * sizeof(ushort), rows.Bytes);
        foreach ((int offset, int element) in ((int, int)[])[(0, 0), (78, 39), (80, 100), (82, 101), (160, 200), (238, 239)])
            Assert.Equal((nint)(memory + element), (nint)rows.At(offset));
    }
}
