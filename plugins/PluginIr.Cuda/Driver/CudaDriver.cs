using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace PluginIr.Cuda.Driver;

/// <summary>The CUDA driver API: functions found once, called through pointers, errors thrown with the driver's own names.</summary>
/// <remarks>
/// Names, types and order are those of cuda.h, with the versions (_v2) that its macros stand for. A call allocates and locks nothing. All but a few
/// want a context to be current on the calling thread: see <see cref="MakeCurrent"/>.
/// </remarks>
/// <param name="library">Where the functions come from.</param>
/// <exception cref="EntryPointNotFoundException">The driver is too old for one of them.</exception>
internal sealed unsafe partial class CudaDriver(INativeLibrary library)
{
    private readonly delegate* unmanaged<uint, int> _init = (delegate* unmanaged<uint, int>)Find(library, "cuInit");
    private readonly delegate* unmanaged<int*, int> _driverGetVersion = (delegate* unmanaged<int*, int>)Find(library, "cuDriverGetVersion");
    private readonly delegate* unmanaged<int, byte**, int> _getErrorName = (delegate* unmanaged<int, byte**, int>)Find(library, "cuGetErrorName");
    private readonly delegate* unmanaged<int, byte**, int> _getErrorString = (delegate* unmanaged<int, byte**, int>)Find(library, "cuGetErrorString");

    /// <summary>cuInit: before all else.</summary>
    public void Init() => Check(_init(0), "cuInit");

    /// <summary>cuDriverGetVersion: the CUDA version that the driver supports, 1000 × major + 10 × minor.</summary>
    public int DriverVersion()
    {
        int version;
        Check(_driverGetVersion(&version), "cuDriverGetVersion");
        return version;
    }

    /// <summary>The driver's name for an error.</summary>
    public string ErrorName(int result)
    {
        byte* name;
        return _getErrorName(result, &name) == CudaError.Success ? Marshal.PtrToStringUTF8((nint)name)! : $"CUDA_ERROR_{result}";
    }

    private string ErrorDescription(int result)
    {
        byte* text;
        return _getErrorString(result, &text) == CudaError.Success ? Marshal.PtrToStringUTF8((nint)text)! : "an error that this driver does not describe";
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Check(int result, string call)
    {
        if (result != CudaError.Success)
            Throw(result, call);
    }

    [DoesNotReturn]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Throw(int result, string call, string? detail = null) =>
        throw CudaError.ToException(result, ErrorName(result), ErrorDescription(result), call, detail);

    private static nint Find(INativeLibrary library, string name) => library.Export(name) is not 0 and var address
        ? address
        : throw new EntryPointNotFoundException($"{name} is not in {NativeDriverLibrary.FileName}");
}
