using System.Diagnostics;
using Microsoft.Extensions.Logging;
using PluginIr.Hosting.Configuration;
using PluginIr.Hosting.Events;
using PluginIr.Hosting.Loading;
using PluginIr.Hosting.Manifests;
using PluginIr.Runtime;
using PluginIr.Runtime.Registry;

namespace PluginIr.Hosting.Plugins;

/// <summary>Keeps a runtime's registry equal to what lies in the plugins' folders.</summary>
/// <remarks>
/// A new build is loaded completely, then published with one store, then the old one is let go: drained, disposed, unloaded. Whatever
/// fails before the store leaves the old one serving. One build is taken in at a time; calls never wait for any of it.
/// </remarks>
public sealed partial class PluginHost : IAsyncDisposable
{
    private readonly IrRuntime _runtime;
    private readonly ILogger<PluginHost> _logger;
    private readonly TimeProvider _time;
    private readonly PrivateCopies _copies = new();
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly List<PluginSlot> _slots = [];
    private readonly List<Task> _retiring = [];
    private readonly HashSet<string> _strays = [];
    private readonly PluginEvents _events = new();
    private volatile IReadOnlyList<PluginStatus> _status = [];
    private long _swaps;
    private long _refusals;

    /// <summary>Creates a host that has loaded nothing yet.</summary>
    /// <param name="runtime">The runtime whose registry it keeps.</param>
    /// <param name="logger">Where it logs.</param>
    /// <param name="time">The clock; the system's when null.</param>
    public PluginHost(IrRuntime runtime, ILogger<PluginHost> logger, TimeProvider? time = null)
    {
        _runtime = runtime;
        _logger = logger;
        _time = time ?? TimeProvider.System;
    }

    /// <summary>All plugins, as the last look at the folders left them.</summary>
    public IReadOnlyList<PluginStatus> Plugins => _status;

    /// <summary>How many times a generation took the place of another since the process began.</summary>
    public long Swaps => Interlocked.Read(ref _swaps);

    /// <summary>How many builds were refused since the process began.</summary>
    public long Refusals => Interlocked.Read(ref _refusals);

    /// <summary>What happens to plugins from now on: loaded, published, refused, removed, drained, unloaded, leaked.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    public IAsyncEnumerable<PluginEvent> Listen(CancellationToken cancellationToken = default) => _events.Listen(cancellationToken);

    /// <summary>Looks at the folders and makes the registry follow them.</summary>
    /// <param name="folders">Absolute paths of folders whose subfolders are plugins.</param>
    /// <param name="options">How builds are taken in. Its own list of folders is not looked at.</param>
    /// <param name="cancellationToken">Gives up between two plugins.</param>
    public async Task ScanAsync(IReadOnlyList<string> folders, PluginIrOptions options, CancellationToken cancellationToken = default)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            string[] found = [.. folders.SelectMany(PluginFolder.In).Distinct()];
            foreach (PluginSlot gone in _slots.Where(s => !found.Contains(s.Folder)).ToList())
                Remove(gone);
            foreach (string folder in found)
            {
                cancellationToken.ThrowIfCancellationRequested();
                PluginSlot? slot = _slots.Find(s => s.Folder == folder);
                if (slot is null)
                    _slots.Add(slot = new PluginSlot(folder));
                Consider(slot, options);
            }

