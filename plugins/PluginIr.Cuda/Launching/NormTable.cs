using PluginIr.Cuda.Gpu;
using PluginIr.Cuda.Gpu.Elements;
using PluginIr.Cuda.Gpu.Norms;
using PluginIr.Cuda.Gpu.Rows;

namespace PluginIr.Cuda.Launching;

/// <summary>The kernels of an op that works on whole rows, for each dtype of rows and weights, and the choice among them.</summary>
/// <remarks>
/// The order in which a row is summed, and a row's result with it, depends on its length alone: not on how tensors lie in memory, nor on how many rows
/// there are, though the choice does.
/// </remarks>
internal sealed class NormTable
{
    // A thread has the loads of one, two or four chunks under way at once. Up to 1024 elements a warp has a row by itself, which then needs
    // no barrier; where there are many rows four make a group, because an SM holds fewer groups than warps, and where there are few of more than 512
    // elements four warps share one, because more loads are then under way. Longer rows take a group: two chunks a
    // thread while that is at most 256 threads, then four, so that 8192 elements, as large models have, are 256 threads with 64 or 128
    // bytes each. The last by chunks is for rows past 16384 elements and has half the registers to each thread.
    private static readonly (Type Shape, int MaxThreads, int MaxChunks)[] s_shapes =
    [
        (typeof(Warp1), GroupOfWarps, 32),
        (typeof(Warp2), GroupOfWarps, 64),
        (typeof(Warp4), GroupOfWarps, 128),
        (typeof(Group2), 256, 512),
        (typeof(Group4), 512, 2048),
        (typeof(LargeGroup4), 1024, 4096),
    ];

    // In a row of the table of kernels, after those of the shapes: the one that takes Warp4's place where there are few rows, and the one by elements.
    private static readonly int s_fourWarps = s_shapes.Length, s_elementwise = s_shapes.Length + 1, s_rowLength = s_shapes.Length + 2;

    private const int GroupOfWarps = 4 * Reduction.WarpSize;
    private const int MaxGroup = 1024;

    // From so many rows on every SM of a large GPU has several groups of four.
    private const int ManyRows = 2048;

    // More than the L2 caches of most devices hold: on an H200 most shapes gain from it from 134 MB on, and those of half of that do not all.
    private const long CachedBytes = 100L << 20;

    private readonly GpuKernel[] _kernels;
    private readonly bool _isNormalized;

    /// <summary>Describes the kernels.</summary>
    /// <param name="input">An <see cref="IRowInput"/>.</param>
    /// <param name="output">An <see cref="IRowOutput"/>.</param>
    public NormTable(Type input, Type output)
    {
        var kernels = new List<GpuKernel>();
        _isNormalized = input != typeof(AsItIs);
        foreach (Type element in ElementTypes.Floating)
        {
            foreach (Type weight in _isNormalized ? ElementTypes.Floating : [element])
            {
                GpuKernel[] row =
                [
                    .. s_shapes.Select(s => new GpuKernel(s.MaxThreads, typeof(NormKernel), element, weight, input, output, s.Shape) { MinGroups = MinGroupsOf(s.Shape, element) }),
                    new(GroupOfWarps, typeof(NormKernel), element, weight, input, output, typeof(FourWarps1)),
                    new(MaxGroup, typeof(ElementwiseNormKernel), element, weight, input, output),
                ];
                kernels.AddRange(row);

                // Weights of another dtype than the row's are rare, and make two thirds of all kernels: each is loaded when a call needs it.
                if (weight == element)
                    GpuKernel.Join(row);
            }
        }

        _kernels = [.. kernels];
    }

    /// <summary>All of them.</summary>
    public IReadOnlyList<GpuKernel> Kernels => _kernels;

    /// <summary>Launches the one for a call.</summary>
    public void Launch(KernelContext context, in NormCall call)
    {
        if (call.X.Rows == 0)
            return;
        int hidden = checked((int)call.X.Last);
        bool byChunks = (call.VarianceSize ?? hidden) == hidden && hidden != 0 && hidden / Chunk.Length <= s_shapes[^1].MaxChunks &&
                        Chunks.Suit(call.X) && Chunks.Suit(call.Residual) && Chunks.Suit(call.Output) && Chunks.Suit(call.ResidualOut) &&
                        Chunks.Suit(call.Weight) && HasStride(call.X) && HasStride(call.Residual) && HasStride(call.Output) && HasStride(call.ResidualOut);
        int element = ElementTypes.IndexOf(call.X.DType), weight = call.Weight is null ? element : ElementTypes.IndexOf(call.Weight.DType);
        int first = (_isNormalized ? (element * ElementTypes.Floating.Length) + weight : element) * s_rowLength;

        // Rows that do not all lie at one distance are launched in parts that do.
        bool isRegular = call.X.Rank <= 2 || (call.X.IsContiguous && call.Output.IsContiguous &&
                                              call.Residual is null or { IsContiguous: true } && call.ResidualOut is null or { IsContiguous: true });
        long rows = isRegular ? call.X.Rows : call.X.Shape[^2];
        for (long row = 0; row < call.X.Rows; row += rows)
        {
            if (byChunks)
                LaunchByChunks(context, in call, first, row, checked((int)rows), hidden);
            else
                LaunchByElements(context, in call, first, row, checked((int)rows), hidden);
        }
    }

