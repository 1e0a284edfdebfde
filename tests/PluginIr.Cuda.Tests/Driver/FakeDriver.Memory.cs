using System.Runtime.InteropServices;

namespace PluginIr.Cuda.Tests.Driver;

// Memory, pools and copies.
internal sealed unsafe partial class FakeDriver
{
    private void ExportMemory()
    {
        _exports["cuDeviceGetDefaultMemPool"] = (nint)(delegate* unmanaged<nint*, int, int>)&DefaultPool;
        _exports["cuMemPoolSetAttribute"] = (nint)(delegate* unmanaged<nint, int, ulong*, int>)&PoolSet;
        _exports["cuMemPoolGetAttribute"] = (nint)(delegate* unmanaged<nint, int, ulong*, int>)&PoolGet;
        _exports["cuMemPoolTrimTo"] = (nint)(delegate* unmanaged<nint, nuint, int>)&Trim;
        _exports["cuMemAllocAsync"] = (nint)(delegate* unmanaged<nint*, nuint, nint, int>)&Alloc;
        _exports["cuMemFreeAsync"] = (nint)(delegate* unmanaged<nint, nint, int>)&Free;
        _exports["cuMemHostAlloc"] = (nint)(delegate* unmanaged<nint*, nuint, uint, int>)&HostAlloc;
        _exports["cuMemFreeHost"] = (nint)(delegate* unmanaged<nint, int>)&FreeHost;
        _exports["cuMemcpyHtoDAsync_v2"] = (nint)(delegate* unmanaged<nint, nint, nuint, nint, int>)&HtoD;
        _exports["cuMemcpyDtoHAsync_v2"] = (nint)(delegate* unmanaged<nint, nint, nuint, nint, int>)&DtoH;
        _exports["cuMemcpyDtoDAsync_v2"] = (nint)(delegate* unmanaged<nint, nint, nuint, nint, int>)&DtoD;
        _exports["cuMemsetD8Async"] = (nint)(delegate* unmanaged<nint, byte, nuint, nint, int>)&Set;
    }

    [UnmanagedCallersOnly]
    private static int DefaultPool(nint* pool, int device)
    {
        *pool = 200 + device;
        return Do("cuDeviceGetDefaultMemPool", "");
    }

    [UnmanagedCallersOnly]
    private static int PoolSet(nint pool, int attribute, ulong* value) => Do("cuMemPoolSetAttribute", $"{pool} {attribute} {*value}");

    [UnmanagedCallersOnly]
    private static int PoolGet(nint pool, int attribute, ulong* value)
    {
        *value = attribute == 7 ? s_now.UsedBytes : (ulong)attribute;
        return Do("cuMemPoolGetAttribute", $"{pool} {attribute}");
    }

    [UnmanagedCallersOnly]
    private static int Trim(nint pool, nuint bytes) => Do("cuMemPoolTrimTo", $"{pool} {bytes}");

    [UnmanagedCallersOnly]
    private static int Alloc(nint* address, nuint bytes, nint stream)
    {
        int result = Do("cuMemAllocAsync", $"{bytes} on {stream}");
        if (result == 0)
            *address = (nint)NativeMemory.AlignedAlloc(bytes, 256);
        return result;
    }

    [UnmanagedCallersOnly]
    private static int Free(nint address, nint stream)
    {
        int result = Do("cuMemFreeAsync", $"on {stream}");
        if (result == 0)
            NativeMemory.AlignedFree((void*)address);
        return result;
    }

    [UnmanagedCallersOnly]
    private static int HostAlloc(nint* address, nuint bytes, uint flags)
    {
        int result = Do("cuMemHostAlloc", $"{bytes}");
        if (result == 0)
            *address = (nint)NativeMemory.AlignedAlloc(bytes, 256);
        return result;
    }

    [UnmanagedCallersOnly]
    private static int FreeHost(nint address)
    {
        NativeMemory.AlignedFree((void*)address);
        return Do("cuMemFreeHost", "");
    }

    [UnmanagedCallersOnly]
    private static int HtoD(nint target, nint source, nuint bytes, nint stream)
    {
        if (!s_now.ReadsLater)
            return Copy("cuMemcpyHtoDAsync_v2", target, source, bytes, stream);
        return Do("cuMemcpyHtoDAsync_v2", $"{bytes} on {stream}", () => s_now._queued.Enqueue((0, () => NativeMemory.Copy((void*)source, (void*)target, bytes))));
    }

    [UnmanagedCallersOnly]
    private static int DtoH(nint target, nint source, nuint bytes, nint stream)
    {
        DoQueued(until: null);
        return Copy("cuMemcpyDtoHAsync_v2", target, source, bytes, stream);
    }

    [UnmanagedCallersOnly]
    private static int DtoD(nint target, nint source, nuint bytes, nint stream) => Copy("cuMemcpyDtoDAsync_v2", target, source, bytes, stream);

    // What the device has been asked to copy and has not, up to an event that was recorded in between, or all of it.
    private static void DoQueued(nint? until)
    {
        while (s_now._queued.TryDequeue(out (nint Event, Action Work) next))
        {
            next.Work();
            if (next.Event == until)
                return;
        }
    }

    private static int Copy(string name, nint target, nint source, nuint bytes, nint stream) =>
        Do(name, $"{bytes} on {stream}", () => NativeMemory.Copy((void*)source, (void*)target, bytes));

    [UnmanagedCallersOnly]
    private static int Set(nint target, byte value, nuint bytes, nint stream) =>
        Do("cuMemsetD8Async", $"{bytes} on {stream}", () => NativeMemory.Fill((void*)target, bytes, value));
}
