using PluginIr.Hosting.Plugins;
using PluginIr.Hosting.Tests.Support;
using PluginIr.Ops;
using PluginIr.Runtime;
using PluginIr.Runtime.Observing;
using PluginIr.Schemas;
using Xunit;

namespace PluginIr.Hosting.Tests;

public sealed class PluginHostTests
{
    private static Tensor X => Tensor.FromSingles(DType.Float32, [1, 2, 3, 4], 2, 2);

    [Fact]
    public async Task A_plugin_in_the_folder_brings_its_provider_and_kernels()
    {
        await using var folders = new PluginFolders();
        PluginStatus status = await folders.InstallAsync(Builds.CountingV1, "counting");
        Assert.Equal(("Counting", PluginState.Serving, "1.0.0", 1, 1), (status.Name, status.State, status.Version, status.Generation!.Value, status.Kernels));
        Assert.Equal("counting", Assert.Single(status.Providers).Name);
        Assert.Null(status.Problem);
        Assert.Equal("counting", folders.First("rms_norm"));
    }

    [Fact]
    public async Task A_changed_manifest_makes_a_new_generation_that_takes_the_old_ones_place()
    {
        await using var folders = new PluginFolders();
        await folders.InstallAsync(Builds.CountingV1, "counting");
        Assert.False(folders.Runtime.Registry.TryGetKernel(folders.Runtime.Registry.Op("gelu_new"), "counting", out _));

        PluginStatus status = await folders.InstallAsync(Builds.CountingV2, "counting");
        Assert.Equal(("2.0.0", 2), (status.Version, status.Generation!.Value));
        Assert.Equal(1, folders.Host.Swaps);
        Assert.True(folders.Runtime.Registry.TryGetKernel(folders.Runtime.Registry.Op("gelu_new"), "counting", out _));
        Assert.Single(folders.Runtime.Registry.Generations, g => g.Plugin == "Counting");
    }

