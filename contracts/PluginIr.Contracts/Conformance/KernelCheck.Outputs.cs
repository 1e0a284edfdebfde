namespace PluginIr.Conformance;

// What the outputs of two runs show.
public sealed partial class KernelCheck
{
    // Enough to tell a kernel that alternates from one that reads what it should not.
    private const int Repetitions = 3;

    // Left as it was in both runs: the pattern in one and its complement in the other, which no kernel computes.
    private static ConformanceFailure? FindUnwritten(
        ConformanceCase @case, KernelRun first, KernelRun second, Tensor[] outputs, Tensor[] others)
    {
        for (int i = 0; i < outputs.Length; i++)
        {
            using Tensor? pattern = first.PatternOf(i), complement = second.PatternOf(i);
            if (pattern is null || complement is null)
                continue;
            int size = outputs[i].DType.Size();
            for (int at = 0; at < pattern.AsBytes().Length; at += size)
            {
                if (outputs[i].AsBytes().Slice(at, size).SequenceEqual(pattern.AsBytes().Slice(at, size)) &&
                    others[i].AsBytes().Slice(at, size).SequenceEqual(complement.AsBytes().Slice(at, size)))
                {
                    return Found(
                        @case, ConformanceFailureKind.UnwrittenOutput, i, outputs[i], at / size,
                        element => $"every element of every output must be written; {element} was left as it was.");
                }
            }
        }

        return null;
    }

    // The runs differ in undefined memory alone. When they differ in result, runs that do not differ at all say whose fault it is.
    private static ConformanceFailure? FindUndefined(
        ConformanceCase @case, OpArguments arguments, TensorSpec[] specs, Tensor[] outputs, Tensor[] others, IConformanceDevice device)
    {
        if (!FindOtherBits(outputs, others, out int output, out long position))
            return null;
        for (int i = 0; i < Repetitions; i++)
        {
            using KernelRun again = KernelRun.Execute(@case, arguments, specs, isComplement: false, device);
            if (ThrownOrDamaged(@case, again) is { } thrown)
                return thrown;
            Tensor[] repeated = again.Outputs();
            bool differs = FindOtherBits(outputs, repeated, out int where, out long which);
            DisposeAll(repeated);
            if (differs)
            {
                return Found(
                    @case, ConformanceFailureKind.Nondeterministic, where, outputs[where], which,
                    element => $"equal arguments must give equal bits; {element} changed from one run to another.");
            }
        }

        return Found(
            @case, ConformanceFailureKind.ReadUndefinedMemory, output, outputs[output], position,
            element => $"{element} depends on memory that is no input: outside the tensors, between elements, or what the output " +
                       "held before.");
    }

    private static ConformanceFailure? FindWrong(
        ConformanceCase @case, OpArguments arguments, TensorSpec[] specs, Tensor[] native, Tensor[] outputs, IConformanceDevice device)
    {
        for (int i = 0; i < outputs.Length; i++)
        {
            Tolerance tolerance = ToleranceOf(@case, arguments, native[i].DType);
            if (OutputComparison.Find(native[i], outputs[i], tolerance) is not { } difference)
                continue;
            bool isWrongInPlaceOnly = @case.Placement != ConformancePlacement.Fresh &&
                @case.Subject.Kernel.Inplace == Inplace.May && IsRightFresh(@case, arguments, specs, native, device);
            ConformanceFailureKind kind = isWrongInPlaceOnly ? ConformanceFailureKind.WrongInPlace
                : difference.IsSpecial ? ConformanceFailureKind.WrongSpecialValue
                : ConformanceFailureKind.WrongValue;
            return Found(
                @case, kind, i, native[i], difference.Position,
                element => Describe(difference, element, tolerance, native[i], isWrongInPlaceOnly))
                with
            { Expected = difference.Expected, Actual = difference.Actual, Bound = difference.Bound };
        }

        return null;
    }

    private static bool IsRightFresh(
        ConformanceCase @case, OpArguments arguments, TensorSpec[] specs, Tensor[] native, IConformanceDevice device)
    {
        using KernelRun run = KernelRun.Execute(@case with { Placement = ConformancePlacement.Fresh }, arguments, specs, false, device);
        if (run.Thrown is not null)
            return false;
        bool isRight = true;
        Tensor[] outputs = run.Outputs();
        for (int i = 0; i < outputs.Length; i++)
            isRight &= OutputComparison.Find(native[i], outputs[i], ToleranceOf(@case, arguments, native[i].DType)) is null;
        DisposeAll(outputs);
        return isRight;
    }

    // Some definitions round to an input's dtype on the way. One last place of float32 before that is one of the other dtype after it.
    private static Tolerance ToleranceOf(ConformanceCase @case, OpArguments arguments, DType output)
    {
        Tolerance tolerance = @case.Subject.Op.ToleranceOf(output);
        if (@case.Values != ConformanceValues.Recast || !DTypes.Floating.HasFlag(output.ToSet()))
            return tolerance;
        foreach (Tensor? input in arguments.Tensors)
        {
            if (input is not null && DTypes.Floating.HasFlag(input.DType.ToSet()))
                tolerance = Tolerance.Looser(tolerance, @case.Subject.Op.ToleranceOf(input.DType));
        }

        return tolerance;
    }

    private static string Describe(OutputDifference difference, string element, Tolerance tolerance, Tensor native, bool isWrongInPlaceOnly)
    {
        string within = difference.IsSpecial
            ? ""
            : $" within {difference.Bound:G4} ({tolerance.Absolute:G4} + {tolerance.Relative:G4} · |expected|)";
        string inPlace = isWrongInPlaceOnly
            ? " Into fresh outputs it is right; look for a read of an activation after a write over it."
            : "";
        return $"{element} is {difference.Actual:G9}; expected {difference.Expected:G9}{within}. " +
               $"{difference.Count} of {native.ElementCount} elements are wrong.{inPlace}";
    }

    private static bool FindOtherBits(Tensor[] left, Tensor[] right, out int output, out long position)
    {
        position = -1;
        for (output = 0; output < left.Length; output++)
        {
            position = OutputComparison.FirstOtherBits(left[output], right[output]);
            if (position >= 0)
                return true;
        }

        return false;
    }

    private static ConformanceFailure Found(
        ConformanceCase @case, ConformanceFailureKind kind, int output, Tensor tensor, long position, Func<string, string> problem)
    {
        string name = @case.Subject.Schema.Outputs[output];
        string element = $"{tensor.DType.ShortName()} {name}{ElementIndex.Describe(tensor.Spec, position)}";
        return ConformanceFailure.Of(@case, kind, problem(element)) with { Output = name, Position = position };
    }
}
