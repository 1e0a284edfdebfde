using PluginIr.Cuda.Gpu;
using PluginIr.Cuda.Gpu.Elements;
using PluginIr.Cuda.Gpu.Products;

namespace PluginIr.Cuda.Launching;

/// <summary>The kernels of a linear layer for each dtype, and the choice among them.</summary>
internal sealed class ProductTable
{
    /// <summary>The most rows for which the weights' way from memory is all that counts.</summary>
    public const int FewRows = Chunk.Length;

    private readonly GpuKernel[] _one = [.. ElementTypes.Floating.Select(element => Vector(element, typeof(OneRow)))];

    // Tensor cores have no float32.
    private readonly GpuKernel[] _eight = [.. ElementTypes.Floating.Select(element =>
        element == typeof(Float32Element) ? Vector(element, typeof(EightRows)) : new GpuKernel(TensorCoreProductKernel.Threads, typeof(TensorCoreProductKernel), element))];

    private readonly GpuKernel[] _tiled = [.. ElementTypes.Floating.Select(e => new GpuKernel(TiledProductKernel.Threads, typeof(TiledProductKernel), e))];

    /// <summary>Describes the kernels.</summary>
    public ProductTable()
    {
        for (int element = 0; element < ElementTypes.Floating.Length; element++)
            GpuKernel.Join(_one[element], _eight[element], _tiled[element]);
    }

    /// <summary>All of them.</summary>
    public IReadOnlyList<GpuKernel> Kernels => [.. _one, .. _eight, .. _tiled];

    /// <summary>True when a call's weights can be read in chunks, for few rows.</summary>
    public static bool SuitsFewRows(Tensor x, Tensor weight) =>
        x.Rows <= FewRows && x.Last % Chunk.Length == 0 && x.Last != 0 && Chunks.AreAligned(x) && Chunks.AreAligned(weight);

    /// <summary>Launches the one for a call.</summary>
    /// <param name="context">Whose stream.</param>
    /// <param name="x">[…, K], contiguous.</param>
    /// <param name="weight">[N, K], contiguous.</param>
    /// <param name="output">[…, N], contiguous, of x's dtype.</param>
    /// <param name="outer">N.</param>
    public void Launch(KernelContext context, Tensor x, Tensor weight, View output, int outer)
    {
        if (x.Rows == 0 || outer == 0)
            return;
        var arguments = new ProductArguments<View>
        {
            X = View.Of(x),
            Weight = View.Of(weight),
            Output = output,
            Rows = checked((int)x.Rows),
            Outer = outer,
            Inner = checked((int)x.Last),
            WeightRowBytes = checked((int)(x.Last * x.DType.Size())),
            WeightAddress = weight.Address,
        };
        int element = ElementTypes.IndexOf(x.DType);
        if (SuitsFewRows(x, weight))
        {
            LaunchShape shape = arguments.Rows > 1 && x.DType != DType.Float32
                ? new(Parts(arguments.Outer, TensorCoreProductKernel.Outputs), 1, TensorCoreProductKernel.Threads)
                : new(Parts(arguments.Outer, MatrixVectorKernel.Outputs), 1, MatrixVectorKernel.Threads);
            KernelLauncher.Current.Launch(context, x.Device.Ordinal, (arguments.Rows == 1 ? _one : _eight)[element], shape, in arguments);
            return;
        }

        if (x.Last != 0 && KernelLauncher.Current.TryMultiply(context, x, weight, output, outer))
            return;

        // Groups along y are few; more rows go in parts.
        const int MaxRows = LaunchShape.MaxGroupsY * TiledProductKernel.Tile;
        for (int row = 0; row < x.Rows; row += MaxRows)
        {
            long bytes = x.DType.Size(), rows = Math.Min(MaxRows, x.Rows - row);
            arguments.X = new View(x.Address + (nint)(row * x.Last * bytes), rows * x.Last * bytes);
            arguments.Output = new View(output.Address + (nint)(row * outer * bytes), rows * outer * bytes);
            arguments.Rows = (int)rows;
            var shape = new LaunchShape(Parts(arguments.Outer, TiledProductKernel.Tile), Parts(arguments.Rows, TiledProductKernel.Tile), TiledProductKernel.Threads);
            KernelLauncher.Current.Launch(context, x.Device.Ordinal, _tiled[element], shape, in arguments);
        }
    }

    private static int Parts(int count, int size) => (count + size - 1) / size;

    private static GpuKernel Vector(Type element, Type rows) => new(MatrixVectorKernel.Threads, typeof(MatrixVectorKernel), element, rows);
}
