namespace PluginIr.Cli.Benchmarks.Ops;

/// <summary>What users would pick instead: libraries that the command itself does not need. Found where <c>--peers</c> says.</summary>
internal interface IPeers
{
    /// <summary>Makes whatever the libraries have for a case.</summary>
    /// <param name="work">The case and its memory.</param>
    /// <param name="threads">How many threads they may use, as far as they can.</param>
    IEnumerable<PeerRun> RunsOf(OpWork work, int threads);

    /// <summary>The libraries' versions by name.</summary>
    IReadOnlyDictionary<string, string> Versions { get; }

    /// <summary>Draws the results.</summary>
    /// <param name="results">The results.</param>
    /// <param name="file">A PNG file to write.</param>
    void Plot(IReadOnlyList<OpResult> results, string file);
}
