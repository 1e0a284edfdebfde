using PluginIr.Compiler.Caching;
using PluginIr.Compiler.Lowering;
using PluginIr.Compiler.Planning;

namespace PluginIr.Compiler;

/// <summary>What the passes of one compilation did.</summary>
public sealed class CompileReport
{
    private readonly List<Selection> _selections = [];
    private readonly List<string> _notes = [];
    private readonly SortedDictionary<string, int> _fused = new(StringComparer.Ordinal);

    /// <summary>How many maybe_inplace calls became functional.</summary>
    public int Functionalized { get; internal set; }

    /// <summary>How often each fusion was applied.</summary>
    public IReadOnlyDictionary<string, int> Fused => _fused;

    /// <summary>The kernel of every node that lowering chose one for, and why.</summary>
    public IReadOnlyList<Selection> Selections => _selections;

    /// <summary>What was not done and why, such as a fusion that no kernel serves.</summary>
    public IReadOnlyList<string> Notes => _notes;

    /// <summary>Where every value lies, at the symbol's largest size; null before planning.</summary>
    public MemoryPlan? Plan { get; internal set; }

    /// <summary>True when the lowered graph came from the cache.</summary>
    public bool IsFromCache { get; private set; }

    /// <summary>Takes over what a cached compilation did.</summary>
    internal void Take(CachedGraph cached)
    {
        IsFromCache = true;
        _selections.AddRange(cached.Selections);
        _notes.AddRange(cached.Notes);
        foreach ((string fusion, int count) in cached.Fused)
            _fused[fusion] = count;
    }

    internal void Add(Selection selection) => _selections.Add(selection);

    internal void Note(string note)
    {
        if (!_notes.Contains(note))
            _notes.Add(note);
    }

    internal void AddFused(string fusion) => _fused[fusion] = _fused.GetValueOrDefault(fusion) + 1;
}
