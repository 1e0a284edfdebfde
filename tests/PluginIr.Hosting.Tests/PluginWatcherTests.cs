using PluginIr.Hosting.Plugins;
using PluginIr.Hosting.Tests.Support;
using Xunit;

namespace PluginIr.Hosting.Tests;

/// <summary>What is said of folders that the system does not watch.</summary>
public sealed class PluginWatcherTests
{
    [Fact]
    public void That_a_folder_cannot_be_watched_is_said_once_and_again_when_the_reason_changes_or_it_could_be_watched_meanwhile()
    {
        using var folder = new TemporaryFolder();
        var log = new LogCapture();
        string? problem = "no more watches";
        using var watcher = new PluginWatcher(log.For<PluginWatcherTests>(), f => problem is null ? new FileSystemWatcher(f) : throw new IOException(problem));
        int SaidAfter(string? reason, params string[] folders)
        {
            problem = reason;
            watcher.Follow(folders);
            watcher.Follow(folders);
            return log.Records.Count(r => r.EventId == 209);
        }

        Assert.Equal(1, SaidAfter("no more watches", folder.Path));
        Assert.Equal(2, SaidAfter("no more instances", folder.Path));
        Assert.Equal(2, SaidAfter(null, folder.Path));
        Assert.Equal(2, SaidAfter("no more instances"));
        Assert.Equal(3, SaidAfter("no more instances", folder.Path));
    }
}
