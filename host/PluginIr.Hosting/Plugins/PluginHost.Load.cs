using System.Diagnostics;
using PluginIr.Conformance;
using PluginIr.Devices;
using PluginIr.Dispatch;
using PluginIr.Hosting.Configuration;
using PluginIr.Hosting.Events;
using PluginIr.Hosting.Loading;
using PluginIr.Hosting.Manifests;
using PluginIr.Hosting.Telemetry;
using PluginIr.Runtime.Registry;

namespace PluginIr.Hosting.Plugins;

// From a build's files to a generation that may be published. Runs the plugin's own code, which may throw, be wrong, or never end.
public sealed partial class PluginHost
{
    private LoadedPlugin Load(
        PluginSlot slot, PluginManifest manifest, byte[] manifestBytes, out KernelVerdicts verdicts, CancellationToken cancellationToken)
    {
        PrivateCopy copy = CopyFiles(slot.Folder, manifest, manifestBytes);
        PluginIrOptions options = _options;
        int number = _generations.GetValueOrDefault(manifest.Name) + 1;
        var attempt = new LoadAttempt();

        // A build under another name contradicts nothing of what the folder held before, which goes when it comes.
        string? renamed = slot.Serving?.Manifest.Name;

        // A thread of its own, which can be left behind when it hangs.
        Activity? parent = Activity.Current;
        Task<LoadedPlugin> loading = Task.Factory.StartNew(
            () =>
            {
                Activity.Current = parent;
                return LoadAndProve(manifest, copy, number, renamed, options, attempt);
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            Task.WaitAny([loading], (int)options.LoadTimeout.TotalMilliseconds, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Left behind below, as one that hangs is.
        }

        if (!loading.IsCompleted)
        {
            attempt.Abandon();

            // Should it end after all, what it made is not wanted any more. The plugin does not hang, then, and a busy machine may have more time for it now.
            bool isTooLong = !cancellationToken.IsCancellationRequested;
            loading.ContinueWith(
                late =>
                {
                    if (late.IsCompletedSuccessfully)
                        LetGo(late.Result);
                    if (isTooLong && (late.IsCompletedSuccessfully || late.Exception?.InnerException is OperationCanceledException))
                        slot.EndLate(manifest.Hash);
                },
                CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            cancellationToken.ThrowIfCancellationRequested();
            throw new PluginException(
                $"{manifest.Name} {manifest.Version}", attempt.Step,
                $"loading, registering and proving it did not end within {options.LoadTimeout.TotalSeconds:0.#} s (PluginIr:LoadTimeout). " +
                "A constructor, a registration or a kernel of it hangs; its thread is left behind. Should that end, the build is tried once more.");
        }

        LoadedPlugin next = loading.GetAwaiter().GetResult();
        verdicts = attempt.Verdicts;
        if (Directory.Exists(slot.Folder))
            return next;
        LetGo(next);
        throw new PluginException(
            $"{manifest.Name} {manifest.Version}", LoadStep.Publish, $"its folder {slot.Folder} was removed while it was loaded. Put it back to have it loaded.");
    }

    private PrivateCopy CopyFiles(string folder, PluginManifest manifest, byte[] manifestBytes)
    {
        using PluginTelemetry.StepScope step = _telemetry.Begin("copy", manifest.Name);
        PrivateCopy copy = _copies.Make(folder, manifest, manifestBytes);

        // A manifest can be edited; what the assembly was compiled against cannot.
        if (ContractVersion.OfReferenceIn(Path.Combine(copy.Folder, manifest.EntryAssembly)) is not { } compiled || compiled == manifest.ContractVersion)
            return copy;
        copy.TryRemove();
        throw new PluginException(
            $"{manifest.Name} {manifest.Version}", LoadStep.Contract,
            $"its manifest says that it was built for contract version {manifest.ContractVersion}, and {manifest.EntryAssembly} was built against " +
            $"PluginIr.Contracts {compiled}. Build the plugin again, so that its manifest is written anew.");
    }

    private LoadedPlugin LoadAndProve(PluginManifest manifest, PrivateCopy copy, int number, string? renamed, PluginIrOptions options, LoadAttempt attempt)
    {
        LoadedPlugin next = LoadedPlugin.Load(manifest, copy, number, step =>
        {
            attempt.Step = step;
            return _telemetry.Begin(step.ToString().ToLowerInvariant(), manifest.Name);
        });
        try
        {
            string generation = next.Generation.ToString();
            attempt.Raise(() => Raise(PluginEventKind.Loaded, manifest.Name, generation));
            attempt.Step = LoadStep.Prove;

            // A proof may run other plugins' code, and go on with it when nobody waits for it any more: none of them may be let go of until it has ended.
            using CallLease others = _runtime.Lease();
            RegistrySnapshot candidate = _runtime.Candidate(manifest.Name, next.Generation, renamed);
            if (!KernelProof.InvolvesOthers(candidate, next.Generation))
                others.Dispose();
            IReadOnlyList<KernelReport> doubtful;
            using (_telemetry.Begin("prove", manifest.Name))
                attempt.Verdicts = KernelProof.Run(_runtime, candidate, next.Generation, options.Proof, options.ProofTime, out doubtful, attempt.Abandoned);
            if (options.Proof == Proof.Off)
                return next;
            // Nobody has called anything yet while the host starts; later, callers move over from what serves now.
            if (_isStarted)
            {
                using (_telemetry.Begin("warm", manifest.Name))
                {
                    next.CompileEntries();
                    KernelProof.Warm(_runtime, candidate, next.Generation, attempt.Abandoned);
                }
            }

            attempt.Raise(() =>
            {
                foreach (KernelReport kernel in doubtful)
                    Log.NotProved(_logger, generation, $"{kernel.Op}/{kernel.Provider}", kernel.Doubt!);
                if (doubtful.Count > 0)
                    return;
                Log.Proved(_logger, generation);
                Raise(PluginEventKind.Proved, manifest.Name, generation);
            });
            return next;
        }
        catch (Exception refused)
        {
            LetGo(next);
            throw refused switch
            {
                RegistrationException => new PluginException($"{manifest.Name} {manifest.Version}", LoadStep.Publish, refused.Message, refused),
                DeviceException => new PluginException($"{manifest.Name} {manifest.Version}", LoadStep.Prove, refused.Message, refused),
                PluginException or OperationCanceledException => refused,
                _ => new PluginException(
                    $"{manifest.Name} {manifest.Version}", attempt.Step, $"loading it failed in a way that is no refusal; the log shows where. {refused.GetType().Name}: {refused.Message}", refused),
            };
        }
    }

    // A generation that no call has ever been inside.
    private void LetGo(LoadedPlugin unwanted)
    {
        DisposeAsync(unwanted, _options.DisposeTimeout).GetAwaiter().GetResult();
        unwanted.Unload();
        RemoveFiles(unwanted);
    }

    // What the loading thread has come to. Once it is abandoned nothing more is heard of it, and it ends as soon as the plugin's code returns.
    private sealed class LoadAttempt
    {
        private readonly Lock _lock = new();
        private readonly CancellationTokenSource _abandoned = new();

        public CancellationToken Abandoned => _abandoned.Token;

        public LoadStep Step { get; set; } = LoadStep.Load;

        public KernelVerdicts Verdicts { get; set; } = KernelVerdicts.None;

        public void Raise(Action raise)
        {
            lock (_lock)
            {
                if (!_abandoned.IsCancellationRequested)
                    raise();
            }
        }

        public void Abandon()
        {
            lock (_lock)
                _abandoned.Cancel();
        }
    }
}
