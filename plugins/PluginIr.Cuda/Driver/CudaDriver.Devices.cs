using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace PluginIr.Cuda.Driver;

// Devices and their primary contexts, which everything in a process that uses CUDA shares.
internal sealed unsafe partial class CudaDriver
{
    private readonly delegate* unmanaged<int*, int> _deviceGetCount = (delegate* unmanaged<int*, int>)Find(library, "cuDeviceGetCount");
    private readonly delegate* unmanaged<int*, int, int> _deviceGet = (delegate* unmanaged<int*, int, int>)Find(library, "cuDeviceGet");
    private readonly delegate* unmanaged<byte*, int, int, int> _deviceGetName = (delegate* unmanaged<byte*, int, int, int>)Find(library, "cuDeviceGetName");
    private readonly delegate* unmanaged<int*, int, int, int> _deviceGetAttribute = (delegate* unmanaged<int*, int, int, int>)Find(library, "cuDeviceGetAttribute");
    private readonly delegate* unmanaged<nuint*, int, int> _deviceTotalMem = (delegate* unmanaged<nuint*, int, int>)Find(library, "cuDeviceTotalMem_v2");
    private readonly delegate* unmanaged<nint*, int, int> _primaryCtxRetain = (delegate* unmanaged<nint*, int, int>)Find(library, "cuDevicePrimaryCtxRetain");
    private readonly delegate* unmanaged<nint*, int> _ctxGetCurrent = (delegate* unmanaged<nint*, int>)Find(library, "cuCtxGetCurrent");
    private readonly delegate* unmanaged<nint, int> _ctxSetCurrent = (delegate* unmanaged<nint, int>)Find(library, "cuCtxSetCurrent");
    private readonly delegate* unmanaged<int> _ctxSynchronize = (delegate* unmanaged<int>)Find(library, "cuCtxSynchronize");

    /// <summary>cuDeviceGetCount.</summary>
    public int DeviceCount()
    {
        int count;
        Check(_deviceGetCount(&count), "cuDeviceGetCount");
        return count;
    }

    /// <summary>cuDeviceGet: the handle of a device.</summary>
    public int Device(int ordinal)
    {
        int device;
        Check(_deviceGet(&device, ordinal), "cuDeviceGet");
        return device;
    }

    /// <summary>cuDeviceGetName.</summary>
    public string DeviceName(int device)
    {
        byte* name = stackalloc byte[256];
        Check(_deviceGetName(name, 256, device), "cuDeviceGetName");
        return Marshal.PtrToStringUTF8((nint)name)!;
    }

    /// <summary>cuDeviceGetAttribute.</summary>
    public int DeviceAttribute(int device, CudaDeviceAttribute attribute)
    {
        int value;
        Check(_deviceGetAttribute(&value, (int)attribute, device), "cuDeviceGetAttribute");
        return value;
    }

    /// <summary>cuDeviceTotalMem: bytes.</summary>
    public long DeviceTotalMemory(int device)
    {
        nuint bytes;
        Check(_deviceTotalMem(&bytes, device), "cuDeviceTotalMem_v2");
        return (long)bytes;
    }

    /// <summary>cuDevicePrimaryCtxRetain: the device's one context, made when nobody had it.</summary>
    public nint RetainPrimaryContext(int device)
    {
        nint context;
        Check(_primaryCtxRetain(&context, device), "cuDevicePrimaryCtxRetain");
        return context;
    }

    /// <summary>Makes a context current on the calling thread, unless it is.</summary>
    /// <remarks>
    /// The driver is asked each time, some nanoseconds: another generation of the plugin, or another library, may have made another one current on the
    /// thread, and what is kept here would not know.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void MakeCurrent(nint context)
    {
        nint current;
        Check(_ctxGetCurrent(&current), "cuCtxGetCurrent");
        if (current != context)
            Check(_ctxSetCurrent(context), "cuCtxSetCurrent");
    }

    /// <summary>cuCtxSynchronize: waits for everything in the current context.</summary>
    public void SynchronizeContext() => Check(_ctxSynchronize(), "cuCtxSynchronize");
}
