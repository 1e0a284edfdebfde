namespace PluginIr.Generators.Model;

/// <summary>Everything that one assembly registers.</summary>
/// <param name="AssemblyName">The assembly.</param>
/// <param name="Ops">The ops that it declares.</param>
/// <param name="Providers">Its classes of kernels.</param>
internal sealed record PluginModel(string AssemblyName, EquatableArray<OpModel> Ops, EquatableArray<ProviderModel> Providers);
