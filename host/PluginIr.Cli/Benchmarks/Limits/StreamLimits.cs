using System.Runtime.InteropServices;

namespace PluginIr.Cli.Benchmarks.Limits;

/// <summary>Moves a number of bytes as fast as the machine can: what kernels are compared with.</summary>
/// <remarks>
/// The bytes are those of a case, all of them counted, so that they lie in the same cache. Chunks are shared among the same workers as a
/// kernel's. Vectors are of 512 bits; where the processor has none, the JIT makes two or four of them.
/// </remarks>
internal sealed unsafe class StreamLimits : IDisposable
{
    /// <summary>Bytes of a cache line, in which the bodies count.</summary>
    public const int Line = 64;

    private const nint GrainLines = 128 * 1024 / Line;
    private const nint MostChunks = 64;
    private const int Gap = 17 * Line; // see OpWork.Stagger

    private readonly KernelContext _context;
    private readonly byte* _memory;
    private readonly nint _lines;

    /// <summary>Takes memory.</summary>
    /// <param name="bytes">How many bytes are moved in all.</param>
    /// <param name="workers">The threads.</param>
    public StreamLimits(long bytes, WorkerPool? workers)
    {
        _lines = (nint)Math.Max(1, bytes / (2 * Line));
        nuint size = (nuint)((2 * _lines * Line) + (4 * Gap));
        _memory = (byte*)NativeMemory.AlignedAlloc(size, Line);
        NativeMemory.Fill(_memory, size, 1);
        _context = new KernelContext { Workers = workers };
    }

    /// <summary>The bytes that one run of anything here reads and writes.</summary>
    public long Bytes => 2 * _lines * Line;

    private byte* Second => _memory + (_lines * Line) + Gap;

    /// <summary>Reads half of them and writes half.</summary>
    public void Copy() => _context.ParallelFor(_lines, Grain(_lines), new CopyBody(_memory, Second));

    /// <summary>The same past the caches.</summary>
    public void NonTemporalCopy() => _context.ParallelFor(_lines, Grain(_lines), new NonTemporalCopyBody(_memory, Second));

    /// <summary>Reads them all.</summary>
    public void Read() => _context.ParallelFor(2 * _lines, Grain(2 * _lines), new ReadBody(_memory, (long*)(Second + (_lines * Line) + Gap)));

    /// <summary>Reads two thirds and writes one.</summary>
    public void Triad()
    {
        nint third = 2 * _lines / 3;
        _context.ParallelFor(third, Grain(third), new TriadBody(_memory, _memory + (third * Line) + Gap, _memory + (2 * ((third * Line) + Gap))));
    }

    /// <inheritdoc/>
    public void Dispose() => NativeMemory.AlignedFree(_memory);

    // Chunks as small as a kernel's, or a part of the whole when that is larger.
    private static nint Grain(nint lines) => Math.Max(GrainLines, lines / MostChunks);
}
