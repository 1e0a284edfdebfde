using PluginIr.Runtime.Priority;
using PluginIr.Runtime.Registry;

namespace PluginIr.Runtime;

// Changing the registry. One writer at a time; readers are never stopped.
public sealed partial class IrRuntime
{
    private readonly Lock _writer = new();
    private readonly DeclaredOps _declaredOps = new();

    /// <summary>Puts one plugin's new generation in the place of its old one, adds it when there was none, removes the old when there is no new.</summary>
    /// <param name="plugin">The plugin's name.</param>
    /// <param name="next">The new generation; null to remove the plugin.</param>
    /// <param name="verdicts">Which kernels of other plugins are set aside with it, and which not any more; null for none.</param>
    /// <param name="inPlaceOf">A plugin of another name that goes in the same step, as one does that was renamed; null for none.</param>
    /// <returns>The version to <see cref="DrainAsync"/> before anything of the old generation is disposed.</returns>
    /// <exception cref="RegistrationException">
    /// The new generation contradicts another plugin, or what an op was when callers were compiled for it, or the name is the built-in ops'. Nothing changed.
    /// </exception>
    /// <exception cref="ArgumentException">The new generation is another plugin's, or there is none and there are verdicts. Nothing changed.</exception>
    public long Replace(string plugin, Generation? next, KernelVerdicts? verdicts = null, string? inPlaceOf = null)
    {
        verdicts ??= KernelVerdicts.None;
        if (next is null && (verdicts.Fit.Count > 0 || verdicts.Unfit.Count > 0))
        {
            throw new ArgumentException(
                $"{plugin} is to be removed; verdicts are on what other kernels do with its new generation. Give one of the two.", nameof(verdicts));
        }

        long version;
        SetAsideKernel[] restored, unfit;
        lock (_writer)
        {
            RegistrySnapshot now = Registry;
            IReadOnlyList<Generation> generations = With(now, plugin, next, inPlaceOf);
            restored = [.. now.SetAside.Where(k => k.Reason == SetAsideReason.Unfit && verdicts.Fit.Any(k.Is))];
            unfit = [.. verdicts.Unfit.Keys.Where(k => !now.SetAside.Any(s => s.Is(k))).Select(k => SetAsideKernel.Of(k, SetAsideReason.Unfit))];
            IReadOnlyCollection<SetAsideKernel> setAside =
                [.. now.SetAside.Except(restored).Concat(unfit).Where(k => generations.Any(g => g.Plugin == k.Plugin && g.Number == k.Generation))];
            version = PublishBuilt(generations, now.Priority, setAside);
        }

        foreach (SetAsideKernel kernel in restored)
        {
            Log.Restored(_logger, kernel.Op, kernel.Provider, kernel.Plugin, kernel.Generation, next!.ToString());
            KernelRestored?.Invoke(kernel, $"with {next} it does as the definition of {kernel.Op} does");
        }

        foreach (SetAsideKernel kernel in unfit)
        {
            string problem = verdicts.Unfit.First(v => kernel.Is(v.Key)).Value;
            Log.Unfit(_logger, kernel.Op, kernel.Provider, kernel.Plugin, kernel.Generation, next!.ToString(), problem);
            KernelSetAside?.Invoke(kernel, $"with {next} it does not do as the definition of {kernel.Op} does: {problem}");
        }

        return version;
    }

    /// <summary>The registry as it would be after <see cref="Replace"/>, for checks that come before it. Nothing is published.</summary>
    /// <param name="plugin">The plugin's name.</param>
    /// <param name="next">Its new generation.</param>
    /// <param name="inPlaceOf">As for <see cref="Replace"/>.</param>
    /// <exception cref="RegistrationException">As for <see cref="Replace"/>.</exception>
    /// <exception cref="ArgumentException">The new generation is another plugin's.</exception>
    public RegistrySnapshot Candidate(string plugin, Generation next, string? inPlaceOf = null)
    {
        RegistrySnapshot now = Registry;
        RegistrySnapshot candidate = SnapshotBuilder.Build(now.Version, With(now, plugin, next, inPlaceOf), now.Priority, now.SetAside);
        _declaredOps.Require(candidate);
        return candidate;
    }

