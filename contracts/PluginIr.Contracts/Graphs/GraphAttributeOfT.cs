using PluginIr.Schemas;

namespace PluginIr.Graphs;

/// <summary>A <see cref="GraphAttribute"/> that says its type, so that the graph-building twin of a call takes what the call takes.</summary>
/// <typeparam name="T">The type that typed calls have for it: float, int, bool, <see cref="DType"/>, string, or one of these or null.</typeparam>
/// <param name="attribute">The attribute.</param>
public readonly struct GraphAttribute<T>(GraphAttribute attribute)
{
    private readonly GraphAttribute _attribute = attribute;

    /// <summary>A value.</summary>
    public static implicit operator GraphAttribute<T>(T value) => new(GraphAttribute.Of(value switch
    {
        null => AttributeValue.None,
        float number => number,
        int number => number,
        bool flag => flag,
        DType dtype => dtype,
        string text => text,
        _ => throw new ArgumentException($"{value.GetType()} is the type of no attribute.", nameof(value)),
    }));

    /// <summary>The attribute without its type.</summary>
    public static implicit operator GraphAttribute(GraphAttribute<T> attribute) => attribute._attribute;
}
