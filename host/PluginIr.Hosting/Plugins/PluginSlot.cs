using PluginIr.Hosting.Loading;
using PluginIr.Registration;
using PluginIr.Runtime.Registry;

namespace PluginIr.Hosting.Plugins;

/// <summary>What the host knows of one plugin's folder.</summary>
/// <param name="folder">The folder.</param>
internal sealed class PluginSlot(string folder)
{
    // Of the newest build when it was refused: why, and when its manifest was written.
    private string? _refusal;
    private DateTime _refusedWritten;

    // Of builds that were refused for the time they took, by their hashes: whose loading has ended since, and which one was tried again.
    private volatile string? _late;
    private string? _triedAgain;

    /// <summary>The folder.</summary>
    public string Folder { get; } = folder;

    /// <summary>The name of the build that serves; while none does, that in the manifest that was read last, and the folder's before one was.</summary>
    public string Name { get; set; } = Path.GetFileName(folder);

    /// <summary>The hash of the manifest that was decided on last: loaded or refused. The same one is not looked at again.</summary>
    public string? DecidedHash { get; set; }

    /// <summary>The generation that serves; null when none does.</summary>
    public LoadedPlugin? Serving { get; set; }

    /// <summary>The generation that serves and where it is from, for messages that name two folders; one serves.</summary>
    public string ServingAndFolder => $"{Serving!.Generation} of {Folder}";

    /// <summary>Why the newest build does not serve; null when it does.</summary>
    public string? Problem { get; set; }

    /// <summary>The hash of the newest build when it was refused; null when it was not.</summary>
    public string? RefusedHash { get; private set; }

    /// <summary>Since when the folder has been incomplete, from before it was looked at if nothing had changed in it; null when it is not.</summary>
    public long? IncompleteSince { get; set; }

    /// <summary>True when the log says already that the folder stays incomplete.</summary>
    public bool IsIncompleteReported { get; set; }

    /// <summary>True when the newest build was refused because of what another plugin holds, so that it may be accepted later.</summary>
    public bool IsContradiction { get; private set; }

    /// <summary>True for a build that neither serves nor was decided on, and for a refused one whose manifest was written anew, as <c>touch</c> does it.</summary>
    public bool IsNew(string hash, DateTime written) =>
        hash != Serving?.Manifest.Hash && (hash != DecidedHash || (hash == RefusedHash && written != _refusedWritten));

    /// <summary>
    /// True when the build with this manifest serves, and something else that the folder held meanwhile was told of as refused or incomplete.
    /// </summary>
    public bool IsBack(string hash) => hash == Serving?.Manifest.Hash && (RefusedHash is not null || IsIncompleteReported);

    /// <summary>Notes that the build with this manifest was dealt with, now or before.</summary>
    public void Decide(string hash)
    {
        DecidedHash = hash;
        IncompleteSince = null;
        IsIncompleteReported = false;
        if (Serving?.Manifest.Hash == hash)
        {
            Problem = null;
            RefusedHash = null;
            IsContradiction = false;
        }
        else if (RefusedHash == hash)
        {
            Problem = _refusal;
        }
    }

    /// <summary>Notes that the build with this manifest was refused.</summary>
    public void Refuse(string? hash, DateTime written, Exception refusal)
    {
        DecidedHash = hash;
        IncompleteSince = null;
        IsIncompleteReported = false;
        Problem = _refusal = refusal.Message;
        _refusedWritten = written;
        RefusedHash = hash;
        IsContradiction = refusal is PluginException { Step: LoadStep.Publish or LoadStep.Manifest };
    }

    /// <summary>Notes, on any thread, that the loading of the build with this manifest has ended after all, after it was refused for its time.</summary>
    public void EndLate(string hash) => _late = hash;

    /// <summary>True when that was noted, once for each build: one that takes too long each time is not loaded again and again.</summary>
    public bool TakeLate(string hash)
    {
        if (_late != hash)
            return false;
        _late = null;
        bool isFirst = _triedAgain != hash;
        _triedAgain = hash;
        return isFirst;
    }

    /// <summary>What an operator gets to see.</summary>
    /// <param name="registry">The registry, which knows of providers whose devices nobody serves.</param>
    public PluginStatus ToStatus(RegistrySnapshot registry) => new(
        Name,
        Folder,
        Serving is not null ? PluginState.Serving : IncompleteSince is not null ? PluginState.Waiting : PluginState.Refused,
        Serving?.Manifest.Version,
        Serving?.Generation.Number,
        Serving?.Manifest.Hash,
        [.. Serving?.Generation.Providers.Select(p => new ProviderStatus(p.Name, p.Device.Name, (registry.Providers.GetValueOrDefault(p.Name)?.Support ?? p.Support).Reason)) ?? []],
        [.. Serving?.Generation.Ops.Select(OpName) ?? []],
        Serving?.Generation.Kernels.Count ?? 0,
        RefusedHash,
        Problem)
    {
        IsSettling = IncompleteSince is not null && !IsIncompleteReported,
    };

    private static string OpName(OpDescriptor op) => Schemas.OpSchema.Parse(op.Schema).Name;
}
