using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PluginIr.CpuSimd.Lanes;

/// <summary>4 lanes: SSE and NEON.</summary>
internal readonly unsafe struct Lanes128(Vector128<float> value) : ILanes<Lanes128>
{
    private readonly Vector128<float> _value = value;

    private Lanes128(Vector128<uint> bits) : this(bits.AsSingle())
    {
    }

    private Vector128<uint> Bits
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _value.AsUInt32();
    }

    private Vector128<int> SignedBits
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _value.AsInt32();
    }

    public static int Count => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Create(float value) => new(Vector128.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 CreateBits(uint bits) => new(Vector128.Create(bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Load(float* source) => new(Vector128.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 LoadLowerHalves(ushort* source) => new(Vector128.WidenLower(Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(source)).AsUInt16()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* target) => _value.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreLowerHalves(ushort* target) => Unsafe.WriteUnaligned(target, Vector128.Narrow(Bits, Bits).AsUInt64().ToScalar());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreNonTemporal(float* target) => _value.StoreAlignedNonTemporal(target);

    // Half a vector is too short for the instruction.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreLowerHalvesNonTemporal(ushort* target) => StoreLowerHalves(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreLowestBytes(byte* target)
    {
        Vector128<ushort> halves = Vector128.Narrow(Bits, Bits);
        Unsafe.WriteUnaligned(target, Vector128.Narrow(halves, halves).AsUInt32().ToScalar());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Sum() => Vector128.Sum(_value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Max()
    {
        Vector128<float> pairs = Vector128.MaxNative(_value, Vector128.Shuffle(_value, Vector128.Create(2, 3, 0, 1)));
        return Vector128.MaxNative(pairs, Vector128.Shuffle(pairs, Vector128.Create(1, 0, 3, 2))).ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int MaxOfBits()
    {
        Vector128<int> pairs = Vector128.Max(SignedBits, Vector128.Shuffle(SignedBits, Vector128.Create(2, 3, 0, 1)));
        return Vector128.Max(pairs, Vector128.Shuffle(pairs, Vector128.Create(1, 0, 3, 2))).ToScalar();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes128 SwapNeighbors() => new(Vector128.Shuffle(_value, Vector128.Create(1, 0, 3, 2)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator +(Lanes128 left, Lanes128 right) => new(left._value + right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator -(Lanes128 left, Lanes128 right) => new(left._value - right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator *(Lanes128 left, Lanes128 right) => new(left._value * right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator /(Lanes128 left, Lanes128 right) => new(left._value / right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 MultiplyAdd(Lanes128 left, Lanes128 right, Lanes128 addend) =>
        new(Vector128.MultiplyAddEstimate(left._value, right._value, addend._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Min(Lanes128 bound, Lanes128 value) => new(Vector128.MinNative(bound._value, value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Max(Lanes128 bound, Lanes128 value) => new(Vector128.MaxNative(bound._value, value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator &(Lanes128 left, Lanes128 right) => new(left._value & right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator |(Lanes128 left, Lanes128 right) => new(left._value | right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator <<(Lanes128 value, int count) => new(value.Bits << count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 operator >>>(Lanes128 value, int count) => new(value.Bits >>> count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 AddBits(Lanes128 left, Lanes128 right) => new(left.Bits + right.Bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 SubtractBits(Lanes128 left, Lanes128 right) => new(left.Bits - right.Bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 MinBits(Lanes128 left, Lanes128 right) => new(Vector128.Min(left.SignedBits, right.SignedBits).AsUInt32());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 MaxBits(Lanes128 left, Lanes128 right) => new(Vector128.Max(left.SignedBits, right.SignedBits).AsUInt32());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 SelectLess(Lanes128 left, Lanes128 right, Lanes128 yes, Lanes128 no) =>
        new(Vector128.ConditionalSelect(Vector128.LessThan(left.SignedBits, right.SignedBits).AsSingle(), yes._value, no._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 SelectNaN(Lanes128 value, Lanes128 yes, Lanes128 no) =>
        new(Vector128.ConditionalSelect(Vector128.IsNaN(value._value), yes._value, no._value));
}
