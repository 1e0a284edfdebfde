using PluginIr.Schemas;

namespace PluginIr.Graphs;

/// <summary>An input of a graph's call that is not a tensor: a value, the schema's default, or a variable of a fusion's pattern.</summary>
public readonly struct GraphAttribute
{
    private GraphAttribute(AttributeValue value, string? variable)
    {
        Value = value;
        Variable = variable;
        IsGiven = true;
    }

    /// <summary>False for what the schema's default stands in for.</summary>
    public bool IsGiven { get; }

    /// <summary>The value, when given and no variable.</summary>
    public AttributeValue Value { get; }

    /// <summary>The name of the variable; null for a value.</summary>
    public string? Variable { get; }

    /// <summary>A value.</summary>
    public static GraphAttribute Of(AttributeValue value) => new(value, null);

    /// <summary>A variable: in a pattern it takes whatever value is there, in a replacement it gives that value.</summary>
    public static GraphAttribute OfVariable(string name) => new(default, name);
}
