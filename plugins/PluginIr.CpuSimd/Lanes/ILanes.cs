using System.Runtime.Intrinsics;

namespace PluginIr.CpuSimd.Lanes;

/// <summary>A vector register full of float32, and of their bits: what a kernel is written in, whatever the processor's width.</summary>
/// <remarks>
/// The implementations wrap Vector128, Vector256 and Vector512, whose operations the JIT compiles for AVX-512, AVX2, SSE and NEON
/// alike. Every member is one or two instructions and is always inlined. The names that end in Bits see a lane as an integer.
/// </remarks>
/// <typeparam name="TSelf">The implementing type.</typeparam>
internal unsafe interface ILanes<TSelf> where TSelf : struct, ILanes<TSelf>
{
    /// <summary>How many lanes.</summary>
    static abstract int Count { get; }

    /// <summary>True when the processor has 32 registers of this width; false for 16. A constant to the JIT.</summary>
    static abstract bool HasManyRegisters { get; }

    /// <summary>True when the 32 lanes of two vectors are a table that lanes look up with one instruction. A constant to the JIT.</summary>
    static abstract bool HasTables { get; }

    /// <summary>The same value in every lane.</summary>
    static abstract TSelf Create(float value);

    /// <summary>The same bits in every lane.</summary>
    static abstract TSelf CreateBits(uint bits);

    /// <summary>Reads <see cref="Count"/> float32 from any address.</summary>
    static abstract TSelf Load(float* source);

    /// <summary>The same, where addresses may change: in an array.</summary>
    static abstract TSelf Load(ref readonly float source);

    /// <summary>Reads <see cref="Count"/> 16-bit integers from any address, each into the lower half of its lane's bits.</summary>
    static abstract TSelf LoadLowerHalves(ushort* source);

    /// <summary>Writes <see cref="Count"/> float32 to any address.</summary>
    void Store(float* target);

    /// <summary>Writes the lower half of each lane's bits to any address, whatever is in the upper ones.</summary>
    void StoreLowerHalves(ushort* target);

    /// <summary>
    /// Writes <see cref="Count"/> float32 past the caches, where the processor can. The address must be a multiple of the vector's bytes.
    /// </summary>
    void StoreNonTemporal(float* target);

    /// <summary>Writes the lowest byte of each lane's bits to any address. The other bytes must be zero.</summary>
    void StoreLowestBytes(byte* target);

    /// <summary>The lanes' sum, added up in an order that depends on nothing but <see cref="Count"/>.</summary>
    float Sum();

    /// <summary>The sums of four vectors' lanes, each added up in an order that depends on nothing but <see cref="Count"/>.</summary>
    static abstract Vector128<float> Sums(TSelf first, TSelf second, TSelf third, TSelf fourth);

    /// <summary>The greatest lane. Which lane, when one is a NaN, is the processor's choice.</summary>
    float Max();

    /// <summary>The greatest of the lanes' bits as signed integers.</summary>
    int MaxOfBits();

    /// <summary>Lanes 0 and 1 exchanged, 2 and 3, and so on.</summary>
    TSelf SwapNeighbors();

    /// <summary>Lanes 0, 2, 4 and so on of two vectors, those of the first before those of the second.</summary>
    static abstract TSelf Evens(TSelf first, TSelf second);

    /// <summary>Lanes 1, 3, 5 and so on of two vectors, those of the first before those of the second.</summary>
    static abstract TSelf Odds(TSelf first, TSelf second);

    /// <summary>The sum, lane by lane.</summary>
    static abstract TSelf operator +(TSelf left, TSelf right);

    /// <summary>The difference, lane by lane.</summary>
    static abstract TSelf operator -(TSelf left, TSelf right);

    /// <summary>The product, lane by lane.</summary>
    static abstract TSelf operator *(TSelf left, TSelf right);

    /// <summary>The quotient, lane by lane.</summary>
    static abstract TSelf operator /(TSelf left, TSelf right);

