using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PluginIr.CpuSimd.Lanes;

namespace PluginIr.CpuSimd.Functions;

/// <summary>The exponential function, <c>eˣ</c>, within 2 units of the last place for every float32: its constants, and what is done with them.</summary>
/// <remarks>
/// <para><c>x = n · ln 2 + r</c> with an integer n and |r| ≤ ½ ln 2; then <c>eˣ = 2ⁿ · eʳ</c>, and eʳ is a polynomial of degree 6, whose
/// coefficients were fitted at Chebyshev's points to a relative error of 1.2e-8.</para>
/// <para>NaN gives NaN, ∞ gives ∞, -∞ gives 0; results below the least normal number are rounded once, to where subnormals lie.</para>
/// <para>A loop makes one before it begins. What the compiler knows to be constant it loads wherever it is used, and a dozen loads of 512 bits take as long
/// as all of the arithmetic does: so these come from an array, and stay in registers where there are enough.</para>
/// </remarks>
internal readonly struct Exponential<TLanes> where TLanes : struct, ILanes<TLanes>
{
    private readonly TLanes _lowest, _highest, _log2E, _rounder, _ln2High, _ln2Low, _p6, _p5, _p4, _p3, _p2, _one;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Exponential(ref float constants)
    {
        _lowest = TLanes.Create(constants);
        _highest = TLanes.Create(Unsafe.Add(ref constants, 1));
        _log2E = TLanes.Create(Unsafe.Add(ref constants, 2));
        _rounder = TLanes.Create(Unsafe.Add(ref constants, 3));
        _ln2High = TLanes.Create(Unsafe.Add(ref constants, 4));
        _ln2Low = TLanes.Create(Unsafe.Add(ref constants, 5));
        _p6 = TLanes.Create(Unsafe.Add(ref constants, 6));
        _p5 = TLanes.Create(Unsafe.Add(ref constants, 7));
        _p4 = TLanes.Create(Unsafe.Add(ref constants, 8));
        _p3 = TLanes.Create(Unsafe.Add(ref constants, 9));
        _p2 = TLanes.Create(Unsafe.Add(ref constants, 10));
        _one = TLanes.Create(Unsafe.Add(ref constants, 11));
    }

    /// <summary>1 in each lane.</summary>
    public TLanes One
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _one;
    }

    /// <summary>Loads the constants.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Exponential<TLanes> Load() => new(ref MemoryMarshal.GetArrayDataReference(ExponentialConstants.All));

    /// <summary>The function's values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TLanes Of(TLanes x)
    {
        x = TLanes.Min(_highest, TLanes.Max(_lowest, x));
        TLanes n = TLanes.MultiplyAdd(x, _log2E, _rounder) - _rounder;
        TLanes r = TLanes.MultiplyAdd(n, _ln2Low, TLanes.MultiplyAdd(n, _ln2High, x));
        TLanes p = TLanes.MultiplyAdd(_p6, r, _p5);
        p = TLanes.MultiplyAdd(p, r, _p4);
        p = TLanes.MultiplyAdd(p, r, _p3);
        p = TLanes.MultiplyAdd(p, r, _p2);
        p = TLanes.MultiplyAdd(p, r * r, r) + _one;
        return TLanes.ScaleByPowerOfTwo(p, n);
    }
}
