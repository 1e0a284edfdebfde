using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using PluginIr.CpuSimd.Functions;

namespace PluginIr.CpuSimd.Lanes;

/// <summary>16 lanes: AVX-512.</summary>
internal readonly unsafe struct Lanes512(Vector512<float> value) : ILanes<Lanes512>
{
    private readonly Vector512<float> _value = value;

    private Lanes512(Vector512<uint> bits) : this(bits.AsSingle())
    {
    }

    private Vector512<uint> Bits
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _value.AsUInt32();
    }

    private Vector512<int> SignedBits
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _value.AsInt32();
    }

    private Vector256<ushort> LowerHalves
    {
        // Vector256.Narrow takes its halves apart and puts them together again where AVX-512 has one instruction.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Avx512F.IsSupported
            ? Avx512F.ConvertToVector256UInt16(Bits)
            : Vector256.Narrow(Bits.GetLower(), Bits.GetUpper());
    }

    public static int Count => 16;

    public static bool HasManyRegisters
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Avx512F.IsSupported;
    }

    public static bool HasTables
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Avx512F.IsSupported;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Create(float value) => new(Vector512.Create(value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 CreateBits(uint bits) => new(Vector512.Create(bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Load(float* source) => new(Vector512.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Load(ref readonly float source) => new(Vector512.LoadUnsafe(in source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 LoadLowerHalves(ushort* source) => new(Vector512.WidenLower(Vector256.Load(source).ToVector512Unsafe()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(float* target) => _value.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreLowerHalves(ushort* target) => LowerHalves.Store(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreNonTemporal(float* target) => _value.StoreAlignedNonTemporal(target);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void StoreLowestBytes(byte* target)
    {
        Vector128<byte> bytes = Avx512F.IsSupported
            ? Avx512F.ConvertToVector128Byte(Bits)
            : Vector128.Narrow(LowerHalves.GetLower(), LowerHalves.GetUpper());
        bytes.Store(target);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Sum() => Halved().Sum();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> Sums(Lanes512 first, Lanes512 second, Lanes512 third, Lanes512 fourth)
    {
        if (Avx512F.IsSupported)
        {
            // In every four lanes: two of the first vector's and of the second's sums, and so on; then one of each of the four.
            Vector512<double> left = AddPairs(first._value, second._value).AsDouble(), right = AddPairs(third._value, fourth._value).AsDouble();
            Vector512<float> sums = Avx512F.UnpackLow(left, right).AsSingle() + Avx512F.UnpackHigh(left, right).AsSingle();
            Vector256<float> halves = sums.GetLower() + sums.GetUpper();
            return halves.GetLower() + halves.GetUpper();
        }

        return Lanes256.Sums(first.Halved(), second.Halved(), third.Halved(), fourth.Halved());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float Max() => new Lanes256(Vector256.MaxNative(_value.GetLower(), _value.GetUpper())).Max();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int MaxOfBits() => new Lanes256(Vector256.Max(SignedBits.GetLower(), SignedBits.GetUpper()).AsSingle()).MaxOfBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes512 SwapNeighbors() => new(Vector512.Shuffle(_value, Vector512.Create(1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Evens(Lanes512 first, Lanes512 second) =>
        Avx512F.IsSupported
            ? new(Avx512F.PermuteVar16x32x2(first._value, Vector512.Create(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30), second._value))
            : new(Vector512.Narrow(first.Bits.AsUInt64(), second.Bits.AsUInt64()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Odds(Lanes512 first, Lanes512 second) =>
        Avx512F.IsSupported
            ? new(Avx512F.PermuteVar16x32x2(first._value, Vector512.Create(1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31), second._value))
            : new(Vector512.Narrow(first.Bits.AsUInt64() >>> 32, second.Bits.AsUInt64() >>> 32));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator +(Lanes512 left, Lanes512 right) => new(left._value + right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator -(Lanes512 left, Lanes512 right) => new(left._value - right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator *(Lanes512 left, Lanes512 right) => new(left._value * right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator /(Lanes512 left, Lanes512 right) => new(left._value / right._value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 MultiplyAdd(Lanes512 left, Lanes512 right, Lanes512 addend) =>
        new(Vector512.MultiplyAddEstimate(left._value, right._value, addend._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 ScaleByPowerOfTwo(Lanes512 value, Lanes512 n) =>
        Avx512F.IsSupported ? new(Avx512F.Scale(value._value, n._value)) : PowerOfTwo.Scale(value, n);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 LookUp(Lanes512 lower, Lanes512 upper, Lanes512 numbers) =>
        new(Avx512F.PermuteVar16x32x2(lower._value, numbers.SignedBits, upper._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Min(Lanes512 bound, Lanes512 value) => new(Vector512.MinNative(bound._value, value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 Max(Lanes512 bound, Lanes512 value) => new(Vector512.MaxNative(bound._value, value._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 BoundMagnitude(Lanes512 value, Lanes512 bound) =>
        // The control asks for the lesser magnitude, with the first operand's sign.
        Avx512DQ.IsSupported ? new(Avx512DQ.Range(value._value, bound._value, 0b0010)) : Min(bound, Max(Create(0f) - bound, value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator &(Lanes512 left, Lanes512 right) => new(left.Bits & right.Bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator |(Lanes512 left, Lanes512 right) => new(left.Bits | right.Bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator ^(Lanes512 left, Lanes512 right) => new(left.Bits ^ right.Bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 AndEither(Lanes512 left, Lanes512 right, Lanes512 other) =>
        // The control has a bit for each of the eight combinations of the three operands' bits.
        Avx512F.IsSupported ? new(Avx512F.TernaryLogic(left.Bits, right.Bits, other.Bits, 0b1110_0000)) : left & (right | other);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator <<(Lanes512 value, int count) => new(value.Bits << count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator >>(Lanes512 value, int count) => new((value.SignedBits >> count).AsUInt32());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 operator >>>(Lanes512 value, int count) => new(value.Bits >>> count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 AddBits(Lanes512 left, Lanes512 right) => new(left.Bits + right.Bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 SubtractBits(Lanes512 left, Lanes512 right) => new(left.Bits - right.Bits);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 MinBits(Lanes512 left, Lanes512 right) => new(Vector512.Min(left.SignedBits, right.SignedBits).AsUInt32());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 MaxBits(Lanes512 left, Lanes512 right) => new(Vector512.Max(left.SignedBits, right.SignedBits).AsUInt32());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 SelectLess(Lanes512 left, Lanes512 right, Lanes512 yes, Lanes512 no) =>
        new(Vector512.ConditionalSelect(Vector512.LessThan(left.SignedBits, right.SignedBits).AsSingle(), yes._value, no._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 SelectBits(Lanes512 mask, Lanes512 yes, Lanes512 no) =>
        new(Vector512.ConditionalSelect(mask._value, yes._value, no._value));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes512 SelectNaN(Lanes512 value, Lanes512 yes, Lanes512 no) =>
        new(Vector512.ConditionalSelect(Vector512.IsNaN(value._value), yes._value, no._value));

    // Of every four lanes the first and the third, and the second and the fourth: the left vector's and the right one's in turn.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> AddPairs(Vector512<float> left, Vector512<float> right) =>
        Avx512F.UnpackLow(left, right) + Avx512F.UnpackHigh(left, right);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Lanes256 Halved() => new(_value.GetLower() + _value.GetUpper());
}
