using System.Runtime.InteropServices;

namespace PluginIr.Cuda.Driver;

/// <summary>The driver that is installed. It stays loaded: the process's contexts are its.</summary>
internal sealed class NativeDriverLibrary : INativeLibrary
{
    private readonly nint _handle;

    private NativeDriverLibrary(nint handle) => _handle = handle;

    /// <summary>The file that the driver's installation puts where libraries are looked for.</summary>
    public static string FileName => OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1";

    /// <summary>Loads it; null when it is not installed.</summary>
    public static NativeDriverLibrary? TryLoad() => NativeLibrary.TryLoad(FileName, out nint handle) ? new NativeDriverLibrary(handle) : null;

    /// <inheritdoc/>
    public nint Export(string name) => NativeLibrary.TryGetExport(_handle, name, out nint address) ? address : 0;
}
