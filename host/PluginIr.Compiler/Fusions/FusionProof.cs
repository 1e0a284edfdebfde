using System.Collections.Concurrent;
using PluginIr.Compiler.Graphs;
using PluginIr.Conformance;
using PluginIr.Dispatch;
using PluginIr.Graphs;
using PluginIr.Registration;
using PluginIr.Runtime.Registry;
using PluginIr.Schemas;

namespace PluginIr.Compiler.Fusions;

/// <summary>Shows on generated inputs that both sides of a fusion make the same, within the tolerance of the op that it leads to.</summary>
internal static unsafe class FusionProof
{
    private const int Cases = 24, LeastCases = 6;

    // By content: a proof holds for equal builds, whichever runtime asks.
    private static readonly ConcurrentDictionary<string, string> s_known = new();

    /// <summary>Runs both sides with the native definitions.</summary>
    /// <param name="rule">The fusion.</param>
    /// <param name="snapshot">A snapshot that is entered.</param>
    /// <param name="dtype">The dtype of activations to show it for.</param>
    /// <returns>Why the two are not shown equal; null when they are.</returns>
    public static string? Refutation(FusionRule rule, RegistrySnapshot snapshot, DType dtype)
    {
        IEnumerable<string> builds = rule.Pattern.Calls.Append(rule.Call)
            .Select(c => snapshot.Op(c.Schema.Name)).Select(o => $"{o.Schema}@{o.Generation.ContentHash}");
        string key = $"{rule.Name}@{rule.ContentHash} {dtype} {string.Join(' ', builds)}";
        string found = s_known.GetOrAdd(key, _ => RefuteSafely(rule, snapshot, dtype) ?? "");
        return found.Length == 0 ? null : found;
    }

    // A plugin's definitions are run. One that throws costs its fusion, and nobody a compilation.
    private static string? RefuteSafely(FusionRule rule, RegistrySnapshot snapshot, DType dtype)
    {
        try
        {
            return Refute(rule, snapshot, dtype);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            return $"running the two sides failed with {failure.GetType().Name}: {failure.Message}";
        }
    }

    private static string? Refute(FusionRule rule, RegistrySnapshot snapshot, DType dtype)
    {
        var context = new KernelContext();
        int ran = 0;
        for (int seed = 0; seed < Cases; seed++)
        {
            long[] rows = [1, 3, 8], hidden = [16, 33, 64];
            var generator = new InputGenerator(rule.Call.Schema, dtype, rows[seed % 3], hidden[seed / 3 % 3], seed);
            snapshot.Op(rule.Call.Schema.Name).Descriptor.Generate(generator);
            using OpArguments arguments = generator.Build();
            try
            {
                Tensor[] expected = Run(rule.Pattern, rule, snapshot, arguments, context);
                Tensor[] actual = Run(rule.Replacement, rule, snapshot, arguments, context);
                ran++;
                if (Difference(rule, snapshot, expected, actual) is { } difference)
                    return $"{difference} ({dtype.Name()}, seed {seed})";
            }
            catch (OpArgumentException)
            {
                // The op generates what the pattern's ops do not take, such as padding: that is no place where the pattern can be.
            }
        }

        return ran >= LeastCases
            ? null
            : $"of {Cases} inputs that {rule.Call.Schema.Name} generated the pattern takes {ran}; at least {LeastCases} are needed";
    }

    private static string? Difference(FusionRule rule, RegistrySnapshot snapshot, Tensor[] expected, Tensor[] actual)
    {
        OpDescriptor op = snapshot.Op(rule.Call.Schema.Name).Descriptor;
        for (int i = 0; i < expected.Length; i++)
        {
            if (!expected[i].Spec.Equals(actual[i].Spec))
                return $"output {i} is {actual[i].Spec} and not {expected[i].Spec}";
            if (OutputComparison.Find(expected[i], actual[i], op.ToleranceOf(expected[i].DType)) is { } difference)
                return $"element {difference.Position} of output {i} is {difference.Actual} and not {difference.Expected}";
        }

        return null;
    }

    private static Tensor[] Run(CallPattern side, FusionRule rule, RegistrySnapshot snapshot, OpArguments arguments, KernelContext context)
    {
        var values = new Tensor?[side.Values.Count];
        for (int i = 0; i < values.Length; i++)
        {
            if (side.Values[i].Variable is { } variable)
                values[i] = arguments.Tensors[PositionOf(rule, variable)];
        }

        foreach (PatternCall call in side.Calls)
        {
            OpDescriptor op = snapshot.Op(call.Schema.Name).Descriptor;
            Tensor?[] inputs = [.. call.Operands.Select(o => o < 0 ? null : values[o])];
            AttributeValue[] attributes = [.. call.Attributes.Select(a => ValueOf(rule, a, arguments))];
            var specs = new TensorSpec[call.Results.Length];
            op.Infer([.. inputs.Select(t => t?.Spec)], attributes, specs);
            Tensor[] outputs = Array.ConvertAll(specs, Tensor.Empty);
            ((delegate*<KernelContext, in KernelArguments, void>)op.Native.PackedEntry)(context, new KernelArguments(inputs, attributes, outputs));
            for (int i = 0; i < outputs.Length; i++)
                values[call.Results[i]] = outputs[i];
        }

        return [.. side.Outputs.Select(o => values[o]!)];
    }

    // Variables have the values that the replacement's op generated for the inputs that they stand at there.
    private static int PositionOf(FusionRule rule, string variable) =>
        Array.FindIndex(rule.Call.Operands, o => o >= 0 && rule.Replacement.Values[o].Variable == variable);

    private static AttributeValue ValueOf(FusionRule rule, GraphAttribute attribute, OpArguments arguments) => attribute.Variable is { } variable
        ? arguments.Attributes[Array.FindIndex(rule.Call.Attributes, a => a.Variable == variable)]
        : attribute.Value;
}
