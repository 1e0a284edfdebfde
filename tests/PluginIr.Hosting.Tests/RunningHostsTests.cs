using System.Diagnostics;
using PluginIr.Dispatch;
using PluginIr.Hosting.Loading;
using PluginIr.Hosting.Manifests;
using PluginIr.Hosting.Plugins;
using PluginIr.Hosting.Tests.Support;
using Xunit;

namespace PluginIr.Hosting.Tests;

/// <summary>What another process can see of a host.</summary>
public sealed class RunningHostsTests
{
    [Fact]
    public async Task A_host_shows_its_plugins_what_was_refused_and_what_has_not_left_memory()
    {
        await using var folders = new PluginFolders();
        await folders.InstallAsync(Builds.CountingV1, "counting");
        using CallLease lease = folders.Runtime.Lease();
        await folders.InstallAsync(Builds.CountingV2, "counting");
        PluginStatus refused = await folders.InstallAsync(Builds.Wrong, "wrong");
        HostStatus host = Assert.Single(RunningHosts.Read(), h => h.ProcessId == Environment.ProcessId && h.Plugins.Any(p => p.Folder == folders["wrong"]));
        Assert.Equal((1, 1), (host.Swaps, host.Refusals));
        Assert.Equal(["Counting", "PluginIr.Fixtures.Wrong"], host.Plugins.Select(p => p.Name));
        Assert.Equal(refused.Problem, host.Plugins[1].Problem);
        Assert.Equal(("Counting 1.0.0 (generation 1)", RetiredState.Draining), (host.Retired[0].Generation, host.Retired[0].State));
    }

    [Fact]
    public void The_folder_of_a_process_that_has_ended_is_not_a_running_host()
    {
        using var folder = new TemporaryFolder();
        string ended = folder["1-ended"];
        Directory.CreateDirectory(ended);
        File.WriteAllText(Path.Combine(ended, "in-use"), "");
        File.WriteAllText(Path.Combine(ended, "status.json"), "{}");
        using (var copies = new PrivateCopies(folder.Path))
            Assert.Equal([copies.Folder], PrivateCopies.InUse(folder.Path));
        Assert.Empty(RunningHosts.Read(folder.Path));
    }

    [Fact]
    public void Copies_lie_where_nobody_else_can_write_and_nowhere_else()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows keeps each user's temporary files apart.");
            return;
        }

        using var folder = new TemporaryFolder();
        string made = folder["made"], open = folder["open"], link = folder["link"];
        PrivateCopies.MakePrivate(made);
        PrivateCopies.MakePrivate(made);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(made));

        Directory.CreateDirectory(open);
        File.SetUnixFileMode(open, File.GetUnixFileMode(open) | UnixFileMode.OtherWrite);
        Assert.Contains($"{open}, where copies of plugins are to be, can be written to by others", Assert.Throws<IOException>(() => PrivateCopies.MakePrivate(open)).Message);
        Directory.CreateSymbolicLink(link, made);
        Assert.Contains($"is a link to {made}", Assert.Throws<IOException>(() => PrivateCopies.MakePrivate(link)).Message);
        using var copies = new PrivateCopies();
        Assert.Contains($"pluginir-{Environment.UserName}", copies.Folder);
    }

    [Fact]
    public void Copies_lie_in_no_folder_that_another_user_made_first_though_nobody_else_can_write_to_it()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            Assert.Skip("Only root on Linux can give a folder to another user.");
            return;
        }

        using var folder = new TemporaryFolder();
        string planted = folder["planted"];
        PrivateCopies.MakePrivate(planted);
        foreach (uint other in (uint[])[1000, uint.MaxValue - 5])
        {
            Give(planted, other);
            string refused = Assert.Throws<IOException>(() => PrivateCopies.MakePrivate(planted)).Message;
            Assert.Contains($"{planted}, where copies of plugins are to be, belongs to user {other} and this host runs as user 0", refused);
        }

        // It is refused for whose it is, and for nothing else.
        Give(planted, 0);
        PrivateCopies.MakePrivate(planted);
    }

    [Fact]
    public void Where_copies_cannot_be_written_the_folder_and_the_reason_are_named_with_what_to_set()
    {
        using var folder = new TemporaryFolder();
        string file = folder["file"], below = Path.Combine(file, "copies"), advice = $"Set {(OperatingSystem.IsWindows() ? "TMP" : "TMPDIR")} to a folder";
        File.WriteAllText(file, "");
        string made = Assert.Throws<IOException>(() => new PrivateCopies(below)).Message;
        Assert.StartsWith($"{below}, where copies of plugins are to be, cannot be made or written to: ", made);
        Assert.Contains(advice, made);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(made, Assert.Throws<IOException>(() => PrivateCopies.MakePrivate(below)).Message);

        byte[] manifest = File.ReadAllBytes(Path.Combine(Builds.CountingV1, PluginManifest.FileName));
        PluginException refused = Assert.Throws<PluginException>(
            () => PrivateCopy.Make(Builds.CountingV1, PluginManifest.Parse(PluginManifest.FileName, manifest), manifest, below));
        Assert.Equal(LoadStep.Copy, refused.Step);
        Assert.Contains($"{below}{Path.DirectorySeparatorChar}", refused.Message);
        Assert.Contains(advice, refused.Message);
    }

    [Fact]
    public void What_cannot_be_understood_is_left_out()
    {
        using var folder = new TemporaryFolder();
        using var copies = new PrivateCopies(folder.Path);
        File.WriteAllText(Path.Combine(copies.Folder, "status.json"), "not JSON");
        Assert.Empty(RunningHosts.Read(folder.Path));
    }

    private static void Give(string folder, uint user)
    {
        using Process chown = Process.Start("chown", [$"{user}", folder]);
        chown.WaitForExit();
        Assert.Equal(0, chown.ExitCode);
    }
}
