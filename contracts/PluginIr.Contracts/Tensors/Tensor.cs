using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using PluginIr.Dispatch;

namespace PluginIr;

/// <summary>A view of memory on some device: dtype, shape, strides and the address of the first element.</summary>
/// <remarks>
/// Everything but the elements is immutable. Views share one <see cref="TensorBuffer"/>, whose memory is freed when the last
/// tensor that looks at it is disposed, or by the garbage collector. Reading a tensor after <see cref="Dispose"/> is an error
/// that every op call and every span finds.
/// </remarks>
[DebuggerDisplay("{ToString(),nq}")]
public sealed partial class Tensor : IDisposable
{
    private readonly long[]? _strides; // null when contiguous
    private readonly TensorBuffer _buffer;
    private CallTraits _traits;

    /// <summary>Creates a view of a buffer.</summary>
    /// <param name="spec">The dtype and shape.</param>
    /// <param name="buffer">The memory; the tensor holds one count of it.</param>
    /// <param name="byteOffset">Where the first element is, in bytes from the buffer's start.</param>
    /// <param name="strides">Elements between neighbours, for each dimension, negative ones allowed; empty means contiguous (row-major).</param>
    /// <exception cref="ArgumentException">
    /// The number of strides is not the rank; an element would lie outside the buffer; the first element is not aligned to its size.
    /// </exception>
    public Tensor(TensorSpec spec, TensorBuffer buffer, long byteOffset = 0, params ReadOnlySpan<long> strides)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentNullException.ThrowIfNull(buffer);
        if (strides.Length != 0 && strides.Length != spec.Rank)
            throw new ArgumentException($"{spec} needs {spec.Rank} strides; found {strides.Length}.", nameof(strides));

        int size = spec.DType.Size();
        (Int128 low, Int128 high) = strides.Length == 0 ? (0, spec.ByteCount) : Extent(spec, strides);
        if (byteOffset + low < 0 || byteOffset + high > buffer.ByteCount)
        {
            throw new ArgumentException(
                $"{spec} with strides {TensorSpec.Describe(strides)} at byte {byteOffset} spans bytes {byteOffset + low} to {byteOffset + high}; " +
                $"the buffer has {buffer.ByteCount}.", nameof(byteOffset));
        }

        Address = buffer.Address + (nint)byteOffset;
        if (Address % size != 0)
        {
            throw new ArgumentException(
                $"The first element of {spec} is at address 0x{Address:x}, which is not a multiple of its {size} bytes; copy it to aligned memory.",
                nameof(byteOffset));
        }

