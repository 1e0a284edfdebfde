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

    /// <summary>The same value in every lane.</summary>
    static abstract TSelf Create(float value);

    /// <summary>The same bits in every lane.</summary>
    static abstract TSelf CreateBits(uint bits);

    /// <summary>Reads <see cref="Count"/> float32 from any address.</summary>
    static abstract TSelf Load(float* source);

    /// <summary>Reads <see cref="Count"/> 16-bit integers from any address, each into the lower half of its lane's bits.</summary>
    static abstract TSelf LoadLowerHalves(ushort* source);

    /// <summary>Writes <see cref="Count"/> float32 to any address.</summary>
    void Store(float* target);

    /// <summary>Writes the lower half of each lane's bits to any address. The upper halves must be zero.</summary>
    void StoreLowerHalves(ushort* target);

    /// <summary>The lanes' sum, added up in an order that depends on nothing but <see cref="Count"/>.</summary>
    float Sum();

    /// <summary>The sum, lane by lane.</summary>
    static abstract TSelf operator +(TSelf left, TSelf right);

    /// <summary>The difference, lane by lane.</summary>
    static abstract TSelf operator -(TSelf left, TSelf right);

    /// <summary>The product, lane by lane.</summary>
    static abstract TSelf operator *(TSelf left, TSelf right);

    /// <summary>Bitwise and.</summary>
    static abstract TSelf operator &(TSelf left, TSelf right);

    /// <summary>Bitwise or.</summary>
    static abstract TSelf operator |(TSelf left, TSelf right);

    /// <summary>Each lane's bits moved up by <paramref name="count"/>, zeros following.</summary>
    static abstract TSelf operator <<(TSelf value, int count);

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

    /// <summary>All ones in the lanes where the left bits, as a signed integer, are less than the right ones; zero elsewhere.</summary>
    static abstract TSelf LessThanBits(TSelf left, TSelf right);

    /// <summary>All ones in the lanes that hold a NaN; zero elsewhere.</summary>
    static abstract TSelf IsNaN(TSelf value);

    /// <summary>Lane by lane, <paramref name="yes"/> where the mask is all ones and <paramref name="no"/> where it is zero.</summary>
    static abstract TSelf Select(TSelf mask, TSelf yes, TSelf no);
}
