using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace PluginIr.Conformance;

/// <summary>One run of one kernel, as data: everything that its arguments are made from.</summary>
/// <remarks>
/// Prints as <c>rms_norm/cpu_simd bf16 3x33 strided aliased special #7</c> and parses back, so that a failure can be had again from
/// its message alone.
/// </remarks>
/// <param name="Subject">The kernel and its op.</param>
/// <param name="DType">The activations' dtype.</param>
/// <param name="Rows">How many rows the op's generator is asked for.</param>
/// <param name="Hidden">The row length that it is asked for.</param>
/// <param name="Layout">How the tensors lie in memory.</param>
/// <param name="Placement">Where the outputs are.</param>
/// <param name="Values">What floating-point inputs hold.</param>
/// <param name="Seed">The source of all randomness.</param>
public sealed partial record ConformanceCase(
    ConformanceSubject Subject, DType DType, long Rows, long Hidden, ConformanceLayout Layout, ConformancePlacement Placement,
    ConformanceValues Values, int Seed)
{
    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <param name="text">The text.</param>
    /// <param name="subjects">The kernels that it may be about.</param>
    /// <exception cref="FormatException">The text is not a case, or is about none of the kernels.</exception>
    public static ConformanceCase Parse(string text, IEnumerable<ConformanceSubject> subjects)
    {
        Match match = Pattern().Match(text);
        if (!match.Success || !DTypeExtensions.TryParse(match.Groups["dtype"].Value, out DType dtype) ||
            !Enum.TryParse(match.Groups["layout"].Value, ignoreCase: true, out ConformanceLayout layout) ||
            !Enum.TryParse(match.Groups["placement"].Value, ignoreCase: true, out ConformancePlacement placement) ||
            !Enum.TryParse(match.Groups["values"].Value, ignoreCase: true, out ConformanceValues values))
        {
            throw new FormatException(
                $"'{text}' is not a case; expected the like of 'rms_norm/cpu_simd bf16 3x33 strided aliased special #7'.");
        }

        string name = match.Groups["name"].Value;
        ConformanceSubject[] known = [.. subjects];
        ConformanceSubject subject = Array.Find(known, s => s.Name == name) ?? throw new FormatException(
            $"Case '{text}' is about {name}; the kernels here are {string.Join(", ", known.Select(s => s.Name))}.");
        return new ConformanceCase(subject, dtype, Number("rows"), Number("hidden"), layout, placement, values, (int)Number("seed"));

        long Number(string group) => long.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);
    }

    /// <summary>The case's arguments, contiguous and on the host. Equal cases make equal arguments.</summary>
    public OpArguments Generate()
    {
        var generator = new InputGenerator(Subject.Schema, DType, Rows, Hidden, Seed);
        Subject.Op.Generate(generator);
        OpArguments arguments = generator.Build();
        if (Values == ConformanceValues.Special)
            SpecialValues.Strew(arguments, Subject, Seed);
        if (Values == ConformanceValues.Recast)
            Recast(arguments);
        if (Layout == ConformanceLayout.Broadcast)
            RepeatFirst(arguments);
        return arguments;
    }

    /// <summary>The case's arguments, and the outputs' specs for them.</summary>
    /// <param name="arguments">The arguments. The caller disposes them, those too that are there when something else is thrown.</param>
    /// <param name="specs">The outputs' specs.</param>
    /// <returns>False when the op does not take such arguments.</returns>
    internal bool TryGenerate([NotNullWhen(true)] out OpArguments? arguments, out TensorSpec[] specs)
    {
        (arguments, specs) = (null, []);
        try
        {
            arguments = Generate();
            specs = NativeRun.Infer(Subject, arguments);
            return true;
        }
        catch (OpArgumentException)
        {
            arguments?.Dispose();
            arguments = null;
            return false;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Subject.Name} {DType.ShortName()} {Rows}x{Hidden} {Word(Layout)} {Word(Placement)} {Word(Values)} #{Seed}");

    private void Recast(OpArguments arguments)
    {
        DType other = DType == DType.Float32 ? DType.BFloat16 : DType.Float32;
        for (int i = 0; i < arguments.Tensors.Length; i++)
        {
            if (Subject.Activations.Contains(i) || arguments.Tensors[i] is not { } tensor || (tensor.DType.ToSet() & DTypes.Floating) == 0)
                continue;
            arguments.Tensors[i] = Tensor.FromSingles(other, tensor.ToSingles(), tensor.Shape);
            try
            {
                NativeRun.Infer(Subject, arguments);
                tensor.Dispose();
            }
            catch (OpArgumentException)
            {
                arguments.Tensors[i]!.Dispose();
                arguments.Tensors[i] = tensor;
            }
        }
    }

    // What a stride of 0 shows: along the first dimension every part is the first one.
    private static void RepeatFirst(OpArguments arguments)
    {
        foreach (Tensor? tensor in arguments.Tensors)
        {
            if (tensor is null || tensor.Rank < 2)
                continue;
            using Tensor first = tensor.Shape[0] == 0 ? tensor.Alias() : tensor.Slice(0, 0, 1);
            for (long i = 1; i < tensor.Shape[0]; i++)
            {
                using Tensor part = tensor.Slice(0, i, 1);
                part.CopyFrom(first);
            }
        }
    }

    private static string Word<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();

    [GeneratedRegex(
        @"^(?<name>\S+) (?<dtype>\S+) (?<rows>\d{1,9})x(?<hidden>\d{1,9}) " +
        @"(?<layout>[a-z]+) (?<placement>[a-z]+) (?<values>[a-z]+) #(?<seed>\d{1,9})\z")]
    private static partial Regex Pattern();
}
