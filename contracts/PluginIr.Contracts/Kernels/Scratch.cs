namespace PluginIr;

/// <summary>Scratch memory of one kernel call; see <see cref="KernelContext.Scratch{T}"/>.</summary>
/// <typeparam name="T">The element type.</typeparam>
public readonly ref struct Scratch<T> where T : unmanaged
{
    private readonly KernelContext _context;
    private readonly int _block;
    private readonly long _used;

    internal Scratch(KernelContext context, Span<T> span, int block, long used)
    {
        _context = context;
        Span = span;
        _block = block;
        _used = used;
    }

    /// <summary>The memory.</summary>
    public Span<T> Span { get; }

    /// <summary>The memory.</summary>
    public static implicit operator Span<T>(Scratch<T> scratch) => scratch.Span;

    /// <summary>Gives the memory back.</summary>
    public void Dispose() => _context.Release(_block, _used);
}
