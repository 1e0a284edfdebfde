using System.Numerics;
using PluginIr.Cuda.Gpu;
using PluginIr.Cuda.Gpu.Quantizing;
using PluginIr.Cuda.Gpu.Rows;

namespace PluginIr.Cuda.Launching;

/// <summary>The kernels of an op that quantises by groups of columns, for each dtype and float8 dtype, and the choice among them.</summary>
internal sealed class GroupQuantTable
{
    private const int Threads = 256;

    // As for pointwise kernels: several groups of threads for each SM before a thread takes more than one chunk.
    private const long ManyChunks = 2L * Threads * 132 * 4;

    private static readonly Type[] s_shapes = [typeof(Group1), typeof(Group2)];

    private readonly GpuKernel[] _kernels;

    /// <summary>Describes the kernels.</summary>
    /// <param name="scale">An <see cref="IGroupScale"/>.</param>
    public GroupQuantTable(Type scale)
    {
        var kernels = new List<GpuKernel>();
        foreach (Type element in ElementTypes.Floating)
        {
            foreach (Type float8 in ElementTypes.Float8)
            {
                foreach (Type shape in s_shapes)
                    kernels.Add(new GpuKernel(Threads, typeof(GroupQuantKernel), element, scale, float8, shape));
                kernels.Add(new GpuKernel(Reduction.WarpSize, typeof(ElementwiseGroupQuantKernel), element, scale, float8));
            }
        }

        _kernels = GpuKernel.InRows([.. kernels], s_shapes.Length + 1);
    }

    /// <summary>All of them.</summary>
    public IReadOnlyList<GpuKernel> Kernels => _kernels;

    /// <summary>Launches the one for a call.</summary>
    public void Launch(KernelContext context, Tensor x, int groupSize, bool usesPowersOfTwo, Tensor output, Tensor scales)
    {
        if (scales.ElementCount == 0)
            return;
        var arguments = new GroupQuantArguments<View>
        {
            X = View.Of(x),
            Output = View.Of(output),
            Scales = View.Of(scales),
            Count = scales.ElementCount,
            GroupSize = groupSize,
            Hidden = checked((int)x.Last),
            Groups = checked((int)scales.Last),
            UsesPowersOfTwo = usesPowersOfTwo ? 1 : 0,
        };
        int first = ((ElementTypes.IndexOf(x.DType) * ElementTypes.Float8.Length) + ElementTypes.IndexOfFloat8(output.DType)) * (s_shapes.Length + 1);
        bool byChunks = groupSize >= Chunk.Length && groupSize <= Chunk.Length * Reduction.WarpSize && BitOperations.IsPow2(groupSize) &&
                        x.Last % groupSize == 0 && Chunks.AreAligned(x) && Chunks.AreAligned(output);
        if (!byChunks)
        {
            KernelLauncher.Current.Launch(
                context, x.Device.Ordinal, _kernels[first + s_shapes.Length],
                new LaunchShape(checked((int)scales.ElementCount), 1, Reduction.WarpSize), in arguments);
            return;
        }

        arguments.Count = x.ElementCount / Chunk.Length;
        arguments.GroupSize = groupSize / Chunk.Length;
        int shape = arguments.Count >= ManyChunks ? 1 : 0;
        int threads = Chunks.ToWarps((int)Math.Min(arguments.Count, Threads)), perGroup = threads * (shape + 1);
        KernelLauncher.Current.Launch(
            context, x.Device.Ordinal, _kernels[first + shape],
            new LaunchShape(checked((int)((arguments.Count + perGroup - 1) / perGroup)), 1, threads), in arguments);
    }
}
