using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Functions;

/// <summary>An <see cref="IFunction"/> over a row of float32, by its address: works that apply one need not be compiled for each.</summary>
internal readonly unsafe struct Function
{
    private readonly delegate*<float*, float*, nint, void> _map;

    private Function(delegate*<float*, float*, nint, void> map) => _map = map;

    /// <summary>The function with the processor's widest vectors.</summary>
    public static Function Of<TFunction>() where TFunction : struct, IFunction =>
        Vector512.IsHardwareAccelerated ? Of<TFunction, Lanes512>()
        : Vector256.IsHardwareAccelerated ? Of<TFunction, Lanes256>()
        : Of<TFunction, Lanes128>();

    /// <summary>The function with vectors of one width. Its results are within rounding the same with all of them: see <see cref="Exponential{TLanes}"/>.</summary>
    public static Function Of<TFunction, TLanes>()
        where TFunction : struct, IFunction
        where TLanes : struct, ILanes<TLanes> =>
        new(&Map<TFunction, TLanes>);

    /// <summary>Writes the function of each of <paramref name="count"/> values, a multiple of every vector's lanes. In place or apart.</summary>
    public void Apply(float* x, nint count, float* output) => _map(x, output, count);

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Map<TFunction, TLanes>(float* x, float* output, nint count)
        where TFunction : struct, IFunction
        where TLanes : struct, ILanes<TLanes>
    {
        var exponential = Exponential<TLanes>.Load();
        for (nint i = 0; i < count; i += TLanes.Count)
            TFunction.Apply(TLanes.Load(x + i), exponential).Store(output + i);
    }
}
