using PluginIr.Dispatch;
using PluginIr.Registration;
using PluginIr.Schemas;

namespace PluginIr.Runtime.Registry;

/// <summary>An op in a snapshot.</summary>
/// <param name="Id">Its <see cref="Dispatch.OpId"/>.</param>
/// <param name="Schema">Its schema.</param>
/// <param name="Descriptor">What its declaration registered.</param>
/// <param name="Generation">Where it comes from.</param>
public sealed record RegisteredOp(int Id, OpSchema Schema, OpDescriptor Descriptor, Generation Generation)
{
    /// <summary>The op's name.</summary>
    public string Name => Schema.Name;

    /// <summary>The optional inputs that kernels can do without by a trait, each with that trait.</summary>
    public IReadOnlyList<(string Name, CallTraits Trait)> Optionals { get; } = OptionalTraits.Of(Schema);
}
