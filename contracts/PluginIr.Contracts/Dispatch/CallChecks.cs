using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace PluginIr.Dispatch;

/// <summary>What every typed call checks before a kernel runs. The tests are inlined; the messages are made out of line.</summary>
public static class CallChecks
{
    /// <summary>The op's optional inputs, in the schema's order, that have a trait of their own.</summary>
    public const int MaxOptionals = 7;

    /// <summary>A tensor input that must be given.</summary>
    /// <param name="op">The op's name.</param>
    /// <param name="name">The input's name.</param>
    /// <param name="input">The input.</param>
    /// <exception cref="OpArgumentException">It is null.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Required(string op, string name, [NotNull] Tensor? input)
    {
        if (input is null)
            ThrowMissing(op, name);
    }

    /// <summary>A tensor input's traits; none when it is not given.</summary>
    /// <param name="op">The op's name.</param>
    /// <param name="name">The input's name.</param>
    /// <param name="input">The input.</param>
    /// <param name="first">The call's first tensor, whose device the others must share.</param>
    /// <param name="whenGiven">The trait of an optional input, which a call that gives it has besides.</param>
    /// <exception cref="OpArgumentException">The input is on another device.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CallTraits Input(string op, string name, Tensor? input, Tensor first, CallTraits whenGiven = CallTraits.None)
    {
        if (input is null)
            return CallTraits.None;
        if (input.DeviceId != first.DeviceId)
            ThrowOtherDevice(op, name, input, first);
        return input.Traits | whenGiven;
    }

    /// <summary>A call's traits of those of its tensors: the activations' dtypes, everything else of all.</summary>
    /// <param name="activations">The activations' traits, OR-ed.</param>
    /// <param name="all">All input tensors' traits, OR-ed.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CallTraits Inputs(CallTraits activations, CallTraits all)
    {
        uint floating = (uint)all & (uint)DTypes.Floating;
        uint mixed = (floating & (floating - 1)) == 0 ? 0 : (uint)CallTraits.MixedDTypes;
        return (all & ~CallTraits.DTypeMask) | (activations & CallTraits.DTypeMask) | (CallTraits)mixed;
    }

    /// <summary>The trait of an optional input.</summary>
    /// <param name="index">Its place among the op's optional inputs, less than <see cref="MaxOptionals"/>.</param>
    /// <param name="isGiven">Whether the call gives it.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CallTraits Optional(int index, bool isGiven) => isGiven ? (CallTraits)((uint)CallTraits.FirstOptional << index) : CallTraits.None;

    /// <summary>Checks memory that the caller gave for an output, and returns its traits.</summary>
    /// <param name="op">The op's name.</param>
    /// <param name="name">The output's name.</param>
    /// <param name="output">The caller's tensor.</param>
    /// <param name="expected">What the op puts out.</param>
    /// <param name="first">The call's first tensor.</param>
    /// <exception cref="OpArgumentException">Another dtype, shape or device, or two elements share memory.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CallTraits Output(string op, string name, Tensor output, TensorSpec expected, Tensor first)
    {
        if (!expected.IsSame(output.Spec))
            ThrowOtherSpec(op, name, output, expected);
        if (output.DeviceId != first.DeviceId)
            ThrowOtherDevice(op, name, output, first);
        CallTraits traits = output.Traits;
        if ((traits & CallTraits.Strided) != 0)
            RequireDistinctElements(op, name, output);
        return traits & ~CallTraits.DTypeMask;
    }

    /// <summary>An output against an input that is not its activation: they must not share memory.</summary>
    /// <exception cref="OpArgumentException">They do.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Apart(string op, string outputName, Tensor output, string otherName, Tensor? other)
    {
        if (other is not null && output.Overlaps(other))
            ThrowOverlap(op, outputName, output, otherName, other, "");
    }

    /// <summary>An output against its activation: apart, or exactly the same elements.</summary>
    /// <returns><see cref="CallTraits.Aliased"/> when the same.</returns>
    /// <exception cref="OpArgumentException">They overlap otherwise.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static CallTraits ApartOrSame(string op, string outputName, Tensor output, string activationName, Tensor activation)
    {
        if (!output.Overlaps(activation))
            return CallTraits.None;
        if (!output.IsSameView(activation))
            ThrowOverlap(op, outputName, output, activationName, activation, ", or be exactly the same elements (in place)");
        return CallTraits.Aliased;
    }

    /// <summary>True when two activations can both be written: neither shares memory with the other or repeats an element.</summary>
    public static bool CanDonate(Tensor activation, Tensor? other) =>
        (activation.IsContiguous || HasDistinctElements(activation)) && (other is null || !activation.Overlaps(other));

    [DoesNotReturn]
    private static void ThrowMissing(string op, string name) => throw new OpArgumentException(op, $"'{name}' is required; found null.");

    [DoesNotReturn]
    private static void ThrowOtherDevice(string op, string name, Tensor input, Tensor first) => throw new OpArgumentException(
        op, $"'{name}' is on {input.Device}, the call's first tensor on {first.Device}; copy one of them so that all are on one device.");

    [DoesNotReturn]
    private static void ThrowOtherSpec(string op, string name, Tensor output, TensorSpec expected) => throw new OpArgumentException(
        op, $"output '{name}' must be {expected}; found {output}.");

    [DoesNotReturn]
    private static void ThrowOverlap(string op, string outputName, Tensor output, string otherName, Tensor other, string also) =>
        throw new OpArgumentException(
            op, $"output '{outputName}' ({output}) shares memory with '{otherName}' ({other}); give it memory of its own{also}.");

    private static void RequireDistinctElements(string op, string name, Tensor output)
    {
        if (!HasDistinctElements(output))
            throw new OpArgumentException(op, $"output '{name}' ({output}) has elements that share memory; give it memory of its own.");
    }

    // Sufficient, and necessary for every layout that slicing, transposing and flipping can make: sorted by stride, each
    // dimension steps past all that the smaller ones cover.
    private static bool HasDistinctElements(Tensor tensor)
    {
        // A dimension of one element is not stepped along: whatever its stride is does not matter.
        Span<int> order = stackalloc int[tensor.Rank];
        int count = 0;
        for (int i = 0; i < tensor.Rank; i++)
        {
            if (tensor.Shape[i] > 1)
                order[count++] = i;
        }

        order = order[..count];
        for (int i = 1; i < order.Length; i++)
        {
            for (int j = i; j > 0 && Math.Abs(tensor.Stride(order[j])) < Math.Abs(tensor.Stride(order[j - 1])); j--)
                (order[j], order[j - 1]) = (order[j - 1], order[j]);
        }

        long covered = 1;
        foreach (int dimension in order)
        {
            long stride = Math.Abs(tensor.Stride(dimension)), size = tensor.Shape[dimension];
            if (stride < covered)
                return false;
            covered += (size - 1) * stride;
        }

        return true;
    }
}
