namespace PluginIr;

// One element of each dtype that is not float32 itself.
public static partial class ElementConversion
{
    private interface IElement<T>
    {
        static abstract float Widen(T element);

        static abstract T Narrow(float value);
    }

    // Integers are narrowed to nearest even and saturate; a NaN becomes 0, as C#'s conversions to int and long have it.
    private readonly struct Int8Element : IElement<sbyte>
    {
        public static float Widen(sbyte element) => element;

        public static sbyte Narrow(float value) => (sbyte)Math.Clamp((int)MathF.Round(value), sbyte.MinValue, sbyte.MaxValue);
    }

    private readonly struct UInt8Element : IElement<byte>
    {
        public static float Widen(byte element) => element;

        public static byte Narrow(float value) => (byte)Math.Clamp((int)MathF.Round(value), byte.MinValue, byte.MaxValue);
    }

    private readonly struct Int32Element : IElement<int>
    {
        public static float Widen(int element) => element;

        public static int Narrow(float value) => (int)MathF.Round(value);
    }

    private readonly struct Int64Element : IElement<long>
    {
        public static float Widen(long element) => element;

        public static long Narrow(float value) => (long)MathF.Round(value);
    }

    private readonly struct BoolElement : IElement<bool>
    {
        public static float Widen(bool element) => element ? 1 : 0;

        // NaN is not 0, and so true, as in PyTorch.
        public static bool Narrow(float value) => value != 0;
    }

    private readonly struct HalfElement : IElement<Half>
    {
        public static float Widen(Half element) => (float)element;

        public static Half Narrow(float value) => (Half)value;
    }

    private readonly struct BFloat16Element : IElement<BFloat16>
    {
        public static float Widen(BFloat16 element) => (float)element;

        public static BFloat16 Narrow(float value) => (BFloat16)value;
    }

    private readonly struct Float8E4M3FNElement : IElement<Float8E4M3FN>
    {
        public static float Widen(Float8E4M3FN element) => (float)element;

        public static Float8E4M3FN Narrow(float value) => (Float8E4M3FN)value;
    }

    private readonly struct Float8E5M2Element : IElement<Float8E5M2>
    {
        public static float Widen(Float8E5M2 element) => (float)element;

        public static Float8E5M2 Narrow(float value) => (Float8E5M2)value;
    }
}
