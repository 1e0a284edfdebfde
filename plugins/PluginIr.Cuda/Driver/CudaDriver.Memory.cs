namespace PluginIr.Cuda.Driver;

// Memory, in a stream's order, from the device's own pool.
internal sealed unsafe partial class CudaDriver
{
    private readonly delegate* unmanaged<nint*, int, int> _getDefaultMemPool = (delegate* unmanaged<nint*, int, int>)Find(library, "cuDeviceGetDefaultMemPool");
    private readonly delegate* unmanaged<nint, int, ulong*, int> _poolSetAttribute = (delegate* unmanaged<nint, int, ulong*, int>)Find(library, "cuMemPoolSetAttribute");
    private readonly delegate* unmanaged<nint, int, ulong*, int> _poolGetAttribute = (delegate* unmanaged<nint, int, ulong*, int>)Find(library, "cuMemPoolGetAttribute");
    private readonly delegate* unmanaged<nint, nuint, int> _poolTrimTo = (delegate* unmanaged<nint, nuint, int>)Find(library, "cuMemPoolTrimTo");
    private readonly delegate* unmanaged<nint*, nuint, nint, int> _allocAsync = (delegate* unmanaged<nint*, nuint, nint, int>)Find(library, "cuMemAllocAsync");
    private readonly delegate* unmanaged<nint, nint, int> _freeAsync = (delegate* unmanaged<nint, nint, int>)Find(library, "cuMemFreeAsync");
    private readonly delegate* unmanaged<nint*, nuint, uint, int> _hostAlloc = (delegate* unmanaged<nint*, nuint, uint, int>)Find(library, "cuMemHostAlloc");
    private readonly delegate* unmanaged<nint, int> _freeHost = (delegate* unmanaged<nint, int>)Find(library, "cuMemFreeHost");
    private readonly delegate* unmanaged<nint, nint, nuint, nint, int> _copyHtoD = (delegate* unmanaged<nint, nint, nuint, nint, int>)Find(library, "cuMemcpyHtoDAsync_v2");
    private readonly delegate* unmanaged<nint, nint, nuint, nint, int> _copyDtoH = (delegate* unmanaged<nint, nint, nuint, nint, int>)Find(library, "cuMemcpyDtoHAsync_v2");
    private readonly delegate* unmanaged<nint, nint, nuint, nint, int> _copyDtoD = (delegate* unmanaged<nint, nint, nuint, nint, int>)Find(library, "cuMemcpyDtoDAsync_v2");
    private readonly delegate* unmanaged<nint, byte, nuint, nint, int> _setD8 = (delegate* unmanaged<nint, byte, nuint, nint, int>)Find(library, "cuMemsetD8Async");

    /// <summary>cuDeviceGetDefaultMemPool: the pool that belongs to the device.</summary>
    public nint DefaultPool(int device)
    {
        nint pool;
        Check(_getDefaultMemPool(&pool, device), "cuDeviceGetDefaultMemPool");
        return pool;
    }

    /// <summary>cuMemPoolSetAttribute.</summary>
    public void SetPoolAttribute(nint pool, CudaPoolAttribute attribute, ulong value) => Check(_poolSetAttribute(pool, (int)attribute, &value), "cuMemPoolSetAttribute");

    /// <summary>cuMemPoolGetAttribute.</summary>
    public ulong PoolAttribute(nint pool, CudaPoolAttribute attribute)
    {
        ulong value;
        Check(_poolGetAttribute(pool, (int)attribute, &value), "cuMemPoolGetAttribute");
        return value;
    }

    /// <summary>cuMemPoolTrimTo: gives unused memory back to the device.</summary>
    public void TrimPool(nint pool, nuint bytesToKeep) => Check(_poolTrimTo(pool, bytesToKeep), "cuMemPoolTrimTo");

    /// <summary>cuMemAllocAsync, with the result left to the caller: that there is no memory may be mended.</summary>
    public int TryAllocate(nuint bytes, nint stream, out nint address)
    {
        nint allocated = 0;
        int result = _allocAsync(&allocated, bytes, stream);
        address = allocated;
        return result;
    }

    /// <summary>cuMemAllocAsync.</summary>
    public nint Allocate(nuint bytes, nint stream)
    {
        Check(TryAllocate(bytes, stream, out nint address), "cuMemAllocAsync");
        return address;
    }

    /// <summary>cuMemFreeAsync.</summary>
    public void Free(nint address, nint stream) => Check(_freeAsync(address, stream), "cuMemFreeAsync");

    /// <summary>cuMemHostAlloc: pinned host memory, for all contexts.</summary>
    public nint AllocateHost(nuint bytes)
    {
        const uint Portable = 1;
        nint address;
        Check(_hostAlloc(&address, bytes, Portable), "cuMemHostAlloc");
        return address;
    }

    /// <summary>cuMemFreeHost.</summary>
    public void FreeHost(nint address) => Check(_freeHost(address), "cuMemFreeHost");

    /// <summary>cuMemcpyHtoDAsync. Pinned memory is read when the stream comes to it, other memory before this returns.</summary>
    public void CopyToDevice(nint target, nint source, nuint bytes, nint stream) => Check(_copyHtoD(target, source, bytes, stream), "cuMemcpyHtoDAsync_v2");

    /// <summary>cuMemcpyDtoHAsync.</summary>
    public void CopyToHost(nint target, nint source, nuint bytes, nint stream) => Check(_copyDtoH(target, source, bytes, stream), "cuMemcpyDtoHAsync_v2");

    /// <summary>cuMemcpyDtoDAsync.</summary>
    public void CopyOnDevice(nint target, nint source, nuint bytes, nint stream) => Check(_copyDtoD(target, source, bytes, stream), "cuMemcpyDtoDAsync_v2");

    /// <summary>cuMemsetD8Async.</summary>
    public void Fill(nint target, byte value, nuint bytes, nint stream) => Check(_setD8(target, value, bytes, stream), "cuMemsetD8Async");
}
