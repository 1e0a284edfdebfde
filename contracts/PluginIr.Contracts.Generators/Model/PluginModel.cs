namespace PluginIr.Generators.Model;

/// <summary>Everything that one assembly registers.</summary>
/// <param name="AssemblyName">The assembly.</param>
/// <param name="Ops">The ops that it declares.</param>
/// <param name="Providers">Its classes of kernels.</param>
/// <param name="Fusions">The fusions that it declares.</param>
/// <param name="DeviceRuntimes">The runtimes of kinds of device that it brings.</param>
internal sealed record PluginModel(
    string AssemblyName,
    EquatableArray<OpModel> Ops,
    EquatableArray<ProviderModel> Providers,
    EquatableArray<FusionModel> Fusions,
    EquatableArray<DeviceRuntimeModel> DeviceRuntimes);
