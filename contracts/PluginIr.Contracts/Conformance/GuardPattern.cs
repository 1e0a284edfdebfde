namespace PluginIr.Conformance;

/// <summary>What memory holds that no kernel may write, or has yet to.</summary>
/// <remarks>
/// Bytes without a period that a vector has, so that no constant passes for them; and their complement, so that a kernel that happens
/// to write the very byte that was there is found in the second run.
/// </remarks>
internal static class GuardPattern
{
    private static readonly byte[] s_bytes = Make();

    /// <summary>Fills memory.</summary>
    /// <param name="memory">The memory.</param>
    /// <param name="isComplement">True for the second pattern.</param>
    public static void Fill(Span<byte> memory, bool isComplement)
    {
        for (int at = 0; at < memory.Length; at += s_bytes.Length)
        {
            Span<byte> part = memory[at..Math.Min(memory.Length, at + s_bytes.Length)];
            s_bytes.AsSpan(0, part.Length).CopyTo(part);
        }

        if (isComplement)
        {
            foreach (ref byte value in memory)
                value = (byte)~value;
        }
    }

    private static byte[] Make()
    {
        byte[] bytes = new byte[4099];
        new Random(1).NextBytes(bytes);
        return bytes;
    }
}