    private void LaunchByChunks(KernelContext context, in NormCall call, int first, long row, int rows, int hidden)
    {
        NormArguments<View> arguments = default;
        arguments.Rows = rows;
        arguments.Hidden = hidden;
        arguments.WeightAddress = call.Weight?.Address ?? 0;
        arguments.X = RowsOf(call.X, row);
        arguments.Weight = View.Of(call.Weight ?? call.X);
        arguments.WeightBytes = call.Weight is null ? 0 : hidden * call.Weight.DType.Size();
        arguments.ReciprocalSize = 1f / hidden;
        arguments.Epsilon = call.Epsilon;
        arguments.IsLarge = (long)rows * hidden * call.X.DType.Size() * (call.Residual is null ? 2 : 4) >= CachedBytes ? 1 : 0;
        arguments.Output = RowsOf(call.Output, row);
        arguments.Residual = RowsOf(call.Residual, row);
        arguments.ResidualOut = RowsOf(call.ResidualOut, row);
        arguments.Scale = View.Of(call.Scale);
        arguments.ScaleOut = View.Of(call.ScaleOut);
        arguments.HasBound = call.Scale is null ? 0 : 1;

        int shape = ShapeOf(hidden), threads = ThreadsOfRow(shape, hidden), rowsOfGroup = 1;
        if (s_shapes[shape].MaxThreads == GroupOfWarps && rows >= ManyRows)
        {
            rowsOfGroup = GroupOfWarps / Reduction.WarpSize;
            threads = GroupOfWarps;
        }
        else if (s_shapes[shape].Shape == typeof(Warp4))
        {
            shape = s_fourWarps;
            threads = GroupOfWarps;
        }

        KernelLauncher.Current.Launch(
            context, call.X.Device.Ordinal, _kernels[first + shape], new LaunchShape((rows + rowsOfGroup - 1) / rowsOfGroup, 1, threads), in arguments);
    }

    private void LaunchByElements(KernelContext context, in NormCall call, int first, long row, int rows, int hidden)
    {
        ElementwiseNormArguments<View> arguments = default;
        arguments.X = ElementsOf(call.X, row);
        arguments.Residual = ElementsOf(call.Residual, row);
        arguments.Output = ElementsOf(call.Output, row);
        arguments.ResidualOut = ElementsOf(call.ResidualOut, row);
        arguments.Weight = ElementsOf(call.Weight, 0);
        arguments.Scale = View.Of(call.Scale);
        arguments.ScaleOut = View.Of(call.ScaleOut);
        arguments.Hidden = hidden;
        arguments.VarianceSize = call.VarianceSize ?? hidden;
        arguments.ReciprocalSize = 1f / arguments.VarianceSize;
        arguments.Epsilon = call.Epsilon;
        arguments.HasWeight = call.Weight is null ? 0 : 1;
        arguments.HasBound = call.Scale is null ? 0 : 1;
        KernelLauncher.Current.Launch(
            context, call.X.Device.Ordinal, _kernels[first + s_elementwise], new LaunchShape(rows, 1, ThreadsOfRow(ShapeOf(hidden), hidden)), in arguments);
    }

    // Rows that are too long for every shape go element by element, with the last one's threads.
    private static int ShapeOf(int hidden)
    {
        int shape = 0;
        while (shape < s_shapes.Length - 1 && ChunksOf(hidden) > s_shapes[shape].MaxChunks)
            shape++;
        return shape;
    }

    // A warp a row needs many warps to keep memory busy: 32 on a multiprocessor, where its registers are enough for that. Those of float32 are not.
    private static int MinGroupsOf(Type shape, Type element) => shape == typeof(Warp4) && element != typeof(Float32Element) ? 8 : 0;

    // How many threads share a row: the same by chunks and by elements, as the order of a sum depends on it.
    private static int ThreadsOfRow(int shape, int hidden)
    {
        if (s_shapes[shape].MaxThreads == GroupOfWarps)
            return Reduction.WarpSize;
        int perThread = s_shapes[shape].Shape == typeof(Group2) ? 2 : 4;
        return Math.Min(s_shapes[shape].MaxThreads, Chunks.ToWarps((ChunksOf(hidden) + perThread - 1) / perThread));
    }

    private static int ChunksOf(int hidden) => (hidden + Chunk.Length - 1) / Chunk.Length;

    // A view begins at the first row, so those after it must lie behind it, at a distance that 32 bits hold.
    private static bool HasStride(Tensor? tensor) => tensor is null || StrideOf(tensor) is >= 0 and <= (long)int.MaxValue * Chunk.Length;

    private static RowView<View> RowsOf(Tensor? tensor, long row) => tensor is null ? default : new()
    {
        Memory = new View(tensor.RowAddress(row), tensor.End - tensor.RowAddress(row)),
        Stride = (int)(StrideOf(tensor) / Chunk.Length),
    };

    private static ElementView<View> ElementsOf(Tensor? tensor, long row) => tensor is null ? default : new()
    {
        Memory = View.Of(tensor),
        First = (tensor.RowAddress(row) - tensor.Start) / tensor.DType.Size(),
        Stride = StrideOf(tensor),
        Step = tensor.IsContiguous ? 1 : tensor.Stride(-1),
    };

    private static long StrideOf(Tensor tensor) => tensor.Rank < 2 || tensor.IsContiguous ? tensor.Last : tensor.Stride(-2);
}
