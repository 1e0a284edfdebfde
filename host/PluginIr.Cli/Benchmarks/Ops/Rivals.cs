namespace PluginIr.Cli.Benchmarks.Ops;

/// <summary>Makes what a case is compared with.</summary>
/// <param name="work">The case and its memory.</param>
/// <param name="threads">How many threads each may use, as far as it can.</param>
internal delegate IEnumerable<PeerRun> Rivals(OpWork work, int threads);
