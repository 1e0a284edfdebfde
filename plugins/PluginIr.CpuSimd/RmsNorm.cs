using System.Runtime.CompilerServices;
using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;
using PluginIr.CpuSimd.Rows;
using PluginIr.CpuSimd.Specialization;

namespace PluginIr.CpuSimd;

/// <summary>rms_norm over whole rows.</summary>
[KernelProvider(CpuSimdProvider.Name, Supported = nameof(Supported))]
internal static unsafe partial class RmsNorm
{
    private static Support Supported() => CpuSimdProvider.Support();

    /// <summary>A weight of x's dtype or none; the mean over part of a row is left to native.</summary>
    internal static bool Accepts(TensorSpec x, TensorSpec? weight, float epsilon, int? varianceSize) =>
        varianceSize is null && x.Last > 0 && (weight is null || weight.DType == x.DType);

    /// <summary>The kernel.</summary>
    [Kernel("rms_norm", DTypes = DTypes.Floating, BatchInvariant = true, SupportsArgs = nameof(Accepts))]
    internal static void Run(KernelContext context, Tensor x, Tensor? weight, float epsilon, int? varianceSize, Tensor output) =>
        Specialize.Run(x.DType, new Work(x, weight, epsilon, output));

    /// <summary>One call.</summary>
    internal readonly struct Work(Tensor x, Tensor? weight, float epsilon, Tensor output) : IWork
    {
        private readonly nint _x = x.Address;
        private readonly nint _weight = weight is null ? 0 : weight.Address;
        private readonly nint _output = output.Address;
        private readonly nint _rows = (nint)x.Rows;
        private readonly nint _hidden = (nint)x.Last;
        private readonly float _epsilon = epsilon;

        public void Run<TElement, TLanes>()
            where TElement : unmanaged, IElement<TElement>
            where TLanes : struct, ILanes<TLanes>
        {
            var x = (TElement*)_x;
            var output = (TElement*)_output;
            for (nint row = 0, at = 0; row < _rows; row++, at += _hidden)
            {
                RootMeanSquare.Normalize<StoredRow<TElement, TLanes>, TElement, TLanes>(
                    new(x + at), (TElement*)_weight, _epsilon, _hidden, output + at);
            }
        }
    }
}
