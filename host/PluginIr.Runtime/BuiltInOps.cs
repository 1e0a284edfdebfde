using System.Reflection;
using PluginIr.Registration;
using PluginIr.Runtime.Registry;

namespace PluginIr.Runtime;

/// <summary>The ops that come with the contracts, registered the way a plugin registers its own.</summary>
internal static class BuiltInOps
{
    /// <summary>The name that they have among plugins. No other may have it.</summary>
    public const string Plugin = RegisteredProvider.Native;

    public static Generation Load()
    {
        Assembly contracts = typeof(KernelPlugin).Assembly;
        return PluginRegistration.Read(contracts, new PluginBuild(Plugin, 1, contracts.GetName().Version!.ToString(2), "built-in")).Generation;
    }
}
