namespace PluginIr.CpuSimd.Lanes;

/// <summary>The numbers of <see cref="UpperHalves{TLanes}"/>.</summary>
internal static class UpperHalvesConstants
{
    /// <summary>The upper half, and half of its last place and one less.</summary>
    public const uint Upper = 0xFFFF_0000, Half = 0x8000, LessThanHalf = 0x7FFF;

    /// <summary>All bits but the upper half's last place.</summary>
    public const uint AllButLastPlace = ~0x1_0000u;

    /// <summary>All of them, where the compiler does not know what they are.</summary>
    public static readonly uint[] All = [Half, LessThanHalf, AllButLastPlace, Upper];
}
