namespace PluginIr.Generators.Model;

/// <summary>A class of kernels with the correct ones among them.</summary>
/// <param name="Class">The class.</param>
/// <param name="Name">The provider's name.</param>
/// <param name="Device">The kind of device.</param>
/// <param name="Supported">The name of the method that says whether the provider can be used; null for none.</param>
/// <param name="Dispose">The name of the method that frees native resources; null for none.</param>
/// <param name="Kernels">The kernels.</param>
internal sealed record ProviderModel(
    ClassModel Class, string Name, string Device, string? Supported, string? Dispose, EquatableArray<KernelModel> Kernels);
