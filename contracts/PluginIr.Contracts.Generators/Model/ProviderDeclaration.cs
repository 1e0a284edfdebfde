namespace PluginIr.Generators.Model;

/// <summary>A class of kernels as it stands in the source.</summary>
/// <param name="Class">The class.</param>
/// <param name="Location">Its attribute.</param>
/// <param name="Name">The provider's name.</param>
/// <param name="Device">The kind of device.</param>
/// <param name="Supported">The name of the method that says whether the provider can be used; null for none.</param>
/// <param name="Dispose">The name of the method that frees native resources; null for none.</param>
/// <param name="Kernels">The kernels, in the order of the source.</param>
/// <param name="IsUsable">False when nothing can be generated for the class.</param>
/// <param name="Diagnostics">What is wrong, apart from its kernels.</param>
internal sealed record ProviderDeclaration(
    ClassModel Class,
    LocationInfo? Location,
    string Name,
    string Device,
    string? Supported,
    string? Dispose,
    EquatableArray<KernelDeclaration> Kernels,
    bool IsUsable,
    EquatableArray<DiagnosticInfo> Diagnostics);
