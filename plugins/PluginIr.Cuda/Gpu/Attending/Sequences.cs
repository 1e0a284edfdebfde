using System.Runtime.CompilerServices;
using ILGPU;

namespace PluginIr.Cuda.Gpu.Attending;

/// <summary>How many keys a sequence has.</summary>
internal static class Sequences
{
    /// <summary>Its length, read on the device; one that the op refuses is taken for the nearest that a cache can have, so nothing outside is read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int KeysOf(AttentionArguments<ArrayView<byte>> a, int sequence)
    {
        if (a.HasLengths == 0)
            return a.Capacity;
        long length = a.Lengths.Cast<long>()[sequence];
        return length < 1 ? 1 : (length > a.Capacity ? a.Capacity : (int)length);
    }
}
