using System.Diagnostics;
using Microsoft.Extensions.Logging;
using PluginIr.Hosting.Configuration;
using PluginIr.Hosting.Events;
using PluginIr.Hosting.Loading;
using PluginIr.Hosting.Manifests;
using PluginIr.Hosting.Telemetry;
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
    private readonly Dictionary<string, int> _generations = [];
    private PluginIrOptions _options = new();
    private IReadOnlyList<string> _folders = [];
    private bool _isStarted;

    /// <summary>Creates a host that has loaded nothing yet.</summary>
    /// <param name="runtime">The runtime whose registry it keeps.</param>
    /// <param name="logger">Where it logs.</param>
    /// <param name="time">The clock; the system's when null.</param>
    public PluginHost(IrRuntime runtime, ILogger<PluginHost> logger, TimeProvider? time = null)
    {
        _runtime = runtime;
        _logger = logger;
        _time = time ?? TimeProvider.System;
        _events = new PluginEvents(logger);
        _telemetry = new PluginTelemetry(runtime, this);
        runtime.KernelSetAside += OnKernelSetAside;
        runtime.KernelRestored += OnKernelRestored;
    }

    /// <summary>Looks at the folders and makes the registry follow them.</summary>
    /// <param name="folders">Absolute paths of folders whose subfolders are plugins.</param>
    /// <param name="options">How builds are taken in. Its own list of folders is not looked at.</param>
    /// <param name="cancellationToken">Gives up. A build that is being loaded is left behind, and loaded anew by the next look.</param>
    /// <exception cref="PluginIrOptionsException">An option is out of its range. Nothing was looked at.</exception>
    /// <exception cref="ObjectDisposedException">The host was stopped or disposed.</exception>
    public async Task ScanAsync(IReadOnlyList<string> folders, PluginIrOptions options, CancellationToken cancellationToken = default)
    {
        PluginIrOptionsRanges.Require(options);
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(_stopping is not null, this);
            using var looking = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
            Look(folders, options, looking.Token);
        }
        finally
        {
            _gate.Release();
        }
    }

    private void Look(IReadOnlyList<string> folders, PluginIrOptions options, CancellationToken cancellationToken)
    {
        try
        {
            _options = options;
            _folders = folders;
            string[] found = [.. folders.SelectMany(PluginFolder.In).Distinct()];
            foreach (PluginSlot gone in _slots.Where(s => !found.Contains(s.Folder)).ToList())
                Remove(gone, Directory.Exists(gone.Folder) ? $"its folder {gone.Folder} is not configured any more" : $"its folder {gone.Folder} is gone");
            foreach (string folder in found)
            {
                cancellationToken.ThrowIfCancellationRequested();
                PluginSlot? slot = _slots.Find(s => s.Folder == folder);
                if (slot is null)
                    _slots.Add(slot = new PluginSlot(folder));
                Consider(slot, cancellationToken);
            }

            _isStarted = true;
            LookAtLeaked();
            foreach (string stray in folders.SelectMany(PluginFolder.StrayAssembliesIn).Where(_strays.Add))
                Log.StrayAssembly(_logger, stray, PluginManifest.FileName);
        }
        finally
        {
            _status = [.. _slots.Select(s => s.ToStatus(_runtime.Registry))];
            WriteStatus();
        }
    }

    // One plugin's folder: nothing new, not complete yet, refused, or taken in.
    private void Consider(PluginSlot slot, CancellationToken cancellationToken)
    {
        string? hash = null;
        DateTime written = default;
        try
        {
            written = PluginFolder.ManifestWritten(slot.Folder);
            byte[] bytes = PluginFolder.ReadManifest(slot.Folder);
            hash = PluginManifest.HashOf(bytes);
            if (slot.TakeLate(hash))
                slot.DecidedHash = null;
            if (slot.IsNew(hash, written))
                TakeIn(slot, bytes, cancellationToken);
            else if (slot.IsBack(hash))
                Log.ServesAgain(_logger, slot.Name, slot.Serving!.Generation.ToString());
            slot.Decide(hash);
        }
        catch (ManifestException incomplete) when (incomplete.IsIncomplete)
        {
            slot.Problem = incomplete.Message;
            slot.IncompleteSince ??= _time.GetTimestamp() - (long)(PluginFolder.UnchangedFor(slot.Folder, _time.GetUtcNow()).TotalSeconds * _time.TimestampFrequency);
            if (!slot.IsIncompleteReported && _time.GetElapsedTime(slot.IncompleteSince.Value) >= _options.SettleTime)
            {
                slot.IsIncompleteReported = true;
                Log.StaysIncomplete(_logger, slot.Name, _options.SettleTime.TotalSeconds, slot.Problem);
                Raise(PluginEventKind.Incomplete, slot.Name, null, slot.Problem);
            }
        }
        catch (Exception refused) when (!cancellationToken.IsCancellationRequested || refused is not OperationCanceledException)
        {
            slot.Refuse(hash, written, refused);
            Interlocked.Increment(ref _refusals);

            // What serves is in its folder no more: it is what a rollback is to bring back.
            if (slot.Serving is { } serving)
                KeepPrevious(serving, slot.Folder);
            Log.Refused(_logger, slot.Name, refused.Message, ServingInstead(slot), CauseOf(refused));
            Raise(PluginEventKind.Refused, slot.Name, null, refused.Message);
        }
    }

    // Its own build of before, or that of another folder.
    private string ServingInstead(PluginSlot refused)
    {
        if (refused.Serving is { } own)
            return own.Generation.ToString();
        return _slots.Find(s => s.Serving?.Manifest.Name == refused.Name) is { } other ? other.ServingAndFolder : "no generation of it";
    }

    // What was thrown, with where, that is no refusal of itself: by the plugin's code, or by ours.
    private static Exception? CauseOf(Exception? refused) => refused switch
    {
        PluginException or RegistrationException => CauseOf(refused.InnerException),
        ManifestException => null,
        _ => refused,
    };

    private void TakeIn(PluginSlot slot, byte[] manifestBytes, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        PluginManifest manifest = PluginManifest.Parse(Path.Combine(slot.Folder, PluginManifest.FileName), manifestBytes);
        // A first build that is refused from here on has its own name; with an earlier one serving, that one's is what serves.
        if (slot.Serving is null)
            slot.Name = manifest.Name;
        RequireContract(manifest);
        RequireOwnName(slot, manifest);
        using Activity? activity = PluginTelemetry.BeginTakeIn(manifest.Name, manifest.Version);
        try
        {
            LoadedPlugin next = Load(slot, manifest, manifestBytes, out KernelVerdicts verdicts, cancellationToken);
            LoadedPlugin? old = slot.Serving;
            long version = Publish(slot, next, verdicts);
            Log.Serving(_logger, next.Generation.ToString(), next.Generation.Kernels.Count, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            Raise(PluginEventKind.Published, manifest.Name, next.Generation.ToString());
            if (old is not null)
            {
                Interlocked.Increment(ref _swaps);
                KeepPrevious(old, slot.Folder);
                Retire(old, version);
            }
        }
        catch (Exception refused)
        {
            activity?.SetStatus(ActivityStatusCode.Error, refused.Message);
            throw;
        }
    }

    private long Publish(PluginSlot slot, LoadedPlugin next, KernelVerdicts verdicts)
    {
        using PluginTelemetry.StepScope step = _telemetry.Begin("publish", next.Manifest.Name);
        long version;
        try
        {
            version = _runtime.Replace(next.Manifest.Name, next.Generation, verdicts, inPlaceOf: slot.Serving?.Manifest.Name);
        }
        catch (Exception refused)
        {
            LetGo(next);
            throw refused is RegistrationException
                ? new PluginException($"{next.Manifest.Name} {next.Manifest.Version}", LoadStep.Publish, refused.Message, refused)
                : refused;
        }

        slot.Name = next.Manifest.Name;
        slot.Serving = next;
        _generations[next.Manifest.Name] = next.Generation.Number;
        ReconsiderOthers();
        return version;
    }

    private void Remove(PluginSlot slot, string reason)
    {
        _slots.Remove(slot);
        if (slot.Serving is not { } serving)
            return;
        long version = _runtime.Replace(serving.Manifest.Name, null);
        Log.Removed(_logger, serving.Generation.ToString(), reason);
        Raise(PluginEventKind.Removed, serving.Manifest.Name, serving.Generation.ToString(), reason);
        ReconsiderOthers();
        Retire(serving, version);
    }

    // What contradicted another plugin may not do so any more.
    private void ReconsiderOthers()
    {
        foreach (PluginSlot refused in _slots.Where(s => s.IsContradiction))
            refused.DecidedHash = null;
    }

    /// <summary>
    /// Puts the build that a plugin had before back into its folder: the one that serves when a newer one was refused, or else the one before it. It serves
    /// once the folder has been looked at.
    /// </summary>
    /// <param name="plugin">The plugin's name, or its folder's.</param>
    /// <returns>The manifest of the build that was put back.</returns>
    /// <exception cref="ArgumentException">There is no such plugin in the folders that were looked at last.</exception>
    /// <exception cref="ManifestException">No previous build of it was kept.</exception>
    public PluginManifest Rollback(string plugin) => PluginBuilds.Rollback(PluginBuilds.Find(_folders, plugin));

    private void KeepPrevious(LoadedPlugin old, string folder)
    {
        try
        {
            PluginBuilds.KeepPrevious(old.Folder, folder);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // That a change of the folder cannot be taken back is to be known before somebody needs to.
            Log.PreviousNotKept(_logger, old.Generation.ToString(), failure.Message);
        }
    }

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
                $"{other.Folder} and {slot.Folder} hold plugins of the same name; {other.ServingAndFolder} serves. Remove one of the folders, or rename one of the plugins.");
        }
    }
}
