using PluginIr.Dispatch;
using PluginIr.Runtime;

namespace PluginIr.Cli.Benchmarks.Ops;

/// <summary>One case's memory, with the two ways of computing it that need nothing else: this host's, and a plain loop.</summary>
/// <remarks>Everyone works on the same memory, so that nobody has the better place.</remarks>
internal abstract class OpWork(OpCase @case) : IDisposable
{
    // Tensors start at various distances from multiples of 4096 bytes, at which loads would wait for stores that are none of theirs.
    private const int Stagger = 17 * 64;

    private readonly List<Tensor> _owned = [];
    private readonly Random _random = new(20260101);

    /// <summary>The case.</summary>
    public OpCase Case => @case;

    /// <summary>What is computed.</summary>
    public abstract IReadOnlyList<Tensor> Outputs { get; }

    /// <summary>What bounds it.</summary>
    public abstract WorkBound Bound { get; }

    /// <summary>The bytes of all tensors.</summary>
    public long Bytes { get; private set; }

    /// <summary>Calls the op, as a user does.</summary>
    public abstract void Call(IrDispatcher ir);

    /// <summary>Copies all tensors to a device, each to memory of its own. Only <see cref="Call"/> works from then on.</summary>
    /// <remarks>Where they were before stays taken until this is disposed: each time they come to lie elsewhere.</remarks>
    public void PlaceOn(IrRuntime ir, Device device)
    {
        Place(tensor =>
        {
            Tensor placed = ir.Allocate(tensor.Spec, device);
            _owned.Add(placed);
            ir.Copy(tensor, placed);
            return placed;
        });
    }

    /// <summary>Puts another tensor in the place of each that <see cref="Call"/> uses.</summary>
    protected abstract void Place(Func<Tensor, Tensor> place);

    /// <summary>A plain loop over the elements, as one writes it who does not optimise.</summary>
    public abstract void Loop();

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor tensor in _owned)
            tensor.Dispose();
    }

    /// <summary>Makes the work of a case.</summary>
    public static OpWork Of(OpCase @case) => @case.Op switch
    {
        "rms_norm" => new RmsNormWork(@case),
        "fused_add_rms_norm" => new FusedAddRmsNormWork(@case),
        "silu_and_mul" => new SiluAndMulWork(@case),
        "rotary_embedding" => new RotaryEmbeddingWork(@case),
        "linear" => new LinearWork(@case),
        "attention" => new AttentionWork(@case),
        "static_quant_fp8" => new StaticQuantWork(@case),
        "static_group_quant_fp8" => new StaticGroupQuantWork(@case),
        "dynamic_quant_fp8" => new DynamicQuantWork(@case),
        "dynamic_group_quant_fp8" => new DynamicGroupQuantWork(@case),
        "embedding" => new EmbeddingWork(@case),
        _ => throw new ArgumentException($"No work is known for {@case.Op}.", nameof(@case)),
    };

    /// <summary>A tensor of undefined contents.</summary>
    protected Tensor Empty(DType dtype, params ReadOnlySpan<long> shape)
    {
        var spec = new TensorSpec(dtype, shape);
        long gap = _owned.Count / 2 * Stagger / dtype.Size();
        Tensor memory = Tensor.Empty(dtype, spec.ElementCount + gap);
        Tensor placed = ViewOf(memory, spec, gap * dtype.Size());
        Bytes += spec.ByteCount;
        _owned.Add(memory);
        _owned.Add(placed);
        return placed;
    }

    /// <summary>A tensor of values that are evenly distributed between -1 and 1 times something.</summary>
    protected Tensor Values(float magnitude, DType dtype, params ReadOnlySpan<long> shape)
    {
        Tensor tensor = Empty(dtype, shape);
        float[] row = new float[tensor.Last];
        for (long r = 0; r < tensor.Rows; r++)
        {
            for (int i = 0; i < row.Length; i++)
                row[i] = magnitude * ((_random.NextSingle() * 2) - 1);
            tensor.WriteRow(r, row);
        }

        return tensor;
    }

    /// <summary>A tensor of indices below a number.</summary>
    protected Tensor Indices(long below, long count)
    {
        Tensor tensor = Empty(DType.Int64, count);
        foreach (ref long index in tensor.AsSpan<long>())
            index = _random.NextInt64(below);
        return tensor;
    }

    private static Tensor ViewOf(Tensor memory, TensorSpec spec, long byteOffset)
    {
        long[] strides = new long[spec.Rank];
        long stride = 1;
        for (int i = spec.Rank - 1; i >= 0; stride *= spec.Shape[i--])
            strides[i] = stride;
        return memory.AsStrided(spec, byteOffset / spec.DType.Size(), strides);
    }
}
