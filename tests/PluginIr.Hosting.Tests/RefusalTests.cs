using Microsoft.Extensions.Logging;
using PluginIr.Hosting.Configuration;
using PluginIr.Hosting.Plugins;
using PluginIr.Hosting.Tests.Support;
using PluginIr.Ops;
using Xunit;

namespace PluginIr.Hosting.Tests;

/// <summary>Builds that are not taken in: what serves meanwhile, what is said, and when they are looked at again.</summary>
public sealed class RefusalTests
{
    [Fact]
    public async Task A_plugin_that_throws_while_it_registers_is_refused_and_the_others_serve()
    {
        await using var folders = new PluginFolders();
        await folders.InstallAsync(Builds.CountingV1, "counting");
        PluginStatus status = await folders.InstallAsync(Builds.Throwing, "throwing");
        Assert.Equal(PluginState.Refused, status.State);
        Assert.Contains("register", status.Problem);
        Assert.Contains("was asked whether it is supported", status.Problem);
        Assert.Equal("counting", folders.First("rms_norm"));
    }

    [Fact]
    public async Task What_a_refused_plugin_throws_as_it_is_disposed_of_does_not_hide_why_it_was_refused()
    {
        await using var folders = new PluginFolders();
        Builds.InstallFaulty(folders["faulty"], "registration-and-dispose-throw");
        string? problem = (await folders.ScanAsync("faulty")).Problem;
        Assert.Contains("this registration always throws", problem);
        Assert.Contains("Disposing of it threw as well: InvalidOperationException: this Dispose always throws", problem);
    }

    [Theory]
    [InlineData("constructor-throws", "this constructor always throws")]
    [InlineData("type-initializer-throws", "there is no licence")]
    [InlineData("constructor-type-initializer-throws", "there is no licence")]
    public async Task What_a_refused_plugin_threw_is_told_and_not_what_dotnet_wraps_around_it(string fault, string thrown)
    {
        await using var folders = new PluginFolders();
        Builds.InstallFaulty(folders["faulty"], fault);
        Assert.EndsWith($"threw while it registered: InvalidOperationException: {thrown}", (await folders.ScanAsync("faulty")).Problem);
    }

    [Fact]
    public async Task The_log_shows_where_a_refused_plugin_threw_and_for_what_the_host_refuses_nothing_but_why()
    {
        await using var folders = new PluginFolders();
        await folders.InstallAsync(Builds.Throwing, "throwing");
        Builds.InstallManifest("[1]", folders["throwing"]);
        await folders.ScanAsync();
        string?[] shown = [.. folders.Log.Records.Where(r => r.EventId == 201).Select(r => r.Exception)];
        Assert.Equal(2, shown.Length);
        Assert.Contains("at PluginIr.Fixtures.Throwing.", shown[0]);
        Assert.Null(shown[1]);
    }

    [Fact]
    public async Task Every_refused_build_leaves_the_old_generation_serving_and_says_why()
    {
        (string Expected, Action<string> Spoil)[] spoilt =
        [
            ("not valid JSON", f => Builds.InstallManifest("{ \"name\": }", f)),
            ("not valid JSON", f => Builds.InstallManifest("{ \"name\": \"a\", \"name\": \"b\" }", f)),
            ("not valid JSON", f => Builds.InstallManifest("{ \"name\": \"a\" } }", f)),
            ("expected a JSON object", f => Builds.InstallManifest("[1]", f)),
            ("\"name\" must be", f => Builds.EditManifest(f, m => m["name"] = "a/b")),
            ("\"version\" must be a text", f => Builds.EditManifest(f, m => m.Remove("version"))),
            ("\"contractVersion\" must be MAJOR.MINOR", f => Builds.EditManifest(f, m => m["contractVersion"] = "one")),
            ("lie in its own folder", f => Builds.EditManifest(f, m => m["files"]!["../elsewhere.dll"] = new string('0', 64))),
            ("lie in its own folder", f => Builds.EditManifest(f, m => m["files"]!["/etc/passwd"] = new string('0', 64))),
            ("64 hexadecimal digits", f => Builds.EditManifest(f, m => m["files"]!["PluginIr.Fixtures.Counting.dll"] = "abc")),
            ("not among \"files\"", f => Builds.EditManifest(f, m => m["entryAssembly"] = "Other.dll")),
            ("majors must be equal", f => Builds.EditManifest(f, m => m["contractVersion"] = "2.0")),
            ("which is older", f => Builds.EditManifest(f, m => m["contractVersion"] = "1.99")),
            ("not a .NET assembly", f => Builds.ReplaceFile(f, "PluginIr.Fixtures.Counting.dll", "MZ and nothing else"u8.ToArray())),
            ("is not a plugin", f => Builds.ReplaceFile(f, "PluginIr.Fixtures.Counting.dll", File.ReadAllBytes(typeof(FactAttribute).Assembly.Location))),
        ];
        foreach ((string expected, Action<string> spoil) in spoilt)
        {
            await using var folders = new PluginFolders();
            PluginStatus before = await folders.InstallAsync(Builds.CountingV1, "counting");
            spoil(folders["counting"]);
            PluginStatus status = await folders.ScanAsync("counting");
            Assert.Contains(expected, status.Problem);
            Assert.Equal((PluginState.Serving, before.ContentHash, 1), (status.State, status.ContentHash, status.Generation!.Value));
            Assert.NotNull(status.RefusedHash);
            Assert.Equal("counting", folders.First("rms_norm"));
            Assert.Contains(folders.Log.Records, r => r is { Level: LogLevel.Error, EventId: 201 } && r.Message.Contains(expected));
            using Tensor x = Tensor.Zeros(DType.Float32, 2, 2), y = folders.Runtime.RmsNorm(x, null, 1e-6f);

            // And a good build after it is taken in.
            Assert.Equal("2.0.0", (await folders.InstallAsync(Builds.CountingV2, "counting")).Version);
        }
    }

