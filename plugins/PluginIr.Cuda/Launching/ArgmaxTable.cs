using PluginIr.Cuda.Gpu;
using PluginIr.Cuda.Gpu.Accesses;
using PluginIr.Cuda.Gpu.Searching;

namespace PluginIr.Cuda.Launching;

/// <summary>The kernels that look for each row's greatest element, for each dtype, and how long rows are divided.</summary>
internal sealed class ArgmaxTable
{
    // Few long rows, a vocabulary's logits say, are divided until there are groups for every SM of a large GPU; a part is a few loads a thread.
    private const int EnoughGroups = 512, LeastElementsOfSplit = 8 * ArgmaxKernel.Threads;

    private readonly GpuKernel[] _byChunk = Search(typeof(ByChunk)), _byElement = Search(typeof(ByElement));
    private readonly GpuKernel _combine = new(Reduction.WarpSize, typeof(ArgmaxCombineKernel));

    /// <summary>Describes the kernels.</summary>
    public ArgmaxTable()
    {
        for (int element = 0; element < ElementTypes.Floating.Length; element++)
            GpuKernel.Join(_byChunk[element], _byElement[element], _combine);
    }

    /// <summary>All of them.</summary>
    public IReadOnlyList<GpuKernel> Kernels => [.. _byChunk, .. _byElement, _combine];

    /// <summary>How many bytes of scratch memory a call takes; 0 for none.</summary>
    public static long ScratchBytes(long rows, int hidden) => SplitsOf(rows, hidden) is > 1 and int splits ? rows * splits * sizeof(long) : 0;

    /// <summary>Launches those for a call.</summary>
    /// <param name="context">Whose stream.</param>
    /// <param name="device">The device, by ordinal.</param>
    /// <param name="dtype">x's dtype.</param>
    /// <param name="x">[rows, hidden], contiguous.</param>
    /// <param name="rows">How many rows, at least one.</param>
    /// <param name="hidden">How many elements each has.</param>
    /// <param name="scratch">As many bytes as <see cref="ScratchBytes"/> says.</param>
    /// <param name="output">i64 [rows], contiguous.</param>
    public void Launch(KernelContext context, int device, DType dtype, View x, int rows, int hidden, View scratch, Tensor output)
    {
        int splits = SplitsOf(rows, hidden), elements = ((hidden + splits - 1) / splits + Chunk.Length - 1) / Chunk.Length * Chunk.Length;
        splits = (hidden + elements - 1) / elements;
        var arguments = new SearchArguments<View>
        {
            X = x,
            Output = View.Of(output),
            Partial = scratch,
            Hidden = hidden,
            Splits = splits,
            ElementsOfSplit = elements,
        };
        bool byChunk = hidden % Chunk.Length == 0 && x.Address % 16 == 0;
        KernelLauncher.Current.Launch(
            context, device, (byChunk ? _byChunk : _byElement)[ElementTypes.IndexOf(dtype)], new LaunchShape(rows, splits, ArgmaxKernel.Threads), in arguments);
        if (splits > 1)
            KernelLauncher.Current.Launch(context, device, _combine, new LaunchShape(rows, 1, Reduction.WarpSize), in arguments);
    }

    private static GpuKernel[] Search(Type access) =>
        [.. ElementTypes.Floating.Select(element => new GpuKernel(ArgmaxKernel.Threads, typeof(ArgmaxKernel), element, access))];

    private static int SplitsOf(long rows, int hidden) =>
        (int)Math.Clamp(EnoughGroups / rows, 1, Math.Max(1, hidden / LeastElementsOfSplit));
}
