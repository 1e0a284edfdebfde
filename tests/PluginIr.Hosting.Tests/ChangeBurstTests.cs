using PluginIr.Hosting.Plugins;
using Xunit;

namespace PluginIr.Hosting.Tests;

/// <summary>When changes are looked at, by a clock of the tests' own.</summary>
public sealed class ChangeBurstTests
{
    private static readonly TimeSpan s_brief = TimeSpan.FromMilliseconds(5), s_quiet = TimeSpan.FromMilliseconds(100);

    private readonly ChangeBurst _burst = new();

    [Fact]
    public void A_change_that_comes_by_itself_is_looked_at_once_though_the_system_tells_of_it_several_times()
    {
        for (int told = 0; told < 4; told++)
            _burst.Changed(At(told));
        Assert.Equal(s_brief, _burst.UntilQuiet(At(3)));
        Assert.Equal(TimeSpan.Zero, _burst.UntilQuiet(At(8)));
    }

    [Theory]
    [InlineData(6)]
    [InlineData(15)]
    [InlineData(50)]
    [InlineData(99)]
    public void Of_changes_that_follow_each_other_closely_the_first_is_looked_at_and_then_the_end_is_waited_for(int gap)
    {
        int looks = 0;
        for (int i = 0; i < 20; i++)
        {
            _burst.Changed(At(i * gap));
            bool isLast = i == 19;
            if (_burst.UntilQuiet(At((i + 1) * gap)) > TimeSpan.Zero && !isLast)
                continue;
            looks++;
            _burst.Looking();
        }

        Assert.Equal(2, looks);
    }

    [Fact]
    public void A_change_that_came_long_after_the_one_that_is_still_being_taken_in_is_looked_at_once()
    {
        _burst.Changed(At(0));
        _burst.Looking();
        _burst.Changed(At(300));
        Assert.Equal(s_brief, _burst.UntilQuiet(At(300)));

        // One that came soon after it is not.
        _burst.Looking();
        _burst.Changed(At(400));
        Assert.Equal(s_quiet, _burst.UntilQuiet(At(400)));
    }

    private static TimeSpan At(int milliseconds) => TimeSpan.FromMilliseconds(milliseconds);
}
