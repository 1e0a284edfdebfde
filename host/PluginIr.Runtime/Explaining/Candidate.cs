namespace PluginIr.Runtime.Explaining;

/// <summary>One kernel that a call could have gone to.</summary>
/// <param name="Provider">Its provider.</param>
/// <param name="Plugin">The plugin and generation that it comes from.</param>
/// <param name="Method">The method that implements it.</param>
/// <param name="Position">Its place in the op's order, from 0; null when it is not in the order.</param>
/// <param name="IsTaken">True for the one that the call goes to.</param>
/// <param name="Reason">Why it is taken, or why not.</param>
public sealed record Candidate(string Provider, string Plugin, string Method, int? Position, bool IsTaken, string Reason);
