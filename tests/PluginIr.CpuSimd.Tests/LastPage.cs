using System.Runtime.InteropServices;

namespace PluginIr.CpuSimd.Tests;

/// <summary>Memory that ends where the process has none: reading or writing past it ends the process. Of Linux.</summary>
internal static partial class LastPage
{
    private const int ReadAndWrite = 3, Nothing = 0, PrivateAndAnonymous = 0x22;

    /// <summary>A copy of a tensor whose last element is its memory's last.</summary>
    public static Copy CopyOf(Tensor tensor)
    {
        nint page = Environment.SystemPageSize, bytes = (nint)tensor.Spec.ByteCount;
        nint mapped = (((bytes + page - 1) / page) + 1) * page, start = Map(0, mapped, ReadAndWrite, PrivateAndAnonymous, -1, 0);
        if (start == -1 || Protect(start + mapped - page, page, Nothing) != 0)
            throw new InvalidOperationException($"The system maps no {mapped} bytes: error {Marshal.GetLastPInvokeError()}.");
        var buffer = new TensorBuffer(Device.Cpu, start + mapped - page - bytes, (nuint)bytes, owner: null);
        var copy = new Copy(new Tensor(tensor.Spec, buffer), start, mapped);
        tensor.AsBytes().CopyTo(copy.Tensor.AsBytes());
        return copy;
    }

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint Map(nint address, nint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    private static partial int Protect(nint address, nint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(nint address, nint length);

    /// <summary>The copy, and the memory that goes with it.</summary>
    internal sealed class Copy(Tensor tensor, nint start, nint bytes) : IDisposable
    {
        public Tensor Tensor { get; } = tensor;

        public void Dispose()
        {
            Tensor.Dispose();
            _ = Unmap(start, bytes);
        }
    }
}
