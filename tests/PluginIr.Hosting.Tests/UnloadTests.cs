using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using PluginIr.Hosting.Events;
using PluginIr.Hosting.Loading;
using PluginIr.Hosting.Plugins;
using PluginIr.Hosting.Tests.Support;
using PluginIr.Ops;
using PluginIr.Runtime.Priority;
using PluginIr.Runtime.Registry;
using Xunit;

namespace PluginIr.Hosting.Tests;

public sealed class UnloadTests
{
    private const int Limit = 60_000;

    [Fact(Timeout = Limit)]
    public async Task Replaced_generations_leave_nothing_in_memory()
    {
        const int Swaps = 20;
        await using var folders = new PluginFolders();
        await folders.InstallAsync(Builds.CountingV1, "counting");
        folders.Runtime.SetPriority(folders.Runtime.Registry.Priority.With("rms_norm", "counting"));
        for (int i = 0; i < Swaps; i++)
        {
            Norm(folders);
            await folders.InstallAsync((i & 1) == 0 ? Builds.CountingV2 : Builds.CountingV1, "counting");
        }

        await RunningHost.Until(() => folders.Host.Retired.Count == 0, TestContext.Current.CancellationToken);
        Assert.Equal(Swaps, folders.Log.Records.Count(r => r.EventId == 204));
        Assert.Single(folders.Runtime.Registry.Generations, g => g.Plugin == "Counting");
    }

    [Fact(Timeout = Limit)]
    public async Task A_scope_in_which_nobody_calls_any_more_keeps_no_generation()
    {
        await using var folders = new PluginFolders();
        await folders.InstallAsync(Builds.CountingV1, "counting");
        using PriorityScope scope = folders.Runtime.UsePriority("rms_norm", "counting");
        Norm(folders);
        await folders.InstallAsync(Builds.CountingV2, "counting");
        await RunningHost.Until(() => folders.Host.Retired.Count == 0, TestContext.Current.CancellationToken);
    }

    [Fact(Timeout = Limit)]
    public async Task A_generation_that_pins_itself_is_reported_as_leaked_and_the_next_swap_goes_on()
    {
        await using var folders = new PluginFolders();
        await folders.InstallAsync(Builds.Pinning, "plugin");
        await folders.InstallAsync(Builds.CountingV1, "plugin");
        await RunningHost.Until(() => folders.Host.Retired.Any(r => r.State == RetiredState.Leaked), TestContext.Current.CancellationToken);
        Assert.Contains("PluginIr.Fixtures.Pinning", Assert.Single(folders.Log.Records, r => r is { EventId: 211, Level: LogLevel.Warning }).Message);

        await folders.InstallAsync(Builds.CountingV2, "plugin");
        await RunningHost.Until(() => folders.Log.Records.Any(r => r.EventId == 204), TestContext.Current.CancellationToken);
        Assert.Equal("PluginIr.Fixtures.Pinning 0.1.0 (generation 1)", Assert.Single(folders.Host.Retired).Generation);
    }

    [Fact(Timeout = Limit)]
    public async Task A_generation_whose_code_ran_and_threw_on_worker_threads_leaves_nothing_in_memory()
    {
        await using var folders = new PluginFolders();
        folders.Runtime.Threads = 2;
        await folders.InstallAsync(Builds.Sharing, "plugin");
        folders.Runtime.SetPriority(folders.Runtime.Registry.Priority.With("rms_norm", "sharing"));
        for (int i = 0; i < 10; i++)
            Norm(folders);
        Assert.Equal("A worker's chunk threw.", FailingNorm(folders));
        Assert.Equal("sharing", Assert.Single(folders.Runtime.Faults.Keys).Provider);

        await folders.InstallAsync(Builds.CountingV1, "plugin");
        await RunningHost.Until(() => folders.Log.Records.Any(r => r.EventId == 204), TestContext.Current.CancellationToken);
        Assert.Empty(folders.Host.Retired);
    }

    [Fact(Timeout = Limit)]
    public async Task A_leaked_generation_is_told_as_unloaded_when_what_kept_it_has_let_go_and_not_before()
    {
        await using var folders = new PluginFolders();
        var seen = new RecordingObserver();
        await folders.InstallAsync(Builds.CountingV1, "plugin");
        StrongBox<Generation?> pin = Pin(folders);
        await folders.InstallAsync(Builds.CountingV2, "plugin");
        using IDisposable subscription = folders.Host.Events.Subscribe(seen);
        await RunningHost.Until(() => seen.Kinds.Contains(PluginEventKind.Leaked), TestContext.Current.CancellationToken);
        GC.Collect();
        await folders.ScanAsync();
        Assert.Equal(RetiredState.Leaked, Assert.Single(folders.Host.Retired).State);
        Assert.DoesNotContain(folders.Log.Records, r => r.EventId == 204);

        pin.Value = null;
        while (folders.Host.Retired.Count > 0)
        {
            GC.Collect();
            await folders.ScanAsync();
        }

        Assert.Contains("Counting 1.0.0 (generation 1)", Assert.Single(folders.Log.Records, r => r.EventId == 204).Message);
        await RunningHost.Until(() => seen.Kinds.LastOrDefault() == PluginEventKind.Unloaded, TestContext.Current.CancellationToken);
        await folders.ScanAsync();
        Assert.Single(folders.Log.Records, r => r.EventId == 204);
    }

    [Fact(Timeout = Limit)]
    public async Task What_stays_is_told_when_collections_have_ended_and_not_when_they_were_asked_for()
    {
        const int Pauses = 50;
        StrongBox<object?> stays = Something();
        int ended = 0, looks = 0;
        Assert.False(await Unloading.ConfirmAsync(ReferenceTo(stays), () => ++ended, TimeSpan.Zero, TestContext.Current.CancellationToken));

        StrongBox<object?> goes = Something();
        Assert.True(await Unloading.ConfirmAsync(
            ReferenceTo(goes),
            () =>
            {
                if (++looks < Pauses)
                    return 0;
                goes.Value = null;
                GC.Collect();
                return 0;
            },
            TimeSpan.Zero, TestContext.Current.CancellationToken));
        Assert.True(looks >= Pauses, $"It was gone after {looks} looks.");
        GC.KeepAlive(stays.Value);
    }

    // Frames of their own, as below.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static StrongBox<Generation?> Pin(PluginFolders folders) => new(folders.Runtime.Registry.Generations.Single(g => g.Plugin == "Counting"));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static StrongBox<object?> Something() => new(new object());

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference ReferenceTo(StrongBox<object?> box) => new(box.Value);

    private static string? FailingNorm(PluginFolders folders)
    {
        using Tensor x = Tensor.Zeros(DType.Float32, 2, 4);
        try
        {
            folders.Runtime.RmsNorm(x, null, 0.75f).Dispose();
            return null;
        }
        catch (Exception thrown)
        {
            return thrown.Message;
        }
    }

    // A frame of its own: what a frame refers to stays referred to until the frame is left.
    private static void Norm(PluginFolders folders)
    {
        using Tensor x = Tensor.Zeros(DType.Float32, 2, 4), output = folders.Runtime.RmsNorm(x, null, 1e-6f);
    }
}
