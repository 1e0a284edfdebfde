using System.Globalization;

namespace PluginIr.Compiler.Graphs;

/// <summary>The size of one dimension: <c>factor · symbol + constant</c>.</summary>
/// <param name="Factor">How often the graph's symbol; 0 for a size that is known.</param>
/// <param name="Constant">What is added.</param>
public readonly record struct Dim(long Factor, long Constant)
{
    /// <summary>The graph's symbol itself.</summary>
    public static Dim Symbol => new(1, 0);

    /// <summary>True when the size depends on the graph's symbol.</summary>
    public bool IsSymbolic => Factor != 0;

    /// <summary>A size that is known.</summary>
    public static implicit operator Dim(long size) => new(0, size);

    /// <summary>The size when the symbol has this one.</summary>
    /// <exception cref="OverflowException">It is past 2^63.</exception>
    public long At(long size) => checked((Factor * size) + Constant);

    /// <summary>As graph text writes it: <c>16</c>, <c>T</c>, <c>2*T</c>, <c>2*T+3</c>.</summary>
    /// <param name="symbol">The symbol's name.</param>
    public string ToText(string symbol)
    {
        if (!IsSymbolic)
            return Constant.ToString(CultureInfo.InvariantCulture);
        string product = Factor == 1 ? symbol : string.Create(CultureInfo.InvariantCulture, $"{Factor}*{symbol}");
        return Constant == 0 ? product : string.Create(CultureInfo.InvariantCulture, $"{product}{Constant:+0;-0}");
    }
}