    [Theory(Timeout = 60_000)]
    [InlineData("CountingV1")]
    [InlineData("DeclaresOp")]
    public async Task A_plugin_that_is_renamed_in_its_folder_takes_its_own_place(string fixture)
    {
        await using var folders = new PluginFolders();
        PluginStatus before = await folders.InstallAsync(fixture == "DeclaresOp" ? Builds.DeclaresOp : Builds.CountingV1, "plugin");
        Builds.EditManifest(folders["plugin"], m => m["name"] = "Renamed");
        PluginStatus after = await folders.ScanAsync("plugin");
        Assert.Equal(("Renamed", PluginState.Serving, 1, null), (after.Name, after.State, after.Generation!.Value, after.Problem));
        Assert.Equal(before.Providers, after.Providers);
        Assert.Equal(before.Ops, after.Ops);
        Assert.DoesNotContain(folders.Runtime.Registry.Generations, g => g.Plugin == before.Name);
        await RunningHost.Until(() => folders.Host.Retired.Count == 0, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task An_unchanged_folder_is_left_alone()
    {
        await using var folders = new PluginFolders();
        await folders.InstallAsync(Builds.CountingV1, "counting");
        long version = folders.Runtime.Registry.Version;
        await folders.ScanAsync();
        Assert.Equal(version, folders.Runtime.Registry.Version);
        Assert.Equal(0, folders.Host.Swaps);
    }

    [Fact]
    public async Task The_files_that_load_are_a_private_copy_so_that_the_folder_can_be_written_while_it_serves()
    {
        await using var folders = new PluginFolders();
        await folders.InstallAsync(Builds.CountingV1, "counting");
        foreach (string file in Directory.GetFiles(folders["counting"], "*.dll"))
            File.WriteAllBytes(file, new byte[10]);
        using Tensor y = Norm(folders);
        Assert.Equal("counting", folders.First("rms_norm"));
    }

    [Fact]
    public async Task A_removed_folder_takes_its_plugin_out_of_the_registry()
    {
        await using var folders = new PluginFolders();
        await folders.InstallAsync(Builds.CountingV1, "counting");
        Directory.Delete(folders["counting"], recursive: true);
        await folders.ScanAsync();
        Assert.Empty(folders.Host.Plugins);
        Assert.Equal("native", folders.First("rms_norm"));
    }

    [Fact]
    public async Task An_op_comes_from_one_plugin_and_its_kernel_from_another_in_either_order()
    {
        foreach (string[] order in (string[][])[["declares", "implements"], ["implements", "declares"]])
        {
            await using var folders = new PluginFolders();
            foreach (string plugin in order)
                await folders.InstallAsync(plugin == "declares" ? Builds.DeclaresOp : Builds.ImplementsOp, plugin);
            folders.Runtime.SetPriority(folders.Runtime.Registry.Priority.With("scale_bias", "elsewhere"));
            using Tensor x = X;
            AttributeValue[] attributes = [2f, 1f];
            using Tensor y = Assert.Single(folders.Runtime.Call("scale_bias", [x], attributes));
            Assert.Equal([3f, 5f, 7f, 9f], y.AsSpan<float>());
            Assert.Equal("elsewhere", folders.Runtime.Registry.OrderOf(folders.Runtime.Registry.Op("scale_bias"), DeviceKind.Cpu)[0].Provider.Name);
        }
    }

    [Fact]
    public async Task A_kernel_whose_op_is_removed_waits_for_it_to_come_back()
    {
        await using var folders = new PluginFolders();
        await folders.InstallAsync(Builds.DeclaresOp, "declares");
        await folders.InstallAsync(Builds.ImplementsOp, "implements");
        Directory.Delete(folders["declares"], recursive: true);
        await folders.ScanAsync();
        Assert.Contains("scale_bias", Assert.Single(folders.Runtime.Registry.Unbound));
        await folders.InstallAsync(Builds.DeclaresOp, "declares");
        Assert.Empty(folders.Runtime.Registry.Unbound);
    }

    [Fact]
    public async Task A_folder_in_the_middle_of_being_copied_is_waited_for_and_named_after_a_time()
    {
        await using var folders = new PluginFolders();
        string folder = folders["counting"];
        Builds.Install(Builds.CountingV1, folder);
        string dll = Path.Combine(folder, "PluginIr.Fixtures.Counting.dll");
        byte[] whole = File.ReadAllBytes(dll);
        File.WriteAllBytes(dll, whole[..(whole.Length / 2)]);
        PluginStatus status = await folders.ScanAsync("counting");
        Assert.Equal(PluginState.Waiting, status.State);
        Assert.Contains("expected SHA-256", status.Problem);

        File.Delete(dll);
        status = await folders.ScanAsync("counting");
        Assert.Equal(PluginState.Waiting, status.State);
        Assert.Contains("is not there", status.Problem);
        while (folders.Log.Records.All(r => r.EventId != 202))
            await folders.ScanAsync();

        File.WriteAllBytes(dll, whole);
        status = await folders.ScanAsync("counting");
        Assert.Equal(PluginState.Serving, status.State);
        Assert.Null(status.Problem);
        Assert.DoesNotContain(folders.Log.Records, r => r.EventId == 201);
    }

    [Fact]
    public async Task A_manifest_that_is_empty_or_ends_early_is_waited_for_at_whatever_byte_it_ends()
    {
        await using var folders = new PluginFolders();
        await folders.InstallAsync(Builds.CountingV1, "counting");
        Builds.Install(Builds.CountingV2, folders["counting"]);
        string manifest = Path.Combine(folders["counting"], "plugin.json"), text = File.ReadAllText(manifest).TrimEnd();
        for (int length = 0; length < text.Length; length++)
        {
            Builds.InstallManifest(text[..length], folders["counting"]);
            PluginStatus status = await folders.ScanAsync("counting");
            Assert.Equal((PluginState.Serving, "1.0.0", null), (status.State, status.Version, status.RefusedHash));
            Assert.StartsWith(length == 0 ? $"{manifest} is empty" : $"{manifest} is JSON that ends early", status.Problem);
        }

        Assert.Equal(0, folders.Host.Refusals);
        Assert.DoesNotContain(folders.Log.Records, r => r.EventId == 201);
        Builds.InstallManifest(text, folders["counting"]);
        Assert.Equal("2.0.0", (await folders.ScanAsync("counting")).Version);
    }

    [Fact]
    public async Task A_manifest_that_ends_early_is_named_once_and_only_after_a_time()
    {
        await using var folders = new PluginFolders { Options = new() { SettleTime = TimeSpan.FromHours(1) } };
        Builds.Install(Builds.CountingV1, folders["counting"]);
        Builds.InstallManifest("", folders["counting"]);
        PluginStatus status = await folders.ScanAsync("counting");
        Assert.Equal((PluginState.Waiting, true), (status.State, status.IsSettling));
        Assert.Empty(folders.Log.Records);

        folders.Options = folders.Options with { SettleTime = TimeSpan.Zero };
        Assert.False((await folders.ScanAsync("counting")).IsSettling);
        await folders.ScanAsync();
        Assert.Contains("plugin.json is empty", Assert.Single(folders.Log.Records, r => r.EventId == 202).Message);
    }

    [Fact]
    public async Task A_new_build_that_is_not_complete_yet_leaves_the_old_one_serving()
    {
        await using var folders = new PluginFolders();
        await folders.InstallAsync(Builds.CountingV1, "counting");
        Builds.InstallManifest(File.ReadAllText(Path.Combine(Builds.CountingV2, "plugin.json")), folders["counting"]);
        PluginStatus status = await folders.ScanAsync("counting");
        Assert.Equal((PluginState.Serving, "1.0.0"), (status.State, status.Version));
        Assert.Contains("expected SHA-256", status.Problem);
    }

    [Fact]
    public async Task An_assembly_beside_the_plugins_is_not_loaded_and_named_once()
    {
        await using var folders = new PluginFolders();
        File.Copy(typeof(FactAttribute).Assembly.Location, folders["stray.dll"]);
        await folders.ScanAsync();
        await folders.ScanAsync();
        Assert.Contains("stray.dll", Assert.Single(folders.Log.Records, r => r.EventId == 206).Message);
        Assert.Empty(folders.Host.Plugins);
    }

    [Fact]
    public async Task A_folder_of_assemblies_without_a_manifest_is_not_loaded_and_says_so()
    {
        await using var folders = new PluginFolders();
        Directory.CreateDirectory(folders["plain"]);
        File.Copy(typeof(FactAttribute).Assembly.Location, Path.Combine(folders["plain"], "plain.dll"));
        PluginStatus status = await folders.ScanAsync("plain");
        Assert.Equal(PluginState.Waiting, status.State);
        Assert.Contains("has no plugin.json", status.Problem);
    }

    [Fact]
    public async Task A_rollback_brings_the_previous_build_back_and_another_one_undoes_it()
    {
        await using var folders = new PluginFolders();
        await folders.InstallAsync(Builds.CountingV1, "counting");
        Assert.Contains("No previous build", Assert.Throws<PluginIr.Hosting.Manifests.ManifestException>(() => folders.Host.Rollback("Counting")).Message);
        Assert.Contains("Did you mean 'Counting'?", Assert.Throws<ArgumentException>(() => folders.Host.Rollback("Countin")).Message);
        await folders.InstallAsync(Builds.CountingV2, "counting");
        Assert.Equal("1.0.0", folders.Host.Rollback("Counting").Version);
        PluginStatus back = await folders.ScanAsync("counting");
        Assert.Equal(("1.0.0", 3), (back.Version, back.Generation!.Value));
        Assert.Equal("2.0.0", folders.Host.Rollback("Counting").Version);
        Assert.Equal("2.0.0", (await folders.ScanAsync("counting")).Version);
    }

    [Fact]
    public async Task A_rollback_of_a_refused_build_brings_back_the_one_that_serves_and_swaps_nothing()
    {
        await using var folders = new PluginFolders();
        await folders.InstallAsync(Builds.CountingV1, "counting");
        await folders.InstallAsync(Builds.CountingV2, "counting");
        Assert.NotNull((await folders.InstallAsync(Builds.Wrong, "counting")).Problem);
        Assert.Equal("2.0.0", folders.Host.Rollback("Counting").Version);
        PluginStatus status = await folders.ScanAsync("counting");
        Assert.Equal(("2.0.0", 2, null), (status.Version, status.Generation!.Value, status.Problem));
        Assert.Equal(1, folders.Host.Swaps);
    }

    [Fact]
    public async Task The_log_says_whether_a_plugin_went_because_its_folder_did_because_that_is_not_configured_or_because_the_host_stops()
    {
        await using var folders = new PluginFolders();
        await folders.InstallAsync(Builds.CountingV1, "counting");
        Directory.Delete(folders["counting"], recursive: true);
        await folders.ScanAsync();
        await folders.InstallAsync(Builds.CountingV1, "counting");
        await folders.Host.ScanAsync([], folders.Options, TestContext.Current.CancellationToken);
        await folders.ScanAsync();
        await folders.Host.StopAsync(TestContext.Current.CancellationToken);
        Assert.Equal(
            [$"its folder {folders["counting"]} is gone", $"its folder {folders["counting"]} is not configured any more", "the host stops"],
            folders.Log.Records.Where(r => r.EventId == 203).Select(r => r.Message.Split(" was removed: ")[1]));
    }

    [Fact]
    public async Task The_call_counter_tells_generations_apart()
    {
        await using var folders = new PluginFolders();
        await folders.InstallAsync(Builds.CountingV1, "counting");
        folders.Runtime.SetPriority(folders.Runtime.Registry.Priority.With("rms_norm", "counting"));
        var counter = new CallCounter();
        folders.Runtime.Observer = counter;
        Norm(folders).Dispose();
        await folders.InstallAsync(Builds.CountingV2, "counting");
        Norm(folders).Dispose();
        Norm(folders).Dispose();
        Assert.Equal([("rms_norm", "counting", 1, 1L), ("rms_norm", "counting", 2, 2L)], counter.CountsByGeneration);
        Assert.Equal([("rms_norm", "counting", 3L)], counter.Counts);
    }

    [Fact]
    public async Task Disposing_the_host_takes_all_plugins_out_and_removes_its_copies()
    {
        var folders = new PluginFolders();
        await folders.InstallAsync(Builds.CountingV1, "counting");
        await folders.DisposeAsync();
        Assert.Equal("native", Assert.Single(folders.Runtime.Registry.Providers).Key);
    }

    private static Tensor Norm(PluginFolders folders)
    {
        using Tensor x = X;
        return folders.Runtime.RmsNorm(x, null, 1e-6f);
    }
}
