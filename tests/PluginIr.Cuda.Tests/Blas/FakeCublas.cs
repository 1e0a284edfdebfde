using System.Runtime.InteropServices;
using PluginIr.Cuda.Driver;

namespace PluginIr.Cuda.Tests.Blas;

/// <summary>A cuBLAS that writes down what it is asked, and fails where it is told to.</summary>
internal sealed unsafe class FakeCublas : INativeLibrary
{
    private const nint Handle = 7;

    private static readonly nint s_name = Marshal.StringToCoTaskMemUTF8("CUBLAS_STATUS_EXECUTION_FAILED");

    [ThreadStatic]
    private static FakeCublas? t_current;

    public FakeCublas() => Use();

    public List<string> Calls { get; } = [];

    public string? Failing { get; set; }

    public int Status { get; set; } = 13;

    /// <summary>Functions that the library does not have.</summary>
    public HashSet<string> Missing { get; } = [];

    /// <summary>Has the thread's calls noted here from now on: functions are static.</summary>
    public void Use() => t_current = this;

    public nint Export(string name) => Missing.Contains(name) ? 0 : name switch
    {
        "cublasCreate_v2" => (nint)(delegate* unmanaged<nint*, int>)&Create,
        "cublasDestroy_v2" => (nint)(delegate* unmanaged<nint, int>)&Destroy,
        "cublasSetMathMode" => (nint)(delegate* unmanaged<nint, int, int>)&SetMathMode,
        "cublasSetStream_v2" => (nint)(delegate* unmanaged<nint, nint, int>)&SetStream,
        "cublasSetWorkspace_v2" => (nint)(delegate* unmanaged<nint, nint, nuint, int>)&SetWorkspace,
        "cublasGemmEx" => (nint)(delegate* unmanaged<nint, int, int, int, int, int, float*, nint, int, int, nint, int, int, float*, nint, int, int, int, int, int>)&GemmEx,
        "cublasGetStatusName" => (nint)(delegate* unmanaged<int, byte*>)&StatusName,
        _ => 0,
    };

    private static int Call(string text)
    {
        t_current!.Calls.Add(text);
        return t_current.Failing is { } failing && text.StartsWith(failing, StringComparison.Ordinal) ? t_current.Status : 0;
    }

    [UnmanagedCallersOnly]
    private static int Create(nint* handle)
    {
        *handle = Handle;
        return Call("cublasCreate_v2");
    }

    [UnmanagedCallersOnly]
    private static int Destroy(nint handle) => Call($"cublasDestroy_v2 {handle}");

    [UnmanagedCallersOnly]
    private static int SetMathMode(nint handle, int mode) => Call($"cublasSetMathMode {handle} {mode}");

    [UnmanagedCallersOnly]
    private static int SetStream(nint handle, nint stream) => Call($"cublasSetStream_v2 {handle} {stream}");

    [UnmanagedCallersOnly]
    private static int SetWorkspace(nint handle, nint memory, nuint bytes) => Call($"cublasSetWorkspace_v2 {handle} {memory} {bytes}");

    [UnmanagedCallersOnly]
    private static int GemmEx(
        nint handle, int transposeA, int transposeB, int m, int n, int k, float* alpha, nint a, int typeA, int strideA, nint b, int typeB, int strideB,
        float* beta, nint c, int typeC, int strideC, int compute, int algorithm) =>
        Call($"cublasGemmEx {handle} {transposeA}{transposeB} {m}x{n}x{k} {*alpha} {a}:{typeA}/{strideA} {b}:{typeB}/{strideB} {*beta} {c}:{typeC}/{strideC} {compute} {algorithm}");

    [UnmanagedCallersOnly]
    private static byte* StatusName(int status) => (byte*)s_name;
}
