using System.Buffers.Binary;

namespace PluginIr.Models.Safetensors;

/// <summary>A safetensors file, mapped into memory and checked. Tensors are views of the map, not copies.</summary>
/// <remarks>
/// Disposing the file does not take the memory from under its tensors: the map goes when the last of them does. Safe to read from several
/// threads.
/// </remarks>
public sealed unsafe class SafetensorsFile : IDisposable
{
    /// <summary>The longest header that the format allows, in bytes.</summary>
    public const int MaxHeaderBytes = 100_000_000;

    private const int LengthBytes = sizeof(ulong);

    private readonly Tensor _bytes;
    private readonly long _dataStart;
    private readonly SafetensorsHeader _header;

    private SafetensorsFile(string path, Tensor bytes)
    {
        Path = path;
        _bytes = bytes;
        long length = bytes.ElementCount;
        if (length < LengthBytes)
            throw new SafetensorsException(path, $"expected at least {LengthBytes} bytes, the header's length; found {length}.");
        ulong headerBytes = BinaryPrimitives.ReadUInt64LittleEndian(new ReadOnlySpan<byte>((void*)bytes.Address, LengthBytes));
        if (headerBytes > MaxHeaderBytes)
        {
            throw new SafetensorsException(
                path, $"expected a header of at most {MaxHeaderBytes} bytes; found {headerBytes}. Is this a safetensors file?");
        }

        if (headerBytes > (ulong)(length - LengthBytes))
        {
            throw new SafetensorsException(
                path, $"expected a header of {headerBytes} bytes; found {length - LengthBytes} bytes after its length. " +
                "Is the file complete?");
        }

        _dataStart = LengthBytes + (long)headerBytes;
        byte[] json = new ReadOnlySpan<byte>((void*)(bytes.Address + LengthBytes), (int)headerBytes).ToArray();
        _header = SafetensorsHeader.Parse(path, json, length - _dataStart);
    }

    /// <summary>Where the file is.</summary>
    public string Path { get; }

    /// <summary>What the header says of each tensor.</summary>
    public IReadOnlyDictionary<string, SafetensorsEntry> Entries => _header.Entries;

    /// <summary>The strings under <c>__metadata__</c>; empty when there are none.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _header.Metadata;

    /// <summary>Maps a file and checks all of its header against its length.</summary>
    /// <exception cref="SafetensorsException">The file cannot be read, or something in it is wrong; the message says what.</exception>
    public static SafetensorsFile Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Tensor bytes = Map(path);
        try
        {
            return new SafetensorsFile(path, bytes);
        }
        catch
        {
            bytes.Dispose();
            throw;
        }
    }

    /// <summary>One tensor: a view of the file, or a copy where the file has it at an address that its elements cannot be read from.</summary>
    /// <returns>A tensor that the caller disposes.</returns>
    /// <exception cref="SafetensorsException">The file has no such tensor, or its dtype or rank has no counterpart here.</exception>
    /// <exception cref="ObjectDisposedException">The file was disposed.</exception>
    public Tensor Get(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!Entries.TryGetValue(name, out SafetensorsEntry? entry))
            throw new SafetensorsException(Path, $"tensor '{name}': expected it among the file's {Entries.Count}; found no such name.");
        if (entry.Spec is not { } spec)
        {
            throw new SafetensorsException(
                Path, $"tensor '{name}': expected a dtype of {SafetensorsDType.Known} and at most {TensorSpec.MaxRank} dimensions; " +
                $"found {entry.DTypeName} {TensorSpec.Describe([.. entry.Shape])}.");
        }

        long offset = _dataStart + entry.Begin;
        int size = spec.DType.Size();
        if (offset % size == 0)
            return _bytes.AsStrided(spec, offset / size);

        using Tensor unaligned = _bytes.Slice(0, offset, spec.ByteCount);
        Tensor copy = Tensor.Empty(spec);
        Buffer.MemoryCopy((void*)unaligned.Address, (void*)copy.Address, spec.ByteCount, spec.ByteCount);
        return copy;
    }

    /// <summary>Gives the map back once no tensor looks at it any more.</summary>
    public void Dispose() => _bytes.Dispose();

    private static Tensor Map(string path)
    {
        if (Directory.Exists(path))
            throw new SafetensorsException(path, "is a folder; expected a safetensors file.");
        try
        {
            using FileStream stream = File.OpenRead(path);
            return stream.Length > 0
                ? MappedFile.Map(stream)
                : throw new SafetensorsException(path, $"expected at least {LengthBytes} bytes, the header's length; found an empty file.");
        }
        catch (Exception e) when (e is IOException and not SafetensorsException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new SafetensorsException(path, $"cannot be read: {e.Message}", e);
        }
    }
}
