using System.Runtime.CompilerServices;

namespace PluginIr.Cuda.Gpu;

/// <summary>16 bytes that are loaded or stored by one instruction, <c>ld.global.v4</c>. The address is a multiple of 16.</summary>
internal struct Quad
{
    public uint A, B, C, D;

    /// <summary>The bytes where the condition holds, a word four times elsewhere: selected, not branched on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Quad If(bool condition, Quad x, uint otherwise) => new()
    {
        A = condition ? x.A : otherwise,
        B = condition ? x.B : otherwise,
        C = condition ? x.C : otherwise,
        D = condition ? x.D : otherwise,
    };
}
