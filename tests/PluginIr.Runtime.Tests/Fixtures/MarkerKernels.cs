using System.Runtime.CompilerServices;

namespace PluginIr.Runtime.Tests.Fixtures;

/// <summary>Kernels that write a number by which a test knows them, and differ in what they say they take.</summary>
[KernelProvider("everything")]
internal static partial class Everything
{
    [Kernel("rms_norm", Strided = true)]
    private static void RmsNorm(KernelContext context, Tensor x, Tensor? weight, float epsilon, int? varianceSize, Tensor output) => Marker.Write(output, 1);
}

/// <summary>Contiguous float32 rows shorter than 8.</summary>
[KernelProvider("shorts")]
internal static partial class Shorts
{
    [Kernel("rms_norm", DTypes = DTypes.F32, SupportsArgs = nameof(IsShort))]
    private static void RmsNorm(KernelContext context, Tensor x, Tensor? weight, float epsilon, int? varianceSize, Tensor output) => Marker.Write(output, 2);

    private static bool IsShort(TensorSpec x, TensorSpec? weight, float epsilon, int? varianceSize) => x.Last < 8;
}

/// <summary>Takes every input for a matrix, and its predicate throws where it is none.</summary>
[KernelProvider("matrices")]
internal static partial class Matrices
{
    [Kernel("rms_norm", SupportsArgs = nameof(IsShort))]
    private static void RmsNorm(KernelContext context, Tensor x, Tensor? weight, float epsilon, int? varianceSize, Tensor output) => Marker.Write(output, 9);

    private static bool IsShort(TensorSpec x, TensorSpec? weight, float epsilon, int? varianceSize) => x.Shape[1] < 8;
}

/// <summary>Addresses that are multiples of 64, one dtype, no variance_size.</summary>
[KernelProvider("strict")]
internal static partial class Strict
{
    [Kernel("rms_norm", Alignment = 64, SameDType = true, Without = "variance_size")]
    private static void RmsNorm(KernelContext context, Tensor x, Tensor? weight, float epsilon, int? varianceSize, Tensor output) => Marker.Write(output, 3);
}

/// <summary>Hardware that nobody has.</summary>
[KernelProvider("absent", Supported = nameof(Check))]
internal static partial class Absent
{
    private static Support Check() => Support.No("the quantum unit is missing");

    [Kernel("rms_norm", Strided = true)]
    private static void RmsNorm(KernelContext context, Tensor x, Tensor? weight, float epsilon, int? varianceSize, Tensor output) => Marker.Write(output, 4);
}

/// <summary>A device of a vendor's own.</summary>
[KernelProvider("npu_kernels", Device = "npu")]
internal static partial class Npu
{
    [Kernel("rms_norm", Strided = true)]
    private static void RmsNorm(KernelContext context, Tensor x, Tensor? weight, float epsilon, int? varianceSize, Tensor output) => Marker.Write(output, 5);
}

/// <summary>Works in place only.</summary>
[KernelProvider("only")]
internal static partial class OnlyInPlace
{
    [Kernel("fused_add_rms_norm", Inplace = Inplace.Only, Strided = true)]
    private static void FusedAddRmsNorm(
        KernelContext context, Tensor x, Tensor xResidual, Tensor? weight, float epsilon, int? varianceSize, Tensor output, Tensor residualOut) =>
        Ops.FusedAddRmsNorm.Native(context, x, xResidual, weight, epsilon, varianceSize, output, residualOut);
}

/// <summary>Never works in place.</summary>
[KernelProvider("never")]
internal static partial class NeverInPlace
{
    [Kernel("fused_add_rms_norm", Strided = true)]
    private static void FusedAddRmsNorm(
        KernelContext context, Tensor x, Tensor xResidual, Tensor? weight, float epsilon, int? varianceSize, Tensor output, Tensor residualOut) =>
        Ops.FusedAddRmsNorm.Native(context, x, xResidual, weight, epsilon, varianceSize, output, residualOut);
}

/// <summary>Does what the test says.</summary>
[KernelProvider("scripted")]
internal static partial class Scripted
{
    /// <summary>What the kernel does on this thread; null for nothing.</summary>
    [ThreadStatic]
    public static Action? Script;

    [Kernel("rms_norm", Strided = true)]
    private static void RmsNorm(KernelContext context, Tensor x, Tensor? weight, float epsilon, int? varianceSize, Tensor output)
    {
        Script?.Invoke();
        Marker.Write(output, 6);
    }
}

/// <summary>Takes what the test says.</summary>
[KernelProvider("asking")]
internal static partial class Asking
{
    /// <summary>What the predicate answers on this thread; null for yes.</summary>
    [ThreadStatic]
    public static Func<bool>? Answer;

    [Kernel("rms_norm", Strided = true, SupportsArgs = nameof(Takes))]
    private static void RmsNorm(KernelContext context, Tensor x, Tensor? weight, float epsilon, int? varianceSize, Tensor output) => Marker.Write(output, 7);

    private static bool Takes(TensorSpec x, TensorSpec? weight, float epsilon, int? varianceSize) => Answer?.Invoke() ?? true;
}

/// <summary>Has nothing left to do when it calls what throws.</summary>
[KernelProvider("handing")]
internal static partial class Handing
{
    [Kernel("rms_norm", Strided = true)]
    private static void RmsNorm(KernelContext context, Tensor x, Tensor? weight, float epsilon, int? varianceSize, Tensor output) => Fail(output);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Fail(Tensor output) => throw new TimeoutException($"scripted, for {output}");
}

/// <summary>Makes a call of its own.</summary>
[KernelProvider("calling")]
internal static partial class Calling
{
    /// <summary>The call; null for none.</summary>
    [ThreadStatic]
    public static Action? Inside;

    [Kernel("quick_gelu", Strided = true)]
    private static void QuickGelu(KernelContext context, Tensor x, Tensor output) => Inside?.Invoke();
}
