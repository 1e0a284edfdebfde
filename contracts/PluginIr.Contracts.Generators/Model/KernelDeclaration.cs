namespace PluginIr.Generators.Model;

/// <summary>A <c>[Kernel]</c> method as it stands in the source; whether it is right depends on its op, which may be declared elsewhere.</summary>
/// <param name="Location">The attribute.</param>
/// <param name="Op">The op's name.</param>
/// <param name="Schema">The schema text, when the attribute gives one.</param>
/// <param name="Method">The method.</param>
/// <param name="SupportsArgs">The predicate's name, when the attribute gives one.</param>
/// <param name="Predicates">The methods of the class that have the predicate's name.</param>
/// <param name="Options">The rest of what the attribute says.</param>
internal sealed record KernelDeclaration(
    LocationInfo? Location,
    string Op,
    string? Schema,
    MethodModel Method,
    string? SupportsArgs,
    EquatableArray<MethodModel> Predicates,
    KernelOptions Options);
