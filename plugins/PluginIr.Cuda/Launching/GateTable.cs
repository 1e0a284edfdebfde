using PluginIr.Cuda.Gpu;
using PluginIr.Cuda.Gpu.Pointwise;
using PluginIr.Cuda.Gpu.Rows;

namespace PluginIr.Cuda.Launching;

/// <summary>The kernels of a gated activation, for each dtype, and the choice among them.</summary>
internal sealed class GateTable
{
    private const int Threads = 256;

    // Both halves of a chunk are loads, so two chunks a thread are four loads under way.
    private const int ChunksOfLongRows = 512;

    private static readonly Type[] s_shapes = [typeof(Group1), typeof(Group2)];

    private readonly GpuKernel[] _kernels;

    /// <summary>Describes the kernels.</summary>
    /// <param name="function">A <see cref="Gpu.Functions.IFunction"/>.</param>
    /// <param name="output">An <see cref="IRowOutput"/> that is not dynamic.</param>
    public GateTable(Type function, Type output)
    {
        var kernels = new List<GpuKernel>();
        foreach (Type element in ElementTypes.Floating)
        {
            foreach (Type shape in s_shapes)
                kernels.Add(new GpuKernel(Threads, typeof(GateKernel), element, function, output, shape));
            kernels.Add(new GpuKernel(Threads, typeof(ElementwiseGateKernel), element, function, output));
        }

        _kernels = GpuKernel.InRows([.. kernels], s_shapes.Length + 1);
    }

    /// <summary>All of them.</summary>
    public IReadOnlyList<GpuKernel> Kernels => _kernels;

    /// <summary>Launches the one for a call.</summary>
    public void Launch(KernelContext context, Tensor x, Tensor? scale, Tensor output)
    {
        if (output.ElementCount == 0)
            return;
        int count = checked((int)output.Last);
        int kernel = s_shapes.Length, perThread = 1;
        if (count % Chunk.Length == 0 && Chunks.AreAligned(x) && Chunks.AreAligned(output))
        {
            count /= Chunk.Length;
            kernel = count >= ChunksOfLongRows ? 1 : 0;
            perThread = kernel + 1;
        }

        var arguments = new GateArguments<View> { X = View.Of(x), Output = View.Of(output), Scale = View.Of(scale), Count = count };
        int threads = Math.Min(Chunks.ToWarps(count), Threads), perGroup = threads * perThread;
        int first = ElementTypes.IndexOf(x.DType) * (s_shapes.Length + 1);
        KernelLauncher.Current.Launch(
            context, x.Device.Ordinal, _kernels[first + kernel],
            new LaunchShape(checked((int)output.Rows), (count + perGroup - 1) / perGroup, threads), in arguments);
    }
}
