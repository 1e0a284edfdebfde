using PluginIr.Conformance;
using PluginIr.Dispatch;
using PluginIr.Models.Vectors;
using PluginIr.Runtime;
using PluginIr.Runtime.Registry;

namespace PluginIr.Cli.Verifying;

/// <summary>Runs recorded calls and compares.</summary>
internal static class VectorCheck
{
    private enum Outcome { Passed, Failed, Skipped }

    /// <summary>Runs all cases.</summary>
    /// <param name="runtime">The runtime.</param>
    /// <param name="cases">The cases.</param>
    /// <param name="provider">The provider whose kernels run; null to dispatch.</param>
    /// <param name="cancellationToken">Stops between two cases.</param>
    public static VerifyReport Run(IrRuntime runtime, IReadOnlyList<VectorCase> cases, string? provider, CancellationToken cancellationToken)
    {
        var failures = new List<VerifyFailure>();
        var results = new List<(string Op, string Provider, Outcome Outcome)>();
        foreach (VectorCase @case in cases)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int before = failures.Count;
            (string ran, bool isSkipped) = RunCase(runtime, @case, provider, failures);
            results.Add((@case.Op, ran, isSkipped ? Outcome.Skipped : failures.Count > before ? Outcome.Failed : Outcome.Passed));
        }

        IEnumerable<VerifyLine> lines = results
            .GroupBy(r => (r.Op, r.Provider))
            .Select(g => new VerifyLine(g.Key.Op, g.Key.Provider, Count(g, Outcome.Passed), Count(g, Outcome.Failed), Count(g, Outcome.Skipped)))
            .OrderBy(l => l.Op, StringComparer.Ordinal).ThenBy(l => l.Provider, StringComparer.Ordinal);
        return new VerifyReport(cases.Count, Count(results, Outcome.Passed), Count(results, Outcome.Failed), Count(results, Outcome.Skipped), failures, [.. lines]);
    }

    private static int Count(IEnumerable<(string Op, string Provider, Outcome Outcome)> results, Outcome outcome) =>
        results.Count(r => r.Outcome == outcome);

    private static (string Provider, bool IsSkipped) RunCase(IrRuntime runtime, VectorCase @case, string? provider, List<VerifyFailure> failures)
    {
        RegistrySnapshot registry = runtime.Registry;
        if (!registry.Ops.TryGetValue(@case.Op, out RegisteredOp? op))
        {
            failures.Add(new VerifyFailure(@case.Id, @case.Op, provider ?? "", "", null, null, "no loaded plugin declares this op"));
            return (provider ?? "", false);
        }

        using OpArguments arguments = @case.Bind(op.Schema);
        string ran = provider ?? "";
        Tensor[] outputs;
        try
        {
            if (provider is null)
            {
                CallTraits traits = PackedCall.TraitsOf(op, arguments.Tensors, arguments.Attributes);
                DeviceKind device = arguments.Tensors.First(t => t is not null)!.Device.Kind;
                ran = runtime.Explain(op.Name, device, traits, new SpecArguments(arguments.Specs, arguments.Attributes)).Taken?.Provider ?? "";
                outputs = runtime.Call(op.Name, arguments.Tensors, arguments.Attributes);
            }
            else if (runtime.TryCallProvider(op.Name, provider, arguments.Tensors, arguments.Attributes, out _) is { } made)
            {
                outputs = made;
            }
            else
            {
                return (provider, true);
            }
        }
        catch (Exception refused) when (refused is OpArgumentException or NoKernelException)
        {
            failures.Add(new VerifyFailure(@case.Id, op.Name, ran, "", null, null, refused.Message));
            return (ran, false);
        }

        for (int i = 0; i < outputs.Length; i++)
        {
            using Tensor actual = outputs[i];
            if (Compare(op, @case.Outputs[i], actual) is { } difference)
                failures.Add(new VerifyFailure(@case.Id, op.Name, ran, @case.Outputs[i].Name, difference.MaxAbs, difference.MaxRel, difference.Problem));
        }

        return (ran, false);
    }

    private static (double? MaxAbs, double? MaxRel, string Problem)? Compare(RegisteredOp op, VectorTensor recorded, Tensor actual)
    {
        Tensor expected = recorded.Value!;
        if (!expected.Spec.Equals(actual.Spec))
            return (null, null, $"expected {expected.Spec}; found {actual.Spec}");

        Tolerance tolerance = op.Descriptor.ToleranceOf(actual.DType);
        float[] actualRow = new float[actual.Last], expectedRow = new float[actual.Last];
        double maxAbs = 0, maxRel = 0;
        string? problem = null;
        for (long row = 0; row < actual.Rows; row++)
        {
            actual.ReadRow(row, actualRow);
            expected.ReadRow(row, expectedRow);
            for (int i = 0; i < actualRow.Length; i++)
            {
                double difference = Math.Abs((double)actualRow[i] - expectedRow[i]);
                if (double.IsFinite(difference))
                {
                    maxAbs = Math.Max(maxAbs, difference);
                    maxRel = expectedRow[i] == 0 ? maxRel : Math.Max(maxRel, difference / Math.Abs((double)expectedRow[i]));
                }

                if (problem is null && !tolerance.Accepts(actualRow[i], expectedRow[i]))
                {
                    problem = $"row {row}, element {i}: expected {expectedRow[i]:G9} within {tolerance.Absolute:G3} + {tolerance.Relative:G3} relative; " +
                              $"found {actualRow[i]:G9}";
                }
            }
        }

        return problem is null ? null : (maxAbs, maxRel, problem);
    }
}
