using System.Runtime.InteropServices;
using PluginIr.Cuda.Driver;
using PluginIr.Devices;

namespace PluginIr.Cuda.Blas;

/// <summary>What is called of cuBLAS: functions found once, called through pointers, errors thrown with its own names.</summary>
/// <param name="library">Where the functions come from.</param>
/// <exception cref="EntryPointNotFoundException">The library has not all of them.</exception>
internal sealed unsafe class Cublas(INativeLibrary library)
{
    private const int Transposed = 1, NotTransposed = 0, SumInSingles = 68, DefaultAlgorithm = -1;

    // CUBLAS_DEFAULT_MATH with CUBLAS_MATH_DISALLOW_REDUCED_PRECISION_REDUCTION: parts of a sum that several groups have are added up in float32 too.
    private const int SinglesThroughout = 16;

    private readonly delegate* unmanaged<nint*, int> _create = (delegate* unmanaged<nint*, int>)Find(library, "cublasCreate_v2");
    private readonly delegate* unmanaged<nint, int> _destroy = (delegate* unmanaged<nint, int>)Find(library, "cublasDestroy_v2");
    private readonly delegate* unmanaged<nint, int, int> _setMathMode = (delegate* unmanaged<nint, int, int>)Find(library, "cublasSetMathMode");
    private readonly delegate* unmanaged<nint, nint, int> _setStream = (delegate* unmanaged<nint, nint, int>)Find(library, "cublasSetStream_v2");
    private readonly delegate* unmanaged<nint, nint, nuint, int> _setWorkspace =
        (delegate* unmanaged<nint, nint, nuint, int>)Find(library, "cublasSetWorkspace_v2");

    private readonly delegate* unmanaged<nint, int, int, int, int, int, float*, nint, int, int, nint, int, int, float*, nint, int, int, int, int, int> _gemmEx =
        (delegate* unmanaged<nint, int, int, int, int, int, float*, nint, int, int, nint, int, int, float*, nint, int, int, int, int, int>)Find(
            library, "cublasGemmEx");

    // Newer than the rest; 0 where there is none.
    private readonly delegate* unmanaged<int, byte*> _statusName = (delegate* unmanaged<int, byte*>)library.Export("cublasGetStatusName");

    /// <summary>cublasCreate: a handle for the current context, whose products are summed in float32 throughout.</summary>
    public nint Create()
    {
        nint handle;
        Check(_create(&handle), "cublasCreate_v2");
        int status = _setMathMode(handle, SinglesThroughout);
        if (status != 0)
            _ = _destroy(handle);
        Check(status, "cublasSetMathMode");
        return handle;
    }

    /// <summary>cublasDestroy.</summary>
    public void Destroy(nint handle) => Check(_destroy(handle), "cublasDestroy_v2");

    /// <summary>cublasSetStream and then cublasSetWorkspace, which the former resets: memory of the caller's, so that products can be captured.</summary>
    public void Bind(nint handle, nint stream, nint workspace, nuint bytes)
    {
        Check(_setStream(handle, stream), "cublasSetStream_v2");
        Check(_setWorkspace(handle, workspace, bytes), "cublasSetWorkspace_v2");
    }

    /// <summary>Queues <c>output = x · weightᵀ</c>, all row-major, summed in float32.</summary>
    /// <param name="handle">The handle.</param>
    /// <param name="dtype">The dtype of all three: f32, f16 or bf16.</param>
    /// <param name="x">[rows, inner].</param>
    /// <param name="weight">[outer, inner].</param>
    /// <param name="output">[rows, outer].</param>
    /// <param name="rows">Rows of x.</param>
    /// <param name="outer">Rows of the weight.</param>
    /// <param name="inner">Elements of a row.</param>
    public void Multiply(nint handle, DType dtype, nint x, nint weight, nint output, int rows, int outer, int inner)
    {
        // To cuBLAS, which counts columns first, a row-major matrix is its transpose: outputᵀ = weight · xᵀ.
        float one = 1f, zero = 0f;
        int type = dtype switch { DType.Float32 => 0, DType.Float16 => 2, _ => 14 };
        Check(
            _gemmEx(
                handle, Transposed, NotTransposed, outer, rows, inner, &one, weight, type, inner, x, type, inner, &zero, output, type, outer, SumInSingles,
                DefaultAlgorithm), "cublasGemmEx");
    }

    private void Check(int status, string call)
    {
        if (status == 0)
            return;
        // CUBLAS_STATUS_ALLOC_FAILED.
        const int NoMemory = 3;
        string? name = _statusName is null ? null : Marshal.PtrToStringUTF8((nint)_statusName(status));
        throw new DeviceException(
            name ?? $"CUBLAS_STATUS_{status}", status, call,
            status == NoMemory
                ? "cuBLAS found too little memory. Dispose of tensors, use a smaller batch or model, or see with nvidia-smi who else uses the device."
                : $"cuBLAS, {library}, refused. Another version of it may not: {CublasLibrary.Variable} names the folder to load it from.")
        {
            IsOutOfMemory = status == NoMemory,
        };
    }

    private static nint Find(INativeLibrary library, string name) => library.Export(name) is not 0 and var address
        ? address
        : throw new EntryPointNotFoundException($"{name} is not in {library}");
}
