using PluginIr.Cuda.Gpu;
using PluginIr.Cuda.Gpu.Quantizing;

namespace PluginIr.Cuda.Launching;

/// <summary>The kernels that find one scale for a tensor, and their launches.</summary>
internal sealed class TensorScaleTable
{
    private const int Threads = 256;
    private const int ChunksPerThread = 4;

    private readonly GpuKernel[] _byChunks = [.. ElementTypes.Floating.Select(element => new GpuKernel(Threads, typeof(MagnitudeKernel), element))];
    private readonly GpuKernel[] _byElements = [.. ElementTypes.Floating.Select(element => new GpuKernel(Threads, typeof(ElementwiseMagnitudeKernel), element))];
    private readonly GpuKernel[] _scales = [.. ElementTypes.Float8.Select(float8 => new GpuKernel(Reduction.WarpSize, typeof(TensorScaleKernel), float8))];

    /// <summary>Describes the kernels.</summary>
    public TensorScaleTable()
    {
        for (int element = 0; element < ElementTypes.Floating.Length; element++)
            GpuKernel.Join(_byChunks[element], _byElements[element]);
    }

    /// <summary>All of them.</summary>
    public IEnumerable<GpuKernel> Kernels => [.. _byChunks, .. _byElements, .. _scales];

    /// <summary>Writes the scale that takes x's greatest magnitude to the float8 dtype's largest value.</summary>
    public void Launch(KernelContext context, Tensor x, DType float8, Tensor scale)
    {
        Zeroing.Launch(context, scale, 0);
        int element = ElementTypes.IndexOf(x.DType), device = x.Device.Ordinal;
        bool byChunks = x.ElementCount % Chunk.Length == 0 && Chunks.AreAligned(x);
        long count = byChunks ? x.ElementCount / Chunk.Length : x.ElementCount;
        var arguments = new TensorScaleArguments<View> { X = View.Of(x), Scale = View.Of(scale), Count = count };
        if (count > 0)
        {
            int threads = Chunks.ToWarps((int)Math.Min(count, Threads)), perGroup = byChunks ? threads * ChunksPerThread : threads;
            KernelLauncher.Current.Launch(
                context, device, (byChunks ? _byChunks : _byElements)[element],
                new LaunchShape(checked((int)((count + perGroup - 1) / perGroup)), 1, threads), in arguments);
        }

        KernelLauncher.Current.Launch(
            context, device, _scales[ElementTypes.IndexOfFloat8(float8)], new LaunchShape(1, 1, Reduction.WarpSize), in arguments);
    }
}
