using System.Runtime.CompilerServices;

namespace PluginIr.Cli.Benchmarks.Ops;

/// <summary>Elements one at a time, for plain loops.</summary>
internal static class Scalar
{
    /// <summary>An element as a float32.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static float Of<T>(T value) where T : unmanaged =>
        typeof(T) == typeof(float) ? Unsafe.BitCast<T, float>(value)
        : typeof(T) == typeof(Half) ? (float)Unsafe.BitCast<T, Half>(value)
        : (float)Unsafe.BitCast<T, BFloat16>(value);

    /// <summary>A float32 as an element.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T To<T>(float value) where T : unmanaged =>
        typeof(T) == typeof(float) ? Unsafe.BitCast<float, T>(value)
        : typeof(T) == typeof(Half) ? Unsafe.BitCast<Half, T>((Half)value)
        : Unsafe.BitCast<BFloat16, T>((BFloat16)value);
}
