using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PluginIr.CpuSimd.Lanes;
using static PluginIr.CpuSimd.Functions.ExponentialConstants;

namespace PluginIr.CpuSimd.Functions;

/// <summary>The exponential function of -x, <c>e⁻ˣ</c>, within 2 units of the last place for every float32: its constants, and what is done with them.</summary>
/// <remarks>
/// <para><c>-x = n · ln 2 - r</c> with an integer n and |r| ≤ ½ ln 2; then <c>e⁻ˣ = 2ⁿ · e⁻ʳ</c>, and e⁻ʳ is a polynomial of degree 6, whose
/// coefficients were fitted at Chebyshev's points to a relative error of 1.2e-8.</para>
/// <para>Where vectors are tables (<see cref="ILanes{TSelf}.HasTables"/>) n is a multiple of 1/32: two vectors have <c>2ⁿ⁻⌊ⁿ⌋</c>, and as
/// |r| ≤ 1/64 ln 2, degree 2 does, within 5.4e-8. Its multiplications are what the loops over this function wait for, so there are no more of
/// these than there must be: that is also why it takes -x, which all that use it have for nothing.</para>
/// <para>∞ gives 0, -∞ gives ∞; results below the least normal number are rounded once, to where subnormals lie.</para>
/// </remarks>
internal readonly struct Exponential<TLanes> where TLanes : struct, ILanes<TLanes>
{
    private readonly TLanes _bound, _minusLog2E, _rounder, _ln2High, _ln2Low, _one, _p1, _p2, _p3, _p4, _p5, _p6, _lowerRoots, _upperRoots;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Exponential(ref float constants)
    {
        (_bound, _minusLog2E) = (TLanes.Create(constants), TLanes.Create(Unsafe.Add(ref constants, 1)));
        (_rounder, _one) = (TLanes.Create(Unsafe.Add(ref constants, 2)), TLanes.Create(Unsafe.Add(ref constants, 3)));
        (_ln2High, _ln2Low) = (TLanes.Create(Unsafe.Add(ref constants, 4)), TLanes.Create(Unsafe.Add(ref constants, 5)));
        if (TLanes.HasTables)
        {
            (_p1, _p2) = (TLanes.Create(Unsafe.Add(ref constants, 6)), TLanes.Create(Unsafe.Add(ref constants, 7)));
            (_lowerRoots, _upperRoots) = (TLanes.Load(ref Unsafe.Add(ref constants, 8)), TLanes.Load(ref Unsafe.Add(ref constants, 8 + TLanes.Count)));
        }
        else
        {
            (_p2, _p3) = (TLanes.Create(Unsafe.Add(ref constants, 6)), TLanes.Create(Unsafe.Add(ref constants, 7)));
            (_p4, _p5, _p6) = (TLanes.Create(Unsafe.Add(ref constants, 8)), TLanes.Create(Unsafe.Add(ref constants, 9)), TLanes.Create(Unsafe.Add(ref constants, 10)));
        }
    }

    /// <summary>1 in each lane.</summary>
    public TLanes One
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Constant(_one, 1f);
    }

    /// <summary>Loads the constants, once before a loop.</summary>
    /// <remarks>
    /// What the compiler knows to be constant it loads wherever it is used: of 512 bits a dozen for each vector, an eighth of silu_and_mul's time. Those of an
    /// array stay in registers. Where there are too few of these, loading where they are used is best.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Exponential<TLanes> Load() =>
        TLanes.HasTables ? new(ref MemoryMarshal.GetArrayDataReference(AllWithTable))
        : TLanes.HasManyRegisters ? new(ref MemoryMarshal.GetArrayDataReference(All))
        : default;

    /// <summary><c>e⁻ˣ</c>. What it is for NaN differs between processors: who uses it must get NaN from x itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes OfMinus(TLanes x) => OfMinusBounded(TLanes.BoundMagnitude(x, Constant(_bound, Bound)));

    /// <summary><c>e⁻ˣ</c> for x of at least 0, and NaN for NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes OfMinusNonNegative(TLanes x) => OfMinusBounded(TLanes.Min(Constant(_bound, Bound), x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private TLanes OfMinusBounded(TLanes x)
    {
        TLanes rounder = Constant(_rounder, PowerOfTwo.Rounder); // What is added to it is rounded: to an integer, or a thirty-second.
        TLanes rounded = TLanes.MultiplyAdd(x, Constant(_minusLog2E, MinusLog2E), rounder), n = rounded - rounder;
        TLanes r = TLanes.MultiplyAdd(n, Constant(_ln2High, Ln2High), x);
        r = TLanes.MultiplyAdd(n, Constant(_ln2Low, Ln2Low), r);
        if (TLanes.HasTables)
        {
            TLanes root = TLanes.LookUp(_lowerRoots, _upperRoots, rounded);
            return TLanes.ScaleByPowerOfTwo(TLanes.MultiplyAdd(root * r, TLanes.MultiplyAdd(_p2, r, _p1), root), n);
        }

        // 1 - (r - r² · p): all that is less than 1 is added up before it is.
        TLanes p = TLanes.MultiplyAdd(Constant(_p6, MinusP6), r, Constant(_p5, P5));
        p = TLanes.MultiplyAdd(p, r, Constant(_p4, MinusP4));
        p = TLanes.MultiplyAdd(p, r, Constant(_p3, P3));
        p = TLanes.MultiplyAdd(p, r, Constant(_p2, MinusP2));
        return TLanes.ScaleByPowerOfTwo(One - TLanes.MultiplyAdd(p, r * r, r), n);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Constant(TLanes loaded, float value) => TLanes.HasManyRegisters ? loaded : TLanes.Create(value);
}
