namespace PluginIr.Graphs;

/// <summary>What a fusion's pattern leaves open. The same name is the same thing wherever it is used.</summary>
public abstract class FusionVariables
{
    /// <summary>A tensor.</summary>
    /// <param name="name">The variable's name.</param>
    public abstract GraphValue Tensor(string name);

    /// <summary>A tensor, or none.</summary>
    /// <param name="name">The variable's name.</param>
    public abstract GraphValue OptionalTensor(string name);

    /// <summary>The value of an attribute.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="name">The variable's name.</param>
    public GraphAttribute<T> Attribute<T>(string name) => new(GraphAttribute.OfVariable(name));
}
