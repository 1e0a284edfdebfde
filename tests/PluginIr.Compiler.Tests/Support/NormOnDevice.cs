using PluginIr.Compiler.Graphs;
using PluginIr.Graphs;
using PluginIr.Ops;
using PluginIr.Runtime;
using Xunit;

namespace PluginIr.Compiler.Tests.Support;

/// <summary>A session of a graph of two norms and their sum that is compiled for the emulated device, and its inputs.</summary>
internal sealed class NormOnDevice : IDisposable
{
    private readonly Tensor _weight, _x;
    private readonly Tensor _values = Values(3, 4, 16);

    public NormOnDevice(string[]? priority = null, CompileOptions? options = null)
    {
        Device = new EmulatedDevice(priority ?? []);
        Session = Compile(Runtime, options).CreateSession();
        _weight = Runtime.ToDevice(Weight, EmulatedDevice.Device);
        _x = Runtime.ToDevice(_values, EmulatedDevice.Device);
    }

    /// <summary>The norms' weight, on the host.</summary>
    public static Tensor Weight { get; } = Values(7, 16);

    public EmulatedDevice Device { get; }

    public IrRuntime Runtime => Device.Runtime;

    public GraphSession Session { get; }

    public void Run() => Run(Session, _x, _weight);

    public void AssertOutput() => AssertOutput(Runtime, Session, _values);

    public void Dispose()
    {
        Session.Dispose();
        _x.Dispose();
        _weight.Dispose();
        _values.Dispose();
    }

    public static void AssertOutput(IrRuntime ir, GraphSession session, Tensor x)
    {
        using Tensor normed = TestRuntime.Native.RmsNorm(x, Weight, 1e-6f), expected = TestRuntime.Native.Add(normed, normed);
        using Tensor actual = ir.ToHost(session.Output(0));
        Assert.Equal(expected.ToSingles(), actual.ToSingles());
    }

    public static CompiledGraph Compile(IrRuntime ir, CompileOptions? options = null)
    {
        var graph = new GraphBuilder(ir, "norm", new Symbol("T", 1, 64));
        GraphValue x = graph.Input("x", new SymbolicSpec(DType.Float32, Dim.Symbol, 16), EmulatedDevice.Device);
        GraphValue weight = graph.Input("w", new SymbolicSpec(DType.Float32, 16), EmulatedDevice.Device);
        GraphValue normed = graph.RmsNorm(x, weight, 1e-6f);
        return GraphCompiler.Compile(ir, graph.Build(graph.Add(normed, graph.RmsNorm(x, weight, 1e-6f))), options);
    }

    public static void Run(GraphSession session, Tensor x, Tensor weight)
    {
        session.Bind(0, x);
        session.Bind(1, weight);
        session.Run();
    }

    public static long InUse(IrRuntime ir) => ir.Devices[0].Devices[0].Memory!.Value.CurrentBytes;

    public static TensorSpec Spec(long rows) => new(DType.Float32, rows, 16);

    public static Tensor Values(int seed, params ReadOnlySpan<long> shape)
    {
        var random = new Random(seed);
        float[] values = new float[new TensorSpec(DType.Float32, shape).ElementCount];
        foreach (ref float value in values.AsSpan())
            value = random.NextSingle() - 0.5f;
        return Tensor.FromSingles(DType.Float32, values, shape);
    }
}
