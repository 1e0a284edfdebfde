namespace PluginIr.Generators.Parsing;

/// <summary>The attributes that declarations are found by.</summary>
internal static class MetadataNames
{
    public const string Op = "PluginIr.OpAttribute";
    public const string Native = "PluginIr.NativeAttribute";
    public const string Tolerance = "PluginIr.ToleranceAttribute";
    public const string Kernel = "PluginIr.KernelAttribute";
    public const string KernelProvider = "PluginIr.KernelProviderAttribute";
    public const string Fusion = "PluginIr.Graphs.FusionAttribute";
    public const string DeviceRuntime = "PluginIr.Devices.DeviceRuntimeAttribute";
    public const string DeviceRuntimeBase = "PluginIr.Devices.DeviceRuntime";
    public const string DeclaredOp = "PluginIr.Registration.DeclaredOpAttribute";
    public const string ContractsAssembly = "PluginIr.Contracts";
}