    /// <summary>
    /// <c>left · right + addend</c>, lane by lane: rounded once where the processor can, twice elsewhere, and always alike on one machine.
    /// </summary>
    static abstract TSelf MultiplyAdd(TSelf left, TSelf right, TSelf addend);

    /// <summary>
    /// <c>value · 2ⁿ</c>, lane by lane, rounded once, for integers n from -254 to 254 and values near 1. Other n are rounded down where there are tables.
    /// </summary>
    static abstract TSelf ScaleByPowerOfTwo(TSelf value, TSelf n);

    /// <summary>Lane by lane, the lane of a table of two vectors whose number is in the lowest five bits. Only where <see cref="HasTables"/>.</summary>
    static abstract TSelf LookUp(TSelf lower, TSelf upper, TSelf numbers);

    /// <summary>The lesser lanes. A NaN in <paramref name="value"/> stays, for a bound that is none.</summary>
    static abstract TSelf Min(TSelf bound, TSelf value);

    /// <summary>The greater lanes. A NaN in <paramref name="value"/> stays, for a bound that is none.</summary>
    static abstract TSelf Max(TSelf bound, TSelf value);

    /// <summary>The values, or where their magnitude is more than the bound's, the bound with their sign. What comes of NaN differs between processors.</summary>
    static abstract TSelf BoundMagnitude(TSelf value, TSelf bound);

    /// <summary>Bitwise and.</summary>
    static abstract TSelf operator &(TSelf left, TSelf right);

    /// <summary>Bitwise or.</summary>
    static abstract TSelf operator |(TSelf left, TSelf right);

    /// <summary>Bitwise exclusive or.</summary>
    static abstract TSelf operator ^(TSelf left, TSelf right);

    /// <summary><c>left &amp; (right | other)</c>, bit by bit, which AVX-512 does in one.</summary>
    static abstract TSelf AndEither(TSelf left, TSelf right, TSelf other);

    /// <summary>Each lane's bits moved up by <paramref name="count"/>, zeros following.</summary>
    static abstract TSelf operator <<(TSelf value, int count);

    /// <summary>Each lane's bits moved down by <paramref name="count"/>, copies of the highest following.</summary>
    static abstract TSelf operator >>(TSelf value, int count);

    /// <summary>Each lane's bits moved down by <paramref name="count"/>, zeros following.</summary>
    static abstract TSelf operator >>>(TSelf value, int count);

    /// <summary>The sum of the lanes' bits as integers, modulo 2^32.</summary>
    static abstract TSelf AddBits(TSelf left, TSelf right);

    /// <summary>The difference of the lanes' bits as integers, modulo 2^32.</summary>
    static abstract TSelf SubtractBits(TSelf left, TSelf right);

    /// <summary>The lesser of the lanes' bits as signed integers.</summary>
    static abstract TSelf MinBits(TSelf left, TSelf right);

    /// <summary>The greater of the lanes' bits as signed integers.</summary>
    static abstract TSelf MaxBits(TSelf left, TSelf right);

    /// <summary>
    /// Lane by lane, <paramref name="yes"/> where the left bits, as a signed integer, are less than the right ones, and
    /// <paramref name="no"/> elsewhere. Comparing and selecting are one operation so that AVX-512 keeps the mask in a mask register.
    /// </summary>
    static abstract TSelf SelectLess(TSelf left, TSelf right, TSelf yes, TSelf no);

    /// <summary>Bit by bit, <paramref name="yes"/> where the mask has a one and <paramref name="no"/> elsewhere.</summary>
    static abstract TSelf SelectBits(TSelf mask, TSelf yes, TSelf no);

    /// <summary>Lane by lane, <paramref name="yes"/> where the value is a NaN and <paramref name="no"/> elsewhere.</summary>
    static abstract TSelf SelectNaN(TSelf value, TSelf yes, TSelf no);
}
