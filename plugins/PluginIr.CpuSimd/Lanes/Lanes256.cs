using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using PluginIr.CpuSimd.Functions;

namespace PluginIr.CpuSimd.Lanes;

/// <summary>8 lanes: AVX2.</summary>
internal readonly unsafe struct Lanes256(Vector256<float> value) : ILanes<Lanes256>
{
    private readonly Vector256<float> _value = value;

    private Lanes256(Vector256<uint> bits) : this(bits.AsSingle())
    {
    }

    private Vector256<uint> Bits
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _value.AsUInt32();
    }

    private Vector256<int> SignedBits
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _value.AsInt32();
    }

    public static int Count => 8;

    public static bool HasManyRegisters
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Avx512F.VL.IsSupported || AdvSimd.IsSupported;
    }

    public static bool HasTables
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Create(float value) => new(Vector256.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 CreateBits(uint bits) => new(Vector256.Create(bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Load(float* source) => new(Vector256.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Load(ref readonly float source) => new(Vector256.LoadUnsafe(in source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 LoadLowerHalves(ushort* source) => new(Vector256.WidenLower(Vector128.Load(source).ToVector256Unsafe()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* target) => _value.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreLowerHalves(ushort* target) => Vector128.Narrow(Bits.GetLower(), Bits.GetUpper()).Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreNonTemporal(float* target) => _value.StoreAlignedNonTemporal(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreLowestBytes(byte* target)
    {
        Vector128<ushort> halves = Vector128.Narrow(Bits.GetLower(), Bits.GetUpper());
        Unsafe.WriteUnaligned(target, Vector128.Narrow(halves, halves).AsUInt64().ToScalar());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Sum() => Vector128.Sum(_value.GetLower() + _value.GetUpper());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Sums(Lanes256 first, Lanes256 second, Lanes256 third, Lanes256 fourth) => Lanes128.Sums(
        new Lanes128(first._value.GetLower() + first._value.GetUpper()), new Lanes128(second._value.GetLower() + second._value.GetUpper()),
        new Lanes128(third._value.GetLower() + third._value.GetUpper()), new Lanes128(fourth._value.GetLower() + fourth._value.GetUpper()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Max() => new Lanes128(Vector128.MaxNative(_value.GetLower(), _value.GetUpper())).Max();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int MaxOfBits() => new Lanes128(Vector128.Max(SignedBits.GetLower(), SignedBits.GetUpper()).AsSingle()).MaxOfBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes256 SwapNeighbors() => new(Vector256.Shuffle(_value, Vector256.Create(1, 0, 3, 2, 5, 4, 7, 6)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Evens(Lanes256 first, Lanes256 second) =>
        new(Vector256.Narrow(first.Bits.AsUInt64(), second.Bits.AsUInt64()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Odds(Lanes256 first, Lanes256 second) =>
        new(Vector256.Narrow(first.Bits.AsUInt64() >>> 32, second.Bits.AsUInt64() >>> 32));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator +(Lanes256 left, Lanes256 right) => new(left._value + right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator -(Lanes256 left, Lanes256 right) => new(left._value - right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator *(Lanes256 left, Lanes256 right) => new(left._value * right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator /(Lanes256 left, Lanes256 right) => new(left._value / right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 MultiplyAdd(Lanes256 left, Lanes256 right, Lanes256 addend) =>
        new(Vector256.MultiplyAddEstimate(left._value, right._value, addend._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 ScaleByPowerOfTwo(Lanes256 value, Lanes256 n) => PowerOfTwo.Scale(value, n);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 LookUp(Lanes256 lower, Lanes256 upper, Lanes256 numbers) => throw new UnreachableException();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Min(Lanes256 bound, Lanes256 value) => new(Vector256.MinNative(bound._value, value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 Max(Lanes256 bound, Lanes256 value) => new(Vector256.MaxNative(bound._value, value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 BoundMagnitude(Lanes256 value, Lanes256 bound) =>
        // The control asks for the lesser magnitude, with the first operand's sign.
        Avx512DQ.VL.IsSupported ? new(Avx512DQ.VL.Range(value._value, bound._value, 0b0010)) : Min(bound, Max(Create(0f) - bound, value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator &(Lanes256 left, Lanes256 right) => new(left._value & right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator |(Lanes256 left, Lanes256 right) => new(left._value | right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator ^(Lanes256 left, Lanes256 right) => new(left._value ^ right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 AndEither(Lanes256 left, Lanes256 right, Lanes256 other) => left & (right | other);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator <<(Lanes256 value, int count) => new(value.Bits << count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator >>(Lanes256 value, int count) => new((value.SignedBits >> count).AsUInt32());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 operator >>>(Lanes256 value, int count) => new(value.Bits >>> count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 AddBits(Lanes256 left, Lanes256 right) => new(left.Bits + right.Bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 SubtractBits(Lanes256 left, Lanes256 right) => new(left.Bits - right.Bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 MinBits(Lanes256 left, Lanes256 right) => new(Vector256.Min(left.SignedBits, right.SignedBits).AsUInt32());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 MaxBits(Lanes256 left, Lanes256 right) => new(Vector256.Max(left.SignedBits, right.SignedBits).AsUInt32());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 SelectLess(Lanes256 left, Lanes256 right, Lanes256 yes, Lanes256 no) =>
        new(Vector256.ConditionalSelect(Vector256.LessThan(left.SignedBits, right.SignedBits).AsSingle(), yes._value, no._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 SelectBits(Lanes256 mask, Lanes256 yes, Lanes256 no) =>
        new(Vector256.ConditionalSelect(mask._value, yes._value, no._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes256 SelectNaN(Lanes256 value, Lanes256 yes, Lanes256 no) =>
        new(Vector256.ConditionalSelect(Vector256.IsNaN(value._value), yes._value, no._value));
}
