using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PluginIr.CpuSimd.Lanes;
using static PluginIr.CpuSimd.Functions.ExponentialConstants;

namespace PluginIr.CpuSimd.Functions;

/// <summary>The exponential function, <c>eˣ</c>, within 2 units of the last place for every float32: its constants, and what is done with them.</summary>
/// <remarks>
/// <para><c>x = n · ln 2 + r</c> with an integer n and |r| ≤ ½ ln 2; then <c>eˣ = 2ⁿ · eʳ</c>, and eʳ is a polynomial of degree 6, whose
/// coefficients were fitted at Chebyshev's points to a relative error of 1.2e-8.</para>
/// <para>Where a vector is a table (<see cref="ILanes{TSelf}.HasTables"/>) n is a multiple of 1/16: the table has <c>2ⁿ⁻⌊ⁿ⌋</c>, and as
/// |r| ≤ 1/32 ln 2, degree 3 does, within 1.6e-9. That is two multiplications less, and these are what the loops over this function wait for.</para>
/// <para>NaN gives NaN, ∞ gives ∞, -∞ gives 0; results below the least normal number are rounded once, to where subnormals lie.</para>
/// </remarks>
internal readonly struct Exponential<TLanes> where TLanes : struct, ILanes<TLanes>
{
    private readonly TLanes _lowest, _highest, _log2E, _rounder, _minusLn2High, _minusLn2Low, _one, _p2, _p3, _p4, _p5, _p6, _roots;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Exponential(ref float constants)
    {
        (_lowest, _highest) = (TLanes.Create(constants), TLanes.Create(Unsafe.Add(ref constants, 1)));
        (_log2E, _rounder) = (TLanes.Create(Unsafe.Add(ref constants, 2)), TLanes.Create(Unsafe.Add(ref constants, 3)));
        (_minusLn2High, _minusLn2Low) = (TLanes.Create(Unsafe.Add(ref constants, 4)), TLanes.Create(Unsafe.Add(ref constants, 5)));
        _one = TLanes.Create(Unsafe.Add(ref constants, 6));
        (_p2, _p3) = (TLanes.Create(Unsafe.Add(ref constants, 7)), TLanes.Create(Unsafe.Add(ref constants, 8)));
        if (TLanes.HasTables)
            _roots = TLanes.Load(ref Unsafe.Add(ref constants, 9));
        else
            (_p4, _p5, _p6) = (TLanes.Create(Unsafe.Add(ref constants, 9)), TLanes.Create(Unsafe.Add(ref constants, 10)), TLanes.Create(Unsafe.Add(ref constants, 11)));
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

    /// <summary>The function's values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Of(TLanes x)
    {
        x = TLanes.Min(Constant(_highest, Highest), TLanes.Max(Constant(_lowest, Lowest), x));
        TLanes rounder = Constant(_rounder, PowerOfTwo.Rounder); // What is added to it is rounded: to an integer, or a sixteenth.
        TLanes rounded = TLanes.MultiplyAdd(x, Constant(_log2E, Log2E), rounder), n = rounded - rounder;
        TLanes r = TLanes.MultiplyAdd(n, Constant(_minusLn2High, MinusLn2High), x);
        r = TLanes.MultiplyAdd(n, Constant(_minusLn2Low, MinusLn2Low), r);
        if (TLanes.HasTables)
        {
            TLanes root = TLanes.LookUp(_roots, rounded);
            TLanes above = TLanes.MultiplyAdd(TLanes.MultiplyAdd(_p3, r, _p2), r * r, r);
            return TLanes.ScaleByPowerOfTwo(TLanes.MultiplyAdd(root, above, root), n);
        }

        TLanes p = TLanes.MultiplyAdd(Constant(_p6, P6), r, Constant(_p5, P5));
        p = TLanes.MultiplyAdd(p, r, Constant(_p4, P4));
        p = TLanes.MultiplyAdd(p, r, Constant(_p3, P3));
        p = TLanes.MultiplyAdd(p, r, Constant(_p2, P2));
        p = TLanes.MultiplyAdd(p, r * r, r) + One;
        return TLanes.ScaleByPowerOfTwo(p, n);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Constant(TLanes loaded, float value) => TLanes.HasManyRegisters ? loaded : TLanes.Create(value);
}
