using System.Numerics;
using PluginIr.Cuda.Gpu;
using PluginIr.Cuda.Gpu.Rotary;

namespace PluginIr.Cuda.Launching;

/// <summary>The kernels of a rotary embedding for each dtype, and the choice between them.</summary>
/// <param name="norm">An <see cref="INorm"/>.</param>
internal sealed class RotaryTable(Type norm)
{
    private const int Threads = 256;

    private const int ByCaches = 3;

    // For each dtype those by chunks, for each dtype of the cache, and the one by elements.
    private readonly GpuKernel[] _kernels = GpuKernel.InRows(
        [.. ElementTypes.Floating.SelectMany(element => (GpuKernel[])
            [.. ElementTypes.Floating.Select(cache => new GpuKernel(Threads, typeof(RotaryKernel), element, cache, norm)),
             new(Reduction.WarpSize, typeof(ElementwiseRotaryKernel), element, norm)])],
        ByCaches + 1);

    /// <summary>All of them.</summary>
    public IReadOnlyList<GpuKernel> Kernels => _kernels;

    /// <summary>Launches the one for a call.</summary>
    public void Launch(KernelContext context, in RotaryCall call)
    {
        int tokens = checked((int)call.Positions.ElementCount), size = call.HeadSize;
        if (tokens == 0)
            return;
        int queryHeads = (int)(call.Query.ElementCount / tokens / size), keyHeads = (int)(call.Key.ElementCount / tokens / size);
        if (queryHeads + keyHeads == 0)
            return;
        var arguments = new RotaryArguments<View>
        {
            Positions = View.Of(call.Positions),
            Query = View.Of(call.Query),
            Key = View.Of(call.Key),
            QueryOut = View.Of(call.QueryOut),
            KeyOut = View.Of(call.KeyOut),
            QueryWeight = View.Of(call.QueryWeight),
            KeyWeight = View.Of(call.KeyWeight),
            Cache = View.Of(call.Cache),
            CacheRows = call.Cache.Shape[0],
            QueryHeads = queryHeads,
            KeyHeads = keyHeads,
            HeadSize = size,
            RotaryDim = call.RotaryDim,
            IsNeox = call.IsNeox ? 1 : 0,
            IsWide = call.Positions.DType == DType.Int64 ? 1 : 0,
            CacheType = ElementTypes.IndexOf(call.Cache.DType),
            QueryWeightType = TypeOf(call.QueryWeight),
            KeyWeightType = TypeOf(call.KeyWeight),
            Epsilon = call.Epsilon,
        };
        int kernel = (ByCaches + 1) * ElementTypes.IndexOf(call.Query.DType), perHead = size / (2 * Chunk.Length);
        int items = (queryHeads + keyHeads + RotaryKernel.Heads - 1) / RotaryKernel.Heads * perHead;
        LaunchShape shape;
        if (Suits(in call))
        {
            int threads = Math.Min(Chunks.ToWarps(items), Threads);
            shape = new LaunchShape(tokens, (items + threads - 1) / threads, threads);
            kernel += arguments.CacheType;
        }
        else
        {
            kernel += ByCaches;
            shape = new LaunchShape(tokens, queryHeads + keyHeads, Reduction.WarpSize);
        }

        KernelLauncher.Current.Launch(context, call.Query.Device.Ordinal, _kernels[kernel], shape, in arguments);
    }

    private static int TypeOf(Tensor? weight) => weight is null ? -1 : ElementTypes.IndexOf(weight.DType);

    // A head is two chunks for each of 2ⁿ threads of a warp, and so is the part that is turned, but for n.
    private static bool Suits(in RotaryCall call) =>
        call.HeadSize % 16 == 0 && call.RotaryDim % 16 == 0 && call.RotaryDim != 0 && call.Cache.Shape[0] != 0 && BitOperations.IsPow2(call.HeadSize / 16) && call.HeadSize <= 512 &&
        Chunks.AreAligned(call.Query) && Chunks.AreAligned(call.Key) && Chunks.AreAligned(call.QueryOut) && Chunks.AreAligned(call.KeyOut) &&
        Chunks.AreAligned(call.QueryWeight) && Chunks.AreAligned(call.KeyWeight) && Chunks.AreAligned(call.Cache);
}