    [Fact]
    public async Task A_refused_build_is_looked_at_again_only_when_its_manifest_changes()
    {
        await using var folders = new PluginFolders();
        await folders.InstallAsync(Builds.Throwing, "throwing");
        await folders.ScanAsync();
        await folders.ScanAsync();
        Assert.Single(folders.Log.Records, r => r.EventId == 201);
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_is_named_with_what_to_do_and_no_trace()
    {
        await using var folders = new PluginFolders();
        string folder = folders["counting"], dll = Path.Combine(folder, "PluginIr.Fixtures.Counting.dll");
        Builds.Install(Builds.CountingV1, folder);
        File.Delete(dll);
        // Access to it is denied to everybody, as to a file without rights.
        Directory.CreateDirectory(dll);
        PluginStatus status = await folders.ScanAsync("counting");
        Assert.Equal(PluginState.Refused, status.State);
        Assert.StartsWith($"{dll} is listed in plugin.json and cannot be read", status.Problem);
        Assert.Contains($"Let the user '{Environment.UserName}'", status.Problem);
        Assert.Null(Assert.Single(folders.Log.Records, r => r.EventId == 201).Exception);

        Directory.Delete(dll);
        Builds.Install(Builds.CountingV1, folder);
        Assert.Equal(PluginState.Serving, (await folders.ScanAsync("counting")).State);
    }

    [Fact]
    public async Task A_refusal_is_told_again_when_its_manifest_was_away_and_is_back()
    {
        await using var folders = new PluginFolders();
        string? why = (await folders.InstallAsync(Builds.Throwing, "throwing")).Problem;
        string manifest = Path.Combine(folders["throwing"], "plugin.json"), aside = folders["aside.json"];
        File.Move(manifest, aside);
        Assert.Contains("has no plugin.json", (await folders.ScanAsync("throwing")).Problem);
        File.Move(aside, manifest);
        Assert.Equal((PluginState.Refused, why), ((await folders.ScanAsync("throwing")).State, folders.Host.Plugins[0].Problem));
        Assert.Single(folders.Log.Records, r => r.EventId == 201);
    }

    [Fact]
    public async Task The_log_says_when_a_folder_whose_build_was_refused_holds_the_serving_one_again_and_nothing_when_a_new_one_serves()
    {
        await using var folders = new PluginFolders();
        await folders.InstallAsync(Builds.CountingV1, "counting");
        await folders.InstallAsync(Builds.Wrong, "counting");
        Assert.Null((await folders.InstallAsync(Builds.CountingV1, "counting")).Problem);
        await folders.ScanAsync();
        LogRecord back = Assert.Single(folders.Log.Records, r => r.EventId == 223);
        Assert.Equal((LogLevel.Information, "Counting: its folder holds the build that serves again, Counting 1.0.0 (generation 1)"), (back.Level, back.Message));

        await folders.InstallAsync(Builds.Wrong, "counting");
        await folders.InstallAsync(Builds.CountingV2, "counting");
        await folders.InstallAsync(Builds.CountingV2, "counting");
        Assert.Single(folders.Log.Records, r => r.EventId == 223);
    }

    [Fact]
    public async Task The_log_says_when_a_folder_that_stayed_incomplete_holds_the_serving_build_again_and_nothing_when_it_never_said_so()
    {
        await using var folders = new PluginFolders { Options = new() { SettleTime = TimeSpan.FromHours(1) } };
        await folders.InstallAsync(Builds.CountingV1, "counting");
        await LoseAndFindAsync();
        Assert.DoesNotContain(folders.Log.Records, r => r.EventId is 202 or 223);

        folders.Options = folders.Options with { SettleTime = TimeSpan.Zero };
        await LoseAndFindAsync();
        Assert.Equal([202, 223], folders.Log.Records.Select(r => r.EventId).Where(id => id is 202 or 223));

        async Task LoseAndFindAsync()
        {
            File.Delete(Path.Combine(folders["counting"], "plugin.json"));
            Assert.NotNull((await folders.ScanAsync("counting")).Problem);
            Assert.Null((await folders.InstallAsync(Builds.CountingV1, "counting")).Problem);
        }
    }

    [Fact]
    public async Task A_refused_build_whose_manifest_is_touched_is_tried_again()
    {
        await using var folders = new PluginFolders();
        await folders.InstallAsync(Builds.Throwing, "throwing");
        File.SetLastWriteTimeUtc(Path.Combine(folders["throwing"], "plugin.json"), DateTime.UtcNow.AddMinutes(1));
        await folders.ScanAsync();
        await folders.ScanAsync();
        Assert.Equal(2, folders.Log.Records.Count(r => r.EventId == 201));
    }

    [Theory(Timeout = 60_000)]
    [InlineData(Proof.Quick)]
    [InlineData(Proof.Off)]
    public async Task A_build_that_was_refused_for_its_time_is_tried_again_when_its_loading_has_ended_after_all_and_not_before(Proof proof)
    {
        await using var folders = new PluginFolders();
        string wait = folders["wait"];
        File.WriteAllText(wait, "");
        Builds.InstallFaulty(folders["faulty"], "constructor-waits", wait);
        folders.Options = folders.Options with { Proof = proof, LoadTimeout = TimeSpan.FromMilliseconds(50) };
        Assert.Contains("PluginIr:LoadTimeout", (await folders.ScanAsync("faulty")).Problem);
        folders.Options = folders.Options with { LoadTimeout = TimeSpan.FromDays(1) };
        Assert.Equal(PluginState.Refused, (await folders.ScanAsync("faulty")).State);
        Assert.Equal(PluginState.Refused, (await folders.ScanAsync("faulty")).State);

        File.Delete(wait);
        while ((await folders.ScanAsync("faulty")).State != PluginState.Serving)
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
        Assert.Single(folders.Log.Records, r => r.EventId == 201);
    }

    [Fact]
    public void A_build_that_takes_too_long_each_time_is_tried_again_once()
    {
        var slot = new PluginSlot("plugin");
        Assert.False(slot.TakeLate("build"));
        slot.EndLate("build");
        Assert.False(slot.TakeLate("another"));
        Assert.True(slot.TakeLate("build"));
        Assert.False(slot.TakeLate("build"));
        slot.EndLate("build");
        Assert.False(slot.TakeLate("build"));
        slot.EndLate("another");
        Assert.True(slot.TakeLate("another"));
    }

    [Fact]
    public async Task A_first_build_that_is_refused_has_its_manifests_name_and_a_refused_later_one_leaves_the_name_of_what_serves()
    {
        await using var folders = new PluginFolders();
        Assert.Equal("PluginIr.Fixtures.Wrong", (await folders.InstallAsync(Builds.Wrong, "plugin")).Name);
        Assert.Equal("Counting", (await folders.InstallAsync(Builds.CountingV1, "plugin")).Name);
        Assert.Equal("Counting", (await folders.InstallAsync(Builds.Wrong, "plugin")).Name);
    }

    [Fact]
    public async Task Two_folders_with_one_plugins_name_are_not_loaded_both_and_both_are_named()
    {
        await using var folders = new PluginFolders();
        await folders.InstallAsync(Builds.CountingV1, "a");
        PluginStatus status = await folders.InstallAsync(Builds.CountingV2, "b");
        Assert.Equal(PluginState.Refused, status.State);
        Assert.Contains($"{folders["a"]} and {folders["b"]} hold plugins of the same name; Counting 1.0.0 (generation 1) of {folders["a"]} serves.", status.Problem);
        Assert.EndsWith($" Serving instead: Counting 1.0.0 (generation 1) of {folders["a"]}", Assert.Single(folders.Log.Records, r => r.EventId == 201).Message);

        // Of another plugin nothing serves.
        await folders.InstallAsync(Builds.Throwing, "c");
        Assert.EndsWith(" Serving instead: no generation of it", folders.Log.Records.Last(r => r.EventId == 201).Message);
    }

    [Fact]
    public async Task Of_two_folders_with_one_plugins_name_that_come_at_once_the_first_in_order_of_name_serves()
    {
        await using var folders = new PluginFolders();
        Builds.Install(Builds.CountingV1, folders["b"]);
        Builds.Install(Builds.CountingV2, folders["a"]);
        Assert.Equal(PluginState.Refused, (await folders.ScanAsync("b")).State);
        Assert.Equal("2.0.0", folders.Host.Plugins.Single(p => p.State == PluginState.Serving).Version);
    }

    [Fact]
    public async Task Two_plugins_with_one_providers_name_are_not_loaded_both_and_both_are_named()
    {
        await using var folders = new PluginFolders();
        await folders.InstallAsync(Builds.CountingV1, "a");
        Builds.Install(Builds.CountingV2, folders["b"]);
        Builds.EditManifest(folders["b"], m => m["name"] = "Rival");
        PluginStatus status = await folders.ScanAsync("b");
        Assert.Equal(PluginState.Refused, status.State);
        Assert.Contains("Counting 1.0.0", status.Problem);
        Assert.Contains("Rival 2.0.0", status.Problem);

        // What stood in its way is gone: it is taken in without being touched.
        Directory.Delete(folders["a"], recursive: true);
        Assert.Equal(PluginState.Serving, (await folders.ScanAsync("b")).State);
    }
}
