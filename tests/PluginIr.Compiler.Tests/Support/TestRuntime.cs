using System.Reflection;
using PluginIr.Runtime;
using PluginIr.Runtime.Priority;
using PluginIr.Runtime.Registry;

namespace PluginIr.Compiler.Tests.Support;

/// <summary>Runtimes with this assembly's kernels, as a plugin of it would register them.</summary>
internal static class TestRuntime
{
    private static readonly Generation s_all =
        PluginRegistration.Read(Assembly.GetExecutingAssembly(), new PluginBuild("tests", 1, "1.0", "hash")).Generation;

    /// <summary>A runtime with the native kernels alone.</summary>
    public static IrRuntime Native { get; } = new();

    /// <summary>A runtime with these providers, tried in this order for every op.</summary>
    public static IrRuntime With(params string[] providers)
    {
        var runtime = new IrRuntime();
        runtime.Replace("tests", GenerationOf(1, providers));
        runtime.SetPriority(PriorityTable.Default.With(PriorityTable.AnyOp, providers));
        return runtime;
    }

    /// <summary>A generation with some of the providers.</summary>
    public static Generation GenerationOf(int number, params string[] providers) => new()
    {
        Plugin = "tests",
        Number = number,
        Version = "1.0",
        ContentHash = $"hash{number}",
        Ops = s_all.Ops,
        Fusions = s_all.Fusions,
        Providers = [.. providers.Select(name => s_all.Providers.Single(p => p.Name == name))],
        Kernels = [.. s_all.Kernels.Where(k => providers.Contains(k.Provider))],
    };
}
