using PluginIr.Schemas;

namespace PluginIr.Dispatch;

/// <summary>Which trait says that an op's optional input is given. Later ones than the seventh have none.</summary>
public static class OptionalTraits
{
    /// <summary>The optional inputs that have a trait, in the schema's order.</summary>
    public static IReadOnlyList<(string Name, CallTraits Trait)> Of(OpSchema schema) =>
        [.. schema.Parameters.Where(p => p.IsOptional).Take(CallChecks.MaxOptionals).Select((p, i) => (p.Name, CallChecks.Optional(i, true)))];
}
