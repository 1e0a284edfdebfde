namespace PluginIr.Compiler.Fusions;

/// <summary>A tensor of a pattern: a variable, or the result of one of its calls.</summary>
/// <param name="Variable">The variable's name; null for a result.</param>
/// <param name="IsOptional">True for a variable that may stand for no tensor.</param>
/// <param name="Call">The call whose result it is; -1 for a variable.</param>
/// <param name="Result">Which of its results.</param>
internal sealed record PatternValue(string? Variable, bool IsOptional, int Call, int Result);
