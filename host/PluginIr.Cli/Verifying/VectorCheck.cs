using PluginIr.Conformance;
using PluginIr.Dispatch;
using PluginIr.Models.Vectors;
using PluginIr.Runtime;
using PluginIr.Runtime.Registry;

namespace PluginIr.Cli.Verifying;

/// <summary>Runs recorded calls and compares.</summary>
internal static class VectorCheck
{
    /// <summary>Runs all cases.</summary>
    /// <param name="runtime">The runtime.</param>
    /// <param name="cases">The cases.</param>
    /// <param name="provider">The provider whose kernels run; null to dispatch.</param>
    /// <param name="device">Where the inputs are placed and the kernels run.</param>
    /// <param name="cancellationToken">Stops between two cases.</param>
    public static VerifyReport Run(IrRuntime runtime, IReadOnlyList<VectorCase> cases, string? provider, Device device, CancellationToken cancellationToken)
    {
        var failures = new List<VerifyFailure>();
        var results = new List<CaseResult>();
        foreach (VectorCase @case in cases)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int before = failures.Count;
            (string ran, string? skipped) = RunCase(runtime, @case, provider, device, failures);
            results.Add(new CaseResult(@case.Op, ran, failures.Count > before, skipped));
        }

        IEnumerable<VerifyLine> lines = results
            .GroupBy(r => (r.Op, r.Provider))
            .Select(g => new VerifyLine(g.Key.Op, g.Key.Provider, g.Count(r => r.HasPassed), g.Count(r => r.HasFailed), SkipsOf(g)))
            .OrderBy(l => l.Op, StringComparer.Ordinal).ThenBy(l => l.Provider, StringComparer.Ordinal);
        IReadOnlyList<VerifySkip> skips = SkipsOf(results);
        return new VerifyReport(
            cases.Count, results.Count(r => r.HasPassed), results.Count(r => r.HasFailed), skips.Sum(s => s.Cases), failures, skips.Count == 0 ? null : skips, [.. lines]);
    }

    private static IReadOnlyList<VerifySkip> SkipsOf(IEnumerable<CaseResult> results) =>
        [.. results.Where(r => r.Skipped is not null).GroupBy(r => (r.Op, Reason: r.Skipped!)).Select(g => new VerifySkip(g.Key.Op, g.Count(), g.Key.Reason))];

    // Which provider ran, or was to; and why it did not.
    private static (string Provider, string? Skipped) RunCase(IrRuntime runtime, VectorCase @case, string? provider, Device device, List<VerifyFailure> failures)
    {
        RegistrySnapshot registry = runtime.Registry;
        if (!registry.Ops.TryGetValue(@case.Op, out RegisteredOp? op))
        {
            failures.Add(new VerifyFailure(@case.Id, @case.Op, provider ?? "", "", null, null, "no loaded plugin declares this op"));
            return (provider ?? "", null);
        }

        using OpArguments recorded = @case.Bind(op.Schema);
        using var arguments = new OpArguments(
            op.Schema, [.. recorded.Tensors.Select(t => t is null ? null : Place(runtime, t, device))], recorded.Attributes);
        string ran = provider ?? "";
        try
        {
            if (provider is null)
            {
                CallTraits traits = PackedCall.TraitsOf(op, arguments.Tensors, arguments.Attributes);
                ran = runtime.Explain(op.Name, device.Kind, traits, new SpecArguments(arguments.Specs, arguments.Attributes)).Taken?.Provider ?? "";
                Compare(runtime.Call(op.Name, arguments.Tensors, arguments.Attributes));
            }
            else if (runtime.TryCallProvider(op.Name, provider, arguments.Tensors, arguments.Attributes, out string? refusal) is { } results)
            {
                Compare(results);
            }
            else
            {
                return (provider, refusal!);
            }
        }
        catch (Exception failure)
        {
            // A kernel may throw anything, on a device not before its results are read; the other cases are to run all the same.
            string problem = failure is OpArgumentException or NoKernelException ? failure.Message : $"threw {failure.GetType().Name}: {failure.Message}";
            failures.Add(new VerifyFailure(@case.Id, op.Name, ran, "", null, null, problem));
        }

        return (ran, null);

        void Compare(Tensor[] outputs)
        {
            for (int i = 0; i < outputs.Length; i++)
            {
                using Tensor made = outputs[i], actual = device.IsCpu ? made.Alias() : runtime.ToHost(made);
                if (VectorCheck.Compare(op, @case.Outputs[i], actual) is { } difference)
                    failures.Add(new VerifyFailure(@case.Id, op.Name, ran, @case.Outputs[i].Name, difference.MaxAbs, difference.MaxRel, difference.Problem));
            }
        }
    }

    // Where tensors lie in the file is no multiple of anything; those that a host makes are aligned, and kernels may ask for that.
    private static Tensor Place(IrRuntime runtime, Tensor recorded, Device device)
    {
        Tensor placed = runtime.Allocate(recorded.Spec, device);
        runtime.Copy(recorded, placed);
        return placed;
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

    private sealed record CaseResult(string Op, string Provider, bool HasFailed, string? Skipped)
    {
        public bool HasPassed => !HasFailed && Skipped is null;
    }
}
