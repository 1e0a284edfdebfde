using PluginIr.CpuSimd.Attending;
using PluginIr.CpuSimd.Lanes;
using Xunit;

namespace PluginIr.CpuSimd.Tests;

public sealed unsafe class ScoreRowsTests
{
    [Theory]
    [MemberData(nameof(Cases.EveryWidth), MemberType = typeof(Cases))]
    public void Scores_of_four_parts_in_turn_come_out_in_the_order_of_their_keys(Width width)
    {
        foreach (int part in (int[])[0, 1, 3, 4, 8, 15, 16, 17, 37, 128])
        {
            float[] scores = [.. Enumerable.Range(0, 4 * part).Select(i => (float)((i % 4 * part) + (i / 4))), -1f];
            fixed (float* first = scores, room = new float[(4 * part) + 1])
                Unzip(width, first, part, room);
            Assert.Equal([.. Enumerable.Range(0, 4 * part).Select(key => (float)key), -1f], scores);
        }
    }

    private static void Unzip(Width width, float* scores, nint part, float* room)
    {
        switch (width)
        {
            case Width.Bits128: ScoreRows.Unzip<Lanes128>(scores, part, room); break;
            case Width.Bits256: ScoreRows.Unzip<Lanes256>(scores, part, room); break;
            default: ScoreRows.Unzip<Lanes512>(scores, part, room); break;
        }
    }
}
