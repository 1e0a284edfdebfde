using PluginIr.Compiler;
using PluginIr.Compiler.Graphs;
using PluginIr.Graphs;
using PluginIr.Ops;
using PluginIr.Runtime;
using PluginIr.Runtime.Priority;

namespace PluginIr.Cli.Soaking;

/// <summary>Inputs of one size and what must come of them, bit for bit.</summary>
internal sealed class SoakCase : IDisposable
{
    private const float Epsilon = 1e-6f;

    private readonly IrRuntime _ir;
    private readonly Device _device;
    private readonly Tensor _x, _residual, _weight, _output, _host;
    private readonly byte[] _normed, _nativeNormed, _fusedNormed, _fusedSum;
    private readonly CompiledGraph _compiled;
    private readonly GraphSession _session;

    public SoakCase(IrRuntime ir, Device device, DType dtype, long rows, long hidden)
    {
        (_ir, _device) = (ir, device);
        var random = new Random((int)((rows * 31) + hidden));
        _x = Values(random, dtype, rows, hidden);
        _residual = Values(random, dtype, rows, hidden);
        _weight = Values(random, dtype, hidden);
        _output = ir.Allocate(_x.Spec, device);
        _host = Tensor.Empty(_x.Spec);
        using (Tensor y = ir.RmsNorm(_x, _weight, Epsilon))
            _normed = Bytes(y).ToArray();
        using (ScopeOfNative())
        {
            using Tensor y = ir.RmsNorm(_x, _weight, Epsilon);
            _nativeNormed = Bytes(y).ToArray();
        }

        (Tensor normed, Tensor sum) = ir.FusedAddRmsNorm(_x, _residual, _weight, Epsilon);
        _fusedNormed = Bytes(normed).ToArray();
        _fusedSum = Bytes(sum).ToArray();
        normed.Dispose();
        sum.Dispose();
        _compiled = Compile();
        _session = _compiled.CreateSession();
        _session.Bind(0, _x);
        _session.Bind(1, _weight);
    }

    /// <summary>A functional call.</summary>
    public bool Functional(IrRuntime ir)
    {
        using Tensor y = ir.RmsNorm(_x, _weight, Epsilon);
        return Bytes(y).SequenceEqual(_normed);
    }

    /// <summary>A call into the caller's memory.</summary>
    public bool Into(IrRuntime ir)
    {
        ir.RmsNormInto(_x, _weight, Epsilon, _output);
        return Bytes(_output).SequenceEqual(_normed);
    }

    /// <summary>A call that donates its activations.</summary>
    public bool Donated(IrRuntime ir)
    {
        using Tensor x = ir.Allocate(_x.Spec, _device), residual = ir.Allocate(_residual.Spec, _device);
        ir.Copy(_x, x);
        ir.Copy(_residual, residual);
        (Tensor normed, Tensor sum) = ir.FusedAddRmsNormMaybeInplace(x, residual, _weight, Epsilon);
        bool isRight = Bytes(normed).SequenceEqual(_fusedNormed) && Bytes(sum).SequenceEqual(_fusedSum);
        normed.Dispose();
        sum.Dispose();
        return isRight;
    }

    /// <summary>A compiled graph, which a device replays as it captured it.</summary>
    public bool Compiled()
    {
        _session.Run();
        return Bytes(_session.Output(0)).SequenceEqual(_normed);
    }

    /// <summary>A call in a scope that asks for native; on a device, where there is none, for what the others get.</summary>
    public bool Scoped(IrRuntime ir)
    {
        using (ScopeOfNative())
        {
            using Tensor y = ir.RmsNorm(_x, _weight, Epsilon);
            return Bytes(y).SequenceEqual(_nativeNormed);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _session.Dispose();
        _compiled.Dispose();
        foreach (Tensor tensor in (ReadOnlySpan<Tensor>)[_x, _residual, _weight, _output, _host])
            tensor.Dispose();
    }

    private PriorityScope ScopeOfNative() => _device.IsCpu ? _ir.UsePriority("rms_norm", "native") : _ir.UsePriority(table => table);

    private CompiledGraph Compile()
    {
        var graph = new GraphBuilder(_ir, "soak");
        GraphValue x = graph.Input("x", SymbolicSpec.Of(_x.Spec), _device), weight = graph.Input("weight", SymbolicSpec.Of(_weight.Spec), _device);
        return GraphCompiler.Compile(_ir, graph.Build(graph.RmsNorm(x, weight, Epsilon)));
    }

    // Good until the next result.
    private ReadOnlySpan<byte> Bytes(Tensor result)
    {
        if (_device.IsCpu)
            return result.AsBytes();
        _ir.Copy(result, _host);
        return _host.AsBytes();
    }

    private Tensor Values(Random random, DType dtype, params ReadOnlySpan<long> shape)
    {
        float[] values = new float[new TensorSpec(dtype, shape).ElementCount];
        for (int i = 0; i < values.Length; i++)
            values[i] = (2 * random.NextSingle()) - 1;
        using Tensor onHost = Tensor.FromSingles(dtype, values, shape);
        return _ir.ToDevice(onHost, _device);
    }
}
