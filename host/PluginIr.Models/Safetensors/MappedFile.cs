using System.IO.MemoryMappedFiles;

namespace PluginIr.Models.Safetensors;

/// <summary>A file in memory. Being its tensors' <see cref="BufferOwner"/>, it is unmapped with the last of them.</summary>
/// <remarks>
/// Mapped copy-on-write: a kernel that wrongly writes to a weight spoils a private page, where a read-only map would end the process.
/// The file must keep its length while it is mapped; a file that is cut short afterwards ends the process when the lost part is read.
/// </remarks>
internal sealed class MappedFile : BufferOwner
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    private MappedFile(MemoryMappedFile file, MemoryMappedViewAccessor view)
    {
        _file = file;
        _view = view;
    }

    /// <summary>Maps a whole file.</summary>
    /// <param name="stream">The file, opened for reading; not empty. Stays the caller's to dispose.</param>
    /// <returns>The file's bytes; disposing the tensor gives its count of them back.</returns>
    /// <exception cref="IOException">The system cannot map it.</exception>
    public static Tensor Map(FileStream stream)
    {
        long length = stream.Length;
        MemoryMappedFile file = MemoryMappedFile.CreateFromFile(
            stream, mapName: null, capacity: 0, MemoryMappedFileAccess.CopyOnWrite, HandleInheritability.None, leaveOpen: true);
        MemoryMappedViewAccessor view;
        try
        {
            view = file.CreateViewAccessor(0, length, MemoryMappedFileAccess.CopyOnWrite);
        }
        catch
        {
            file.Dispose();
            throw;
        }

        nint address = view.SafeMemoryMappedViewHandle.DangerousGetHandle() + (nint)view.PointerOffset;
        var buffer = new TensorBuffer(Device.Cpu, address, (nuint)length, new MappedFile(file, view));
        return new Tensor(new TensorSpec(DType.UInt8, length), buffer);
    }

    /// <inheritdoc/>
    public override void Free(Device device, nint address, nuint byteCount)
    {
        _view.Dispose();
        _file.Dispose();
    }
}