    private static IReadOnlyList<Generation> With(RegistrySnapshot now, string plugin, Generation? next, string? inPlaceOf)
    {
        if (plugin == BuiltInOps.Plugin)
        {
            throw new RegistrationException(
                $"Plugin '{plugin}' was refused: the built-in ops have that name. Give the plugin another one in its manifest.");
        }

        if (next is not null && next.Plugin != plugin)
            throw new ArgumentException($"The next generation of plugin '{plugin}' must be its own; found {next}.", nameof(next));
        var generations = new List<Generation>(now.Generations.Where(g => g.Plugin == plugin || g.Plugin != inPlaceOf));
        int index = generations.FindIndex(g => g.Plugin == plugin);
        if (next is not null && index >= 0)
            generations[index] = next;
        else if (next is not null)
            generations.Add(next);
        else if (index >= 0)
            generations.RemoveAt(index);
        return generations;
    }

    /// <summary>Puts a priority in force for all code that is in no scope of its own.</summary>
    /// <exception cref="PriorityException">It names what is not there. Nothing changed.</exception>
    public void SetPriority(PriorityTable priority)
    {
        lock (_writer)
        {
            RegistrySnapshot now = Registry;
            priority.Validate(now);
            PublishBuilt(now.Generations, priority, now.SetAside);
        }
    }

    /// <summary>Completes when no call is inside a snapshot older than a version.</summary>
    /// <param name="version">What <see cref="Replace"/> returned.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task DrainAsync(long version, CancellationToken cancellationToken = default)
    {
        BeginDrain();

        // Calls take microseconds: most drains end at the first look, and the rest are long enough for a timer.
        while (!HasDrained(version))
            await Task.Delay(1, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The calls that are inside a snapshot older than a version, in words: the op, if known, and the thread.</summary>
    public IReadOnlyList<string> CallsOlderThan(long version) => DescribeInside(version);

    private long PublishBuilt(IReadOnlyList<Generation> generations, PriorityTable priority, IReadOnlyCollection<SetAsideKernel> setAside)
    {
        RegistrySnapshot next = SnapshotBuilder.Build(RegistrySnapshot.NextVersion(), generations, priority, setAside);
        _declaredOps.Require(next);
        lock (_computeStreams.Lock)
        {
            StartDevices(next);

            // From here on nothing can refuse it.
            _declaredOps.Add(next);
            TellFollowers(f => f.OnPublishing(next));
            Publish(next);
        }

        TellFollowers(f => f.OnPublished());
        foreach (KernelName gone in _faults.Keys.Where(k => !generations.Any(g => g.Plugin == k.Plugin && g.Number == k.Generation)))
            _faults.TryRemove(gone, out _);
        Settle(next);
        return next.Version;
    }

    // What follows from a snapshot that has been published.
    private void Settle(RegistrySnapshot next)
    {
        foreach (DeviceKind kind in next.DeviceKinds)
            FreeWaiting(kind);
        lock (_scopes)
        {
            foreach (WeakReference<PriorityScope> scope in _scopes)
            {
                if (scope.TryGetTarget(out PriorityScope? alive))
                    alive.Forget();
            }
        }

        Log.Published(_logger, next.Version, next.Ops.Count, next.Kernels.Count, next.Providers.Count);
        Say(next);
    }

    private void Say(RegistrySnapshot snapshot)
    {
        foreach (string warning in snapshot.Warnings.Where(w => _said.TryAdd(w, true)))
            Log.CannotHonour(_logger, warning);
        foreach (string unbound in snapshot.Unbound.Where(u => _said.TryAdd(u, true)))
            Log.Unbound(_logger, unbound);
    }
}
