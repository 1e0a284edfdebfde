namespace PluginIr.Runtime.Priority;

/// <summary>What a <see cref="PriorityTable"/> says of one op.</summary>
/// <param name="Order">The providers to try, in order, each once.</param>
/// <param name="Explicit">Those that the user named for this very op; empty when they did not.</param>
/// <param name="Policy">What happens when none of <paramref name="Explicit"/> can serve a call.</param>
/// <param name="IsNativeAppended">True when native was in no list and had to be added.</param>
public sealed record PriorityChoice(IReadOnlyList<string> Order, IReadOnlyList<string> Explicit, WhenUnavailable Policy, bool IsNativeAppended)
{
    /// <summary>True when nobody but <see cref="Explicit"/> may serve, and calls fail rather than go to another.</summary>
    public bool IsClosed => Policy == WhenUnavailable.Fail && Explicit.Count > 0;
}
