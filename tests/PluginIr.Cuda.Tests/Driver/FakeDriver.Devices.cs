using System.Runtime.InteropServices;

namespace PluginIr.Cuda.Tests.Driver;

// Devices and contexts.
internal sealed unsafe partial class FakeDriver
{
    private void ExportDevices()
    {
        _exports["cuDeviceGetCount"] = (nint)(delegate* unmanaged<int*, int>)&Count;
        _exports["cuDeviceGet"] = (nint)(delegate* unmanaged<int*, int, int>)&DeviceGet;
        _exports["cuDeviceGetName"] = (nint)(delegate* unmanaged<byte*, int, int, int>)&DeviceName;
        _exports["cuDeviceGetAttribute"] = (nint)(delegate* unmanaged<int*, int, int, int>)&Attribute;
        _exports["cuDeviceTotalMem_v2"] = (nint)(delegate* unmanaged<nuint*, int, int>)&TotalMem;
        _exports["cuDevicePrimaryCtxRetain"] = (nint)(delegate* unmanaged<nint*, int, int>)&Retain;
        _exports["cuCtxGetCurrent"] = (nint)(delegate* unmanaged<nint*, int>)&GetCurrent;
        _exports["cuCtxSetCurrent"] = (nint)(delegate* unmanaged<nint, int>)&SetCurrent;
        _exports["cuCtxSynchronize"] = (nint)(delegate* unmanaged<int>)&CtxSynchronize;
    }

    [UnmanagedCallersOnly]
    private static int Count(int* count)
    {
        *count = s_now.DeviceCount;
        return Do("cuDeviceGetCount", "");
    }

    [UnmanagedCallersOnly]
    private static int DeviceGet(int* device, int ordinal)
    {
        *device = ordinal;
        return Do("cuDeviceGet", "");
    }

    [UnmanagedCallersOnly]
    private static int DeviceName(byte* name, int length, int device)
    {
        "Fake GPU\0"u8.CopyTo(new Span<byte>(name, length));
        return Do("cuDeviceGetName", "");
    }

    [UnmanagedCallersOnly]
    private static int Attribute(int* value, int attribute, int device)
    {
        *value = attribute switch { 75 => s_now.Capabilities[device] / 10, 76 => s_now.Capabilities[device] % 10, 115 => 1, _ => 132 };
        return Do("cuDeviceGetAttribute", "");
    }

    [UnmanagedCallersOnly]
    private static int TotalMem(nuint* bytes, int device)
    {
        *bytes = 1 << 30;
        return Do("cuDeviceTotalMem_v2", "");
    }

    [UnmanagedCallersOnly]
    private static int Retain(nint* context, int device)
    {
        *context = 100 + device;
        return Do("cuDevicePrimaryCtxRetain", $"{device}");
    }

    [UnmanagedCallersOnly]
    private static int GetCurrent(nint* context)
    {
        *context = t_context;
        return s_now.Errors.GetValueOrDefault("cuCtxGetCurrent");
    }

    [UnmanagedCallersOnly]
    private static int SetCurrent(nint context) => Do("cuCtxSetCurrent", $"{context}", () => t_context = context);

    [UnmanagedCallersOnly]
    private static int CtxSynchronize() => Do("cuCtxSynchronize", $"{t_context}");
}