        Spec = spec;
        Start = Address + (nint)low;
        End = Address + (nint)high;
        DeviceId = buffer.Device.Id;
        _buffer = buffer;
        _strides = strides.Length == 0 || IsRowMajor(spec, strides) ? null : strides.ToArray();
        _traits = TraitsOf(spec, Address, _strides);
        buffer.AddReference();
    }

    /// <summary>Dtype and shape.</summary>
    public TensorSpec Spec { get; }

    /// <summary>The element type.</summary>
    public DType DType => Spec.DType;

    /// <summary>The sizes, outermost first.</summary>
    public ReadOnlySpan<long> Shape => Spec.Shape;

    /// <summary>How many dimensions.</summary>
    public int Rank => Spec.Rank;

    /// <summary>The product of all sizes.</summary>
    public long ElementCount => Spec.ElementCount;

    /// <summary>The size of the innermost dimension; 1 for a scalar.</summary>
    public long Last => Spec.Last;

    /// <summary>How many rows: the product of all sizes but the last.</summary>
    public long Rows => Spec.Rows;

    /// <summary>Where the memory is.</summary>
    public Device Device => new(DeviceId);

    /// <summary>The device as one number, for calls to compare.</summary>
    internal uint DeviceId { get; }

    /// <summary>The address of the first element, in the device's own address space.</summary>
    public nint Address { get; }

    /// <summary>The lowest address that an element occupies.</summary>
    public nint Start { get; }

    /// <summary>One past the highest address that an element occupies.</summary>
    public nint End { get; }

    /// <summary>True when the elements lie row-major without gaps.</summary>
    public bool IsContiguous => _strides is null;

    /// <summary>True after <see cref="Dispose"/>.</summary>
    public bool IsDisposed => (_traits & CallTraits.Disposed) != 0;

    /// <summary>What dispatch asks a kernel about this tensor.</summary>
    public CallTraits Traits
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _traits;
    }

    /// <summary>The first element's address as a pointer. Keep the tensor for as long as it is used.</summary>
    public unsafe T* Pointer<T>() where T : unmanaged => (T*)Address;

    /// <summary>Elements between neighbours along one dimension; negative dimensions count from the end.</summary>
    public long Stride(int dimension)
    {
        if (dimension < 0)
            dimension += Rank;
        if (_strides is not null)
            return _strides[dimension];
        long stride = 1;
        for (int i = Rank - 1; i > dimension; i--)
            stride *= Shape[i];
        return stride;
    }

    /// <summary>
    /// True when the two have a byte in common. Parts of one larger tensor's rows, such as query and key of a fused projection, do not; of layouts whose
    /// strides have nothing to do with each other it is true when one lies within the bounds of the other.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Overlaps(Tensor other) =>
        Math.Max(Start, other.Start) < Math.Min(End, other.End) && DeviceId == other.DeviceId && ((_strides is null && other._strides is null) || ShareBytes(other));

    /// <summary>True when both look at the same elements in the same order.</summary>
    public bool IsSameView(Tensor other)
    {
        if (ReferenceEquals(this, other))
            return true;
        if (Address != other.Address || Device != other.Device || !Spec.Equals(other.Spec))
            return false;
        for (int i = 0; i < Rank; i++)
        {
            if (Shape[i] > 1 && Stride(i) != other.Stride(i))
                return false;
        }

        return true;
    }

    /// <summary>The elements as a span, without copying. Host memory and contiguous only. Keep the tensor for as long as the span is used.</summary>
    /// <typeparam name="T">The CLR type of the dtype's elements.</typeparam>
    /// <exception cref="InvalidOperationException">The dtype is another, or the tensor is on a device, strided, or longer than a span can be.</exception>
    /// <exception cref="ObjectDisposedException">The tensor was disposed.</exception>
    public unsafe Span<T> AsSpan<T>() where T : unmanaged
    {
        DType asked = DTypeExtensions.Of<T>();
        if (asked != DType)
            throw new InvalidOperationException($"{this} holds {DType.Name()} ({DType.ElementType().Name}), not {asked.Name()} ({typeof(T).Name}).");
        return MemoryMarshal.Cast<byte, T>(AsBytes());
    }

    /// <summary>The elements' bytes, without copying. Host memory and contiguous only. Keep the tensor for as long as the span is used.</summary>
    /// <exception cref="InvalidOperationException">The tensor is on a device, strided, or has more than 2^31-1 bytes.</exception>
    /// <exception cref="ObjectDisposedException">The tensor was disposed.</exception>
    public unsafe Span<byte> AsBytes()
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        if (!Device.IsCpu)
            throw new InvalidOperationException($"{this} is on {Device}; spans reach host memory only. Copy it to the host first.");
        if (!IsContiguous)
            throw new InvalidOperationException($"{this} is not contiguous; a span cannot show it. Copy it with ToContiguous() first.");
        if (Spec.ByteCount > int.MaxValue)
            throw new InvalidOperationException($"{this} has {Spec.ByteCount} bytes; a span shows at most {int.MaxValue}. Take a slice of it.");
        return new Span<byte>((void*)Address, (int)Spec.ByteCount);
    }

    /// <summary>Gives back this tensor's count of its buffer. Doing so twice has no further effect.</summary>
    public void Dispose()
    {
        // The trait makes every later op call fail; Interlocked because two threads may race to dispose.
        CallTraits before = (CallTraits)Interlocked.Or(ref Unsafe.As<CallTraits, uint>(ref _traits), (uint)CallTraits.Disposed);
        if ((before & CallTraits.Disposed) == 0)
            _buffer.Release();
    }

    /// <summary>As messages name it: <c>bf16[8,16] on cuda, strides [32,1]</c>.</summary>
    public override string ToString() =>
        Spec + (Device.IsCpu ? "" : $" on {Device}") + (_strides is null ? "" : $", strides {TensorSpec.Describe(_strides)}");

    private static CallTraits TraitsOf(TensorSpec spec, nint address, long[]? strides)
    {
        CallTraits traits = CallTraits.Call | (CallTraits)spec.DType.ToSet();
        if (strides is not null)
            traits |= CallTraits.Strided;
        if (strides is not null && strides.Any(s => s < 0))
            traits |= CallTraits.NegativeStride;
        if (address % 16 != 0)
            traits |= CallTraits.Unaligned16;
        if (address % 64 != 0)
            traits |= CallTraits.Unaligned64;
        return traits;
    }

    // Bytes from the first element to the lowest one, and to one past the highest. Strides can be anything, so their products are.
    private static (Int128 Low, Int128 High) Extent(TensorSpec spec, ReadOnlySpan<long> strides)
    {
        if (spec.ElementCount == 0)
            return (0, 0);
        int size = spec.DType.Size();
        Int128 low = 0, high = size;
        for (int i = 0; i < strides.Length; i++)
        {
            Int128 reach = (Int128)(spec.Shape[i] - 1) * strides[i] * size;
            low += Int128.Min(reach, 0);
            high += Int128.Max(reach, 0);
        }

        return (low, high);
    }

    // All addresses of a tensor are in runs of bytes whose starts differ by multiples of its outer strides. So modulo what divides all strides of two
    // tensors, each is one run.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool ShareBytes(Tensor other)
    {
        (long run, long step) = Runs();
        (long otherRun, long otherStep) = other.Runs();
        long period = GreatestCommonDivisor(step, otherStep);
        if (period == 0)
            return true;
        long distance = (((other.Address - Address) % period) + period) % period;
        return distance < run || distance + otherRun > period;
    }

    // Bytes that lie together, and what the distances between the places where such runs begin are multiples of; 0 when there is one run.
    private (long Bytes, long Step) Runs()
    {
        int size = DType.Size(), outer = Rank;
        long together = 1;
        for (; outer > 0 && (Shape[outer - 1] == 1 || Stride(outer - 1) == together); outer--)
            together *= Shape[outer - 1];
        long step = 0;
        for (int i = 0; i < outer; i++)
        {
            if (Shape[i] > 1)
                step = GreatestCommonDivisor(step, Math.Abs(Stride(i)) * size);
        }

        return (together * size, step);
    }

    private static long GreatestCommonDivisor(long a, long b)
    {
        while (b != 0)
            (a, b) = (b, a % b);
        return a;
    }

    // Strides of dimensions with one element mean nothing, so they do not make a tensor strided.
    private static bool IsRowMajor(TensorSpec spec, ReadOnlySpan<long> strides)
    {
        if (spec.ElementCount == 0)
            return true;
        long expected = 1;
        for (int i = spec.Rank - 1; i >= 0; i--)
        {
            if (spec.Shape[i] != 1 && strides[i] != expected)
                return false;
            expected *= spec.Shape[i];
        }

        return true;
    }
}