            foreach (string stray in folders.SelectMany(PluginFolder.StrayAssembliesIn).Where(_strays.Add))
                Log.StrayAssembly(_logger, stray, PluginManifest.FileName);
        }
        finally
        {
            _status = [.. _slots.Select(s => s.ToStatus())];
            _gate.Release();
        }
    }

    /// <summary>Takes every plugin out of the registry and lets it go; waits until calls have left them.</summary>
    public async ValueTask DisposeAsync()
    {
        await _gate.WaitAsync().ConfigureAwait(false);
        try
        {
            foreach (PluginSlot slot in _slots.ToList())
                Remove(slot);
            _status = [];
        }
        finally
        {
            _gate.Release();
        }

        // Calls that are inside are waited for; whether the memory is given back is no matter any more.
        await _closing.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_retiring).ConfigureAwait(false);
        _copies.Dispose();
    }

    // One plugin's folder: nothing new, not complete yet, refused, or taken in.
    private void Consider(PluginSlot slot, PluginIrOptions options)
    {
        string? hash = null;
        try
        {
            byte[] bytes = PluginFolder.ReadManifest(slot.Folder);
            hash = PluginManifest.HashOf(bytes);
            if (hash != slot.DecidedHash && hash != slot.Serving?.Manifest.Hash)
                TakeIn(slot, bytes, options);
            slot.Decide(hash);
        }
        catch (ManifestException incomplete) when (incomplete.IsIncomplete)
        {
            slot.Problem = incomplete.Message;
            slot.IncompleteSince ??= _time.GetTimestamp();
            if (!slot.IsIncompleteReported && _time.GetElapsedTime(slot.IncompleteSince.Value) >= options.SettleTime)
            {
                slot.IsIncompleteReported = true;
                Log.StaysIncomplete(_logger, slot.Name, options.SettleTime.TotalSeconds, slot.Problem);
            }
        }
        catch (Exception refused)
        {
            slot.Refuse(hash, refused);
            Interlocked.Increment(ref _refusals);
            Log.Refused(_logger, slot.Name, refused.Message, slot.Serving?.Generation.ToString() ?? "no generation of it");
            Raise(PluginEventKind.Refused, slot.Name, null, refused.Message);
        }
    }

    private void TakeIn(PluginSlot slot, byte[] manifestBytes, PluginIrOptions options)
    {
        long start = Stopwatch.GetTimestamp();
        PluginManifest manifest = PluginManifest.Parse(Path.Combine(slot.Folder, PluginManifest.FileName), manifestBytes);
        RequireContract(manifest);
        RequireOwnName(slot, manifest);
        LoadedPlugin next = Load(manifest, _copies.Make(slot.Folder, manifest, manifestBytes), slot.Generations + 1, options);
        Raise(PluginEventKind.Loaded, manifest.Name, next.Generation.ToString());
        LoadedPlugin? old = slot.Serving;
        long version = Publish(slot, next);
        Log.Serving(_logger, next.Generation.ToString(), next.Generation.Kernels.Count, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        Raise(PluginEventKind.Published, manifest.Name, next.Generation.ToString());
        if (old is not null)
        {
            Interlocked.Increment(ref _swaps);
            KeepPrevious(old, slot.Folder);
            Retire(old, version);
        }
    }

    private long Publish(PluginSlot slot, LoadedPlugin next)
    {
        try
        {
            long version = _runtime.Replace(next.Manifest.Name, next.Generation);
            // A build under another name does not stand in for what the folder held before.
            if (slot.Serving is { } old && old.Manifest.Name != next.Manifest.Name)
                version = _runtime.Replace(old.Manifest.Name, null);
            slot.Name = next.Manifest.Name;
            slot.Serving = next;
            slot.Generations++;
            ReconsiderOthers();
            return version;
        }
        catch (RegistrationException contradiction)
        {
            LetGo(next);
            throw new PluginException($"{next.Manifest.Name} {next.Manifest.Version}", LoadStep.Publish, contradiction.Message, contradiction);
        }
    }

    private void Remove(PluginSlot slot)
    {
        _slots.Remove(slot);
        if (slot.Serving is not { } serving)
            return;
        long version = _runtime.Replace(serving.Manifest.Name, null);
        Log.Removed(_logger, serving.Generation.ToString(), slot.Folder);
        Raise(PluginEventKind.Removed, serving.Manifest.Name, serving.Generation.ToString());
        ReconsiderOthers();
        Retire(serving, version);
    }

    // What contradicted another plugin may not do so any more.
    private void ReconsiderOthers()
    {
        foreach (PluginSlot refused in _slots.Where(s => s.IsContradiction))
            refused.DecidedHash = null;
    }

    /// <summary>Puts the build that a plugin had before back into its folder. It serves once the folder has been looked at.</summary>
    /// <param name="plugin">The plugin's name.</param>
    /// <returns>The version that was put back.</returns>
    /// <exception cref="ArgumentException">There is no such plugin.</exception>
    /// <exception cref="ManifestException">No previous build of it was kept.</exception>
    public string Rollback(string plugin)
    {
        PluginStatus status = _status.FirstOrDefault(s => s.Name == plugin) ?? throw new ArgumentException(
            $"No plugin is named '{plugin}'.{NearestName.Hint(plugin, _status.Select(s => s.Name))}", nameof(plugin));
        return PluginBuilds.Rollback(status.Folder);
    }

    private void KeepPrevious(LoadedPlugin old, string folder)
    {
        try
        {
            PluginBuilds.KeepPrevious(old.Folder, folder);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The swap has happened; that it cannot be taken back is to be known before somebody needs to.
            Log.PreviousNotKept(_logger, old.Generation.ToString(), failure.Message);
        }
    }

    private void Raise(PluginEventKind kind, string plugin, string? generation, string? detail = null) =>
        _events.Raise(new PluginEvent(kind, plugin, generation, _time.GetUtcNow(), detail));

    private static void RequireContract(PluginManifest manifest)
    {
        if (ContractVersion.Host.Refusal(manifest.ContractVersion) is { } refusal)
            throw new PluginException($"{manifest.Name} {manifest.Version}", LoadStep.Contract, $"{refusal}.");
    }

    private void RequireOwnName(PluginSlot slot, PluginManifest manifest)
    {
        if (_slots.Find(s => s != slot && s.Serving?.Manifest.Name == manifest.Name) is { } other)
        {
            throw new PluginException(
                $"{manifest.Name} {manifest.Version}", LoadStep.Manifest,
                $"{slot.Folder} and {other.Folder} hold plugins of the same name. Remove one of the folders, or rename one of the plugins.");
        }
    }
}
