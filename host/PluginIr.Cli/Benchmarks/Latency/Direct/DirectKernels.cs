using System.Diagnostics;
using PluginIr.Dispatch;
using PluginIr.Runtime;
using PluginIr.Runtime.Registry;

namespace PluginIr.Cli.Benchmarks.Latency.Direct;

/// <summary>Calls kernels through their pointers: no registry, no checks, no choice. What ops cost beside this is what IR costs.</summary>
/// <remarks>The pointers are taken once; the registry must not change while they are used.</remarks>
internal sealed unsafe class DirectKernels
{
    private readonly KernelContext _context;
    private readonly IrRuntime _ir;
    private readonly Device _device;
    private readonly delegate*<KernelContext, Tensor, Tensor, Tensor, void> _embedding, _linear;
    private readonly delegate*<KernelContext, Tensor, Tensor, Tensor, Tensor, void> _updateRows;
    private readonly delegate*<KernelContext, Tensor, Tensor?, float, int?, Tensor, void> _rmsNorm;
    private readonly delegate*<KernelContext, Tensor, Tensor, Tensor?, float, int?, Tensor, Tensor, void> _fusedAddRmsNorm;
    private readonly delegate*<KernelContext, Tensor, Tensor, Tensor, int, int, Tensor, bool, Tensor, Tensor, void> _rotary;
    private readonly delegate*<KernelContext, Tensor, Tensor, Tensor, float, bool, Tensor, void> _attention;
    private readonly delegate*<KernelContext, Tensor, Tensor, Tensor, Tensor, float, bool, Tensor, void> _cachedAttention;
    private readonly delegate*<KernelContext, Tensor, Tensor, void> _siluAndMul, _argmax;

    /// <summary>Takes the kernels that dispatch chooses for contiguous tensors of a dtype.</summary>
    public DirectKernels(IrRuntime ir, DType dtype, Device device)
    {
        (_ir, _device) = (ir, device);
        _context = new KernelContext { Workers = ir.Workers };

        // embedding has no activations whose dtype could tell.
        nint entry(string op) => ir.Registry.OrderOf(ir.Registry.Op(op), device.Kind)
            .FirstOrDefault(k => k.Provider.Support.IsSupported && (((CallTraits)dtype.ToSet() & ~k.Accepts) == 0 || op == "embedding"))?.Descriptor.Entry
            ?? throw new InputException($"No kernel of {op} takes {dtype.Name()} on {device}; 'pluginir explain {op} --device {device.Kind.Name}' says why.");
        _embedding = (delegate*<KernelContext, Tensor, Tensor, Tensor, void>)entry("embedding");
        _linear = (delegate*<KernelContext, Tensor, Tensor, Tensor, void>)entry("linear");
        _rmsNorm = (delegate*<KernelContext, Tensor, Tensor?, float, int?, Tensor, void>)entry("rms_norm");
        _fusedAddRmsNorm = (delegate*<KernelContext, Tensor, Tensor, Tensor?, float, int?, Tensor, Tensor, void>)entry("fused_add_rms_norm");
        _rotary = (delegate*<KernelContext, Tensor, Tensor, Tensor, int, int, Tensor, bool, Tensor, Tensor, void>)entry("rotary_embedding");
        if (device.IsCpu)
        {
            _attention = (delegate*<KernelContext, Tensor, Tensor, Tensor, float, bool, Tensor, void>)entry("attention");
        }
        else
        {
            _cachedAttention = (delegate*<KernelContext, Tensor, Tensor, Tensor, Tensor, float, bool, Tensor, void>)entry("cached_attention");
            _updateRows = (delegate*<KernelContext, Tensor, Tensor, Tensor, Tensor, void>)entry("update_rows");
        }

        _siluAndMul = (delegate*<KernelContext, Tensor, Tensor, void>)entry("silu_and_mul");
        _argmax = (delegate*<KernelContext, Tensor, Tensor, void>)entry("argmax");
    }

    /// <summary>True to add up the time of the norms.</summary>
    public bool TimesNorms { get; set; }

    /// <summary>Seconds in norms while <see cref="TimesNorms"/>.</summary>
    public double NormSeconds { get; set; }

    public Tensor Embedding(Tensor ids, Tensor weight)
    {
        Tensor output = Empty(weight.DType, ids.ElementCount, weight.Last);
        _embedding(_context, ids, weight, output);
        return output;
    }

    public Tensor Linear(Tensor x, Tensor weight)
    {
        Tensor output = Empty(x.DType, x.Shape[0], weight.Shape[0]);
        _linear(_context, x, weight, output);
        return output;
    }

    public void LinearInto(Tensor x, Tensor weight, Tensor output) => _linear(_context, x, weight, output);

    public Tensor RmsNorm(Tensor x, Tensor weight, float epsilon)
    {
        Tensor output = _ir.Allocate(x.Spec, _device);
        long start = TimesNorms ? Stopwatch.GetTimestamp() : 0;
        _rmsNorm(_context, x, weight, epsilon, null, output);
        Count(start);
        return output;
    }

    /// <summary>In place: x becomes the norm, the residual the sum.</summary>
    public void FusedAddRmsNorm(Tensor x, Tensor residual, Tensor weight, float epsilon)
    {
        long start = TimesNorms ? Stopwatch.GetTimestamp() : 0;
        _fusedAddRmsNorm(_context, x, residual, weight, epsilon, null, x, residual);
        Count(start);
    }

    public void RotaryInto(Tensor positions, Tensor query, Tensor key, int size, Tensor table, Tensor queryOut, Tensor keyOut) =>
        _rotary(_context, positions, query, key, size, size, table, true, queryOut, keyOut);

    public void AttentionInto(Tensor query, Tensor keys, Tensor values, float scale, Tensor output) =>
        _attention(_context, query, keys, values, scale, true, output);

    public void CachedAttentionInto(Tensor query, Tensor keys, Tensor values, Tensor lengths, float scale, Tensor output) =>
        _cachedAttention(_context, query, keys, values, lengths, scale, true, output);

    /// <summary>In place.</summary>
    public void UpdateRows(Tensor table, Tensor rows, Tensor positions) => _updateRows(_context, table, rows, positions, table);

    /// <summary>A host tensor where the model is; on the host that is itself.</summary>
    public Tensor Place(Tensor onHost)
    {
        if (_device.IsCpu)
            return onHost;
        using (onHost)
            return _ir.ToDevice(onHost, _device);
    }

    public Tensor SiluAndMul(Tensor x)
    {
        Tensor output = Empty(x.DType, x.Shape[0], x.Last / 2);
        _siluAndMul(_context, x, output);
        return output;
    }

    /// <summary>The index of each row's greatest element.</summary>
    public Tensor Argmax(Tensor x)
    {
        Tensor output = Empty(DType.Int64, x.Shape[0]);
        _argmax(_context, x, output);
        return output;
    }

    private Tensor Empty(DType dtype, params ReadOnlySpan<long> shape) =>
        _device.IsCpu ? Tensor.Empty(dtype, shape) : _ir.Allocate(new TensorSpec(dtype, shape), _device);

    private void Count(long start)
    {
        if (TimesNorms)
            NormSeconds += Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
