namespace PluginIr.CpuSimd.Searching;

/// <summary>Where in a row an element is, and how great: of two places the better one is that of the greater element, of equals the first.</summary>
/// <remarks>
/// One integer, the element's key (<see cref="FirstGreatest"/>) above its index, each bit of which is turned round so that less is more. So the
/// better of two is the greater, in whatever order several are compared.
/// </remarks>
internal readonly struct Place
{
    private readonly long _bits;

    private Place(long bits) => _bits = bits;

    /// <summary>A place.</summary>
    /// <param name="key">The element's key.</param>
    /// <param name="index">The element's index, less than 2^31.</param>
    public Place(int key, int index) => _bits = ((long)key << 32) | ~(uint)index;

    /// <summary>The index.</summary>
    public long Index => ~(uint)_bits;

    /// <summary>The same element, counted from an earlier one.</summary>
    /// <param name="count">How many elements earlier. The index stays less than 2^31.</param>
    public Place After(nint count) => new(_bits - count);

    /// <summary>The better of two.</summary>
    public static Place Better(Place left, Place right) => new(Math.Max(left._bits, right._bits));
}
