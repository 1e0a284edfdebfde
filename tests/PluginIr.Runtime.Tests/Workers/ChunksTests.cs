using PluginIr.Runtime.Workers;
using Xunit;

namespace PluginIr.Runtime.Tests.Workers;

/// <summary>How chunks are claimed.</summary>
public sealed class ChunksTests
{
    private Chunks _chunks;

    [Fact]
    public void The_caller_claims_from_the_front_and_workers_from_the_back_until_they_meet()
    {
        _chunks.Offer(4);
        Assert.Equal(0, Front());
        Assert.Equal(3, Back());
        Assert.Equal(2, Back());
        Assert.True(_chunks.Any);
        Assert.Equal(1, Front());
        Assert.False(_chunks.Any);
        Assert.Equal(-1, Front());
        Assert.Equal(-1, Back());
    }

    [Fact]
    public void When_no_worker_comes_the_caller_does_it_all_and_waits_for_none()
    {
        _chunks.Offer(3);
        Assert.Equal([0, 1, 2], [Front(), Front(), Front()]);
        Assert.Equal(0, _chunks.Close(3));
        Assert.Equal(-1, Back());
    }

    [Fact]
    public void The_caller_waits_for_what_workers_have_claimed_and_no_more()
    {
        _chunks.Offer(5);
        Assert.Equal([4, 3], [Back(), Back()]);
        Assert.Equal(0, Front());
        Assert.Equal(2, _chunks.Close(5));
        Assert.Equal(-1, Back());
        Assert.Equal(-1, Front());
    }

    [Fact]
    public void Nothing_can_be_claimed_before_it_is_offered() => Assert.Equal((-1, -1, false), (Front(), Back(), _chunks.Any));

    [Fact]
    public void As_many_chunks_as_an_int_counts_can_be_offered()
    {
        _chunks.Offer(int.MaxValue);
        Assert.Equal(int.MaxValue - 1, Back());
        Assert.Equal(0, Front());
        Assert.Equal(1, _chunks.Close(int.MaxValue));
    }

    private int Front() => _chunks.TryClaimFront(out int chunk) ? chunk : -1;

    private int Back() => _chunks.TryClaimBack(out int chunk) ? chunk : -1;
}
