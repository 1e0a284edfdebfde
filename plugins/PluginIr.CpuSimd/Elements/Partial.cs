using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Elements;

/// <summary>Reads and writes fewer elements than a vector has lanes: the end of a row. Touches no memory past the end.</summary>
/// <remarks>
/// <para>Out of line, as the padded copies need a stack frame that the loops should not have.</para>
/// <para>Copied with masks where the processor has them: what is written in smaller pieces than it is read the processor waits for, and with the calls
/// to clear and to copy memory a row's end took as long as 20 whole vectors.</para>
/// </remarks>
internal static unsafe class Partial
{
    /// <summary>How many bytes are read with one mask: room for one vector of any width.</summary>
    public const int Block = 64;

    /// <summary>How many bytes are written with one: what is written has been so in pieces as small as this.</summary>
    private const int HalfBlock = 32;

    /// <summary>Reads <paramref name="count"/> elements; the lanes past them are zero.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static TLanes Load<TElement, TLanes>(TElement* source, int count)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        if (IsMasked<TElement, TLanes>())
            return Unsafe.BitCast<Vector512<byte>, TLanes>(Avx512BW.MaskLoad((byte*)source, First(count * sizeof(TElement)), Vector512<byte>.Zero));
        byte* memory = stackalloc byte[2 * Block], padded = Aligned(memory);
        Pad(source, count, (TElement*)padded, Block / sizeof(TElement));
        return TElement.Load<TLanes>((TElement*)padded);
    }

    /// <summary>Copies <paramref name="count"/> elements and zeros after them, <paramref name="room"/> in all.</summary>
    public static void Pad<TElement>(TElement* source, int count, TElement* padded, int room) where TElement : unmanaged
    {
        nint bytes = (nint)count * sizeof(TElement), roomBytes = (nint)room * sizeof(TElement);
        if (Avx512BW.IsSupported && roomBytes % Block == 0)
        {
            for (nint i = 0; i < roomBytes; i += Block)
                Avx512BW.MaskLoad((byte*)source + i, First(bytes - i), Vector512<byte>.Zero).Store((byte*)padded + i);
        }
        else
        {
            new Span<TElement>(padded, room).Clear(); // All bits zero is 0 in every dtype.
            new ReadOnlySpan<TElement>(source, count).CopyTo(new Span<TElement>(padded, count));
        }
    }

    /// <summary>Copies the first <paramref name="count"/> elements of whole vectors to where a row ends.</summary>
    /// <param name="padded">The vectors: a multiple of 32 bytes.</param>
    /// <param name="count">How many elements are copied.</param>
    /// <param name="target">Where they go.</param>
    public static void Unpad<TElement>(TElement* padded, int count, TElement* target) where TElement : unmanaged
    {
        nint bytes = (nint)count * sizeof(TElement);
        if (Avx512BW.VL.IsSupported)
        {
            for (nint i = 0; i < bytes; i += HalfBlock)
                Avx512BW.VL.MaskStore((byte*)target + i, First(bytes - i).GetLower(), Vector256.Load((byte*)padded + i));
        }
        else
        {
            new ReadOnlySpan<TElement>(padded, count).CopyTo(new Span<TElement>(target, count));
        }
    }

    /// <summary>Rounds the first <paramref name="count"/> lanes and writes them.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Store<TElement, TLanes>(TLanes values, TElement* target, int count)
        where TElement : unmanaged, IElement<TElement>
        where TLanes : struct, ILanes<TLanes>
    {
        if (IsMasked<TElement, TLanes>())
        {
            Avx512BW.MaskStore((byte*)target, First(count * sizeof(TElement)), Unsafe.BitCast<TLanes, Vector512<byte>>(values));
            return;
        }

        byte* memory = stackalloc byte[2 * Block], padded = Aligned(memory);
        TElement.Store(values, (TElement*)padded);
        Unpad((TElement*)padded, count, target);
    }

    // Whether a vector is what is stored, and a mask takes part of it.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsMasked<TElement, TLanes>() where TElement : unmanaged where TLanes : struct =>
        typeof(TElement) == typeof(Float32Element) && typeof(TLanes) == typeof(Lanes512) && Avx512BW.IsSupported;

    // A vector that lies in two lines is written in two pieces.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte* Aligned(byte* memory) => (byte*)((nint)(memory + Block - 1) & -Block);

    // A mask of the first bytes of a block: none where there are less than one, all where there are more than a block has.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> First(nint bytes) =>
        Vector512.LessThan(Vector512<byte>.Indices, Vector512.Create((byte)Math.Clamp(bytes, 0, Block)));
}
