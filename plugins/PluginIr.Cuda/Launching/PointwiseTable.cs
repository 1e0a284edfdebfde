using PluginIr.Cuda.Gpu;
using PluginIr.Cuda.Gpu.Pointwise;
using PluginIr.Cuda.Gpu.Rows;

namespace PluginIr.Cuda.Launching;

/// <summary>The kernels of an op over contiguous tensors, for each dtype, and the choice among them.</summary>
internal sealed class PointwiseTable
{
    private const int Threads = 256;

    // From here on four chunks a thread still leave several groups for each SM of a large GPU; below, more groups are worth more than more
    // loads under way in each.
    private const long ManyChunks = 4L * Threads * 132 * 4;

    private static readonly Type[] s_shapes = [typeof(Group1), typeof(Group4)];

    private readonly GpuKernel[] _kernels;

    /// <summary>Describes the kernels.</summary>
    /// <param name="operation">An <see cref="IOperation"/>.</param>
    /// <param name="output">An <see cref="IRowOutput"/> that is not dynamic.</param>
    public PointwiseTable(Type operation, Type output)
    {
        var kernels = new List<GpuKernel>();
        foreach (Type element in ElementTypes.Floating)
        {
            foreach (Type shape in s_shapes)
                kernels.Add(new GpuKernel(Threads, typeof(PointwiseKernel), element, operation, output, shape));
            kernels.Add(new GpuKernel(Threads, typeof(ElementwisePointwiseKernel), element, operation, output));
        }

        _kernels = GpuKernel.InRows([.. kernels], s_shapes.Length + 1);
    }

    /// <summary>All of them.</summary>
    public IReadOnlyList<GpuKernel> Kernels => _kernels;

    /// <summary>Launches the one for a call.</summary>
    /// <param name="context">Whose stream.</param>
    /// <param name="x">The elements.</param>
    /// <param name="y">The second tensor, if there is one.</param>
    /// <param name="scale">One float32, if the output is quantised.</param>
    /// <param name="output">Where the results go; elements past x's are left alone.</param>
    public void Launch(KernelContext context, Tensor x, Tensor? y, Tensor? scale, Tensor output)
    {
        long count = x.ElementCount;
        if (count == 0)
            return;
        bool byChunks = count % Chunk.Length == 0 && Chunks.AreAligned(x) && Chunks.AreAligned(y) && Chunks.AreAligned(output);
        int kernel = s_shapes.Length, perThread = 1;
        if (byChunks)
        {
            count /= Chunk.Length;
            kernel = count >= ManyChunks ? 1 : 0;
            perThread = count >= ManyChunks ? 4 : 1;
        }

        var arguments = new PointwiseArguments<View> { X = View.Of(x), Y = View.Of(y), Output = View.Of(output), Scale = View.Of(scale), Count = count };
        int threads = Chunks.ToWarps((int)Math.Min(count, Threads)), perGroup = threads * perThread;
        int first = ElementTypes.IndexOf(x.DType) * (s_shapes.Length + 1);
        KernelLauncher.Current.Launch(
            context, x.Device.Ordinal, _kernels[first + kernel], new LaunchShape(checked((int)((count + perGroup - 1) / perGroup)), 1, threads),
            in arguments);
    }
}
