using PluginIr.Generators.Naming;
using PluginIr.Schemas;

namespace PluginIr.Generators.Emitting;

/// <summary>One input of a typed call.</summary>
/// <param name="Parameter">The schema's parameter.</param>
/// <param name="Name">Its C# name, escaped.</param>
/// <param name="Activation">Its place among the activations; -1 when it is none.</param>
internal sealed record CallInput(SchemaParameter Parameter, string Name, int Activation)
{
    /// <summary>The C# type as typed calls take it.</summary>
    public string ValueType => TypeNames.Global(TypeNames.OfValue(Parameter));

    /// <summary>The tensor's spec, or the value of an attribute.</summary>
    public string SpecOf => !Parameter.IsTensor ? Name : Name + (Parameter.IsOptional ? "?.Spec" : ".Spec");
}
