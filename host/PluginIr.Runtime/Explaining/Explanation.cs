namespace PluginIr.Runtime.Explaining;

/// <summary>Where a call goes, and why not elsewhere.</summary>
/// <param name="Op">The op's name.</param>
/// <param name="Device">The kind of device of the call's tensors.</param>
/// <param name="Inputs">The inputs, as text.</param>
/// <param name="Candidates">All kernels of the op, those in the order first.</param>
public sealed record Explanation(string Op, string Device, string Inputs, IReadOnlyList<Candidate> Candidates)
{
    /// <summary>The kernel that the call goes to; null when none takes it.</summary>
    public Candidate? Taken => Candidates.FirstOrDefault(c => c.IsTaken);

    /// <summary>One line for each candidate.</summary>
    public override string ToString() => string.Join(
        Environment.NewLine, Candidates.Select(c => $"  {(c.IsTaken ? "*" : "-")} {c.Provider} ({c.Plugin}, {c.Method}): {c.Reason}"));
}
