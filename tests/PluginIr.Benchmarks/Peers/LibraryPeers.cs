using System.Numerics.Tensors;
using System.Reflection;
using Microsoft.ML.OnnxRuntime;
using PluginIr.Benchmarks.Compositions;
using PluginIr.Benchmarks.Onnx;
using PluginIr.Benchmarks.Plots;
using PluginIr.Cli.Benchmarks.Ops;

namespace PluginIr.Benchmarks.Peers;

/// <summary>What a .NET user would pick instead: ONNX Runtime, and compositions on TensorPrimitives.</summary>
internal sealed class LibraryPeers : IPeers
{
    public IReadOnlyDictionary<string, string> Versions { get; } = new Dictionary<string, string>
    {
        ["onnxruntime"] = OrtEnv.Instance().GetVersionString(),
        ["tensor_primitives"] = VersionOf(typeof(TensorPrimitives).Assembly),
    };

    public IEnumerable<PeerRun> RunsOf(OpWork work, int threads)
    {
        foreach (OnnxModel model in OnnxModels.Of(work))
            yield return new OnnxRun(model, threads);
        if (Composition.Of(work) is { } composition)
            yield return composition;
    }

    public void Plot(IReadOnlyList<OpResult> results, string file) => OpPlot.Save(results, file);

    private static string VersionOf(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? $"{assembly.GetName().Version}";
}
