using Microsoft.Extensions.Configuration;
using PluginIr.Hosting.Configuration;
using PluginIr.Hosting.Tests.Support;
using Xunit;

namespace PluginIr.Hosting.Tests;

/// <summary>Which reloads of a configuration are applied, and which are told of.</summary>
public sealed class ConfigurationReloadTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("{}")]
    public void A_broken_file_that_need_not_be_there_holds_up_no_change_once_it_is_gone_or_empty(string? mended)
    {
        using var folder = new TemporaryFolder();
        string main = folder["main.json"], local = folder["local.json"];
        File.WriteAllText(main, """{ "PluginIr": { "MaxFaults": 3 } }""");
        File.WriteAllText(local, """{ "Other": 1 }""");
        IConfigurationRoot root = new ConfigurationBuilder().AddJsonFile(main).AddJsonFile(local, optional: true).Build();
        var log = new LogCapture();
        using var configuration = new PluginIrConfiguration(root, code: null, log.For<PluginIrConfiguration>());
        var applied = new List<int>();
        configuration.Follow(o => applied.Add(o.MaxFaults));

        File.WriteAllText(local, "{ broken");
        Assert.Throws<InvalidDataException>(root.Reload);
        File.WriteAllText(main, """{ "PluginIr": { "MaxFaults": 4 } }""");
        Assert.Throws<InvalidDataException>(root.Reload);
        Assert.Empty(applied);
        if (mended is null)
            File.Delete(local);
        else
            File.WriteAllText(local, mended);
        root.Reload();
        Assert.Equal([4], applied);
        File.WriteAllText(main, """{ "PluginIr": { "MaxFaults": 5 } }""");
        root.Reload();
        Assert.Equal([4, 5], applied);
    }

    [Theory]
    [InlineData(""" { "PluginIr": { "MaxFaults": 0 } } """, """ { "PluginIr": { "MaxFaults": -1 } } """, "MaxFaults", "-1")]
    [InlineData("{\n broken", "{\n\n broken", "LineNumber: 1 | BytePositionInLine: 1", "LineNumber: 2 | BytePositionInLine: 1")]
    public void A_bad_file_is_logged_once_for_several_reloads_and_again_when_it_is_bad_otherwise_or_was_good_meanwhile(
        string bad, string worse, string saying, string sayingOfWorse)
    {
        using var folder = new TemporaryFolder();
        string file = folder["main.json"];
        const string Good = """{ "PluginIr": { "MaxFaults": 3 } }""";
        File.WriteAllText(file, Good);
        IConfigurationRoot root = new ConfigurationBuilder().AddJsonFile(file).Build();
        var log = new LogCapture();
        using var configuration = new PluginIrConfiguration(root, code: null, log.For<PluginIrConfiguration>());
        configuration.Follow(_ => { });

        Reload(bad, 2);
        Assert.Contains(saying, Assert.Single(Refusals()).Message);
        configuration.TryAgain();
        Assert.Single(Refusals());
        Reload(worse, 2);
        Assert.Contains(sayingOfWorse, Refusals()[1].Message);
        Reload(Good, 1);
        Reload(worse, 2);
        Assert.Equal(3, Refusals().Length);

        LogRecord[] Refusals() => [.. log.Records.Where(r => r.EventId == 301)];

        void Reload(string text, int times)
        {
            File.WriteAllText(file, text);
            for (int i = 0; i < times; i++)
            {
                // One that is not JSON throws: its file's own notification would catch it.
                if (text.Contains("broken"))
                    Assert.Throws<InvalidDataException>(root.Reload);
                else
                    root.Reload();
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void While_a_file_is_broken_no_change_is_applied_whether_it_is_a_layer_of_its_own_or_in_a_chained_configuration(bool isChained)
    {
        using var folder = new TemporaryFolder();
        string local = folder["local.json"];
        File.WriteAllText(local, """{ "PluginIr": { "MaxFaults": 4 } }""");
        IConfigurationRoot inner = new ConfigurationBuilder().AddJsonFile(local).Build();
        IConfigurationBuilder builder = new ConfigurationBuilder().AddInMemoryCollection([new("PluginIr:Threads", "1")]);
        IConfigurationRoot root = (isChained ? builder.AddConfiguration(inner) : builder.AddJsonFile(local)).Build();
        IConfigurationRoot holder = isChained ? inner : root;
        var log = new LogCapture();
        using var configuration = new PluginIrConfiguration(root, code: null, log.For<PluginIrConfiguration>());
        var applied = new List<(int, int)>();
        configuration.Follow(o => applied.Add((o.Threads, o.MaxFaults)));

        File.WriteAllText(local, "{ broken");
        Assert.Throws<InvalidDataException>(holder.Reload);
        root["PluginIr:Threads"] = "2";
        Assert.Contains("local.json", Assert.Single(log.Records, r => r.EventId == 301).Message);
        configuration.TryAgain();
        Assert.Empty(applied);

        File.WriteAllText(local, """{ "PluginIr": { "MaxFaults": 5 } }""");
        holder.Reload();
        Assert.Equal([(2, 5)], applied);
    }

    [Fact]
    public void A_change_between_reading_the_options_and_following_them_is_applied()
    {
        IConfigurationRoot root = new ConfigurationBuilder().AddInMemoryCollection([new("PluginIr:MaxFaults", "3")]).Build();
        using var configuration = new PluginIrConfiguration(root, code: null, new LogCapture().For<PluginIrConfiguration>());
        root["PluginIr:MaxFaults"] = "5";
        root.Reload();
        int applied = 0;
        configuration.Follow(o => applied = o.MaxFaults);
        Assert.Equal((5, 5), (applied, configuration.Current.MaxFaults));
    }
}
