namespace PluginIr.CpuSimd.Tests;

/// <summary>A tensor between two runs of guard bytes. The run before it makes its address a multiple of nothing but the element's size.</summary>
internal sealed class GuardedTensor : IDisposable
{
    private const int GuardElements = 67;
    private const byte GuardByte = 0xA5;

    private readonly Tensor _memory;
    private readonly int _guardBytes;

    public GuardedTensor(DType dtype, params ReadOnlySpan<long> shape)
    {
        long count = new TensorSpec(dtype, shape).ElementCount;
        _guardBytes = GuardElements * dtype.Size();
        _memory = Tensor.Empty(dtype, count + (2 * GuardElements));
        _memory.AsBytes().Fill(GuardByte);
        using Tensor inner = _memory.Slice(0, GuardElements, count);
        Tensor = inner.Reshape(shape);
    }

    public Tensor Tensor { get; }

    public bool GuardsAreIntact =>
        !_memory.AsBytes()[.._guardBytes].ContainsAnyExcept(GuardByte) &&
        !_memory.AsBytes()[^_guardBytes..].ContainsAnyExcept(GuardByte);

    public static GuardedTensor From(DType dtype, ReadOnlySpan<float> values, params ReadOnlySpan<long> shape)
    {
        var tensor = new GuardedTensor(dtype, shape);
        ElementConversion.FromSingles(values, tensor.Tensor.AsBytes(), dtype);
        return tensor;
    }

    public void Dispose()
    {
        Tensor.Dispose();
        _memory.Dispose();
    }
}
