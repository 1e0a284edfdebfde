using System.Reflection;
using PluginIr.Conformance;
using PluginIr.Registration;
using Xunit;

namespace PluginIr.CpuSimd.Tests;

/// <summary>The plugin's kernels with their ops, whether the processor's vectors are switched off or not.</summary>
internal static class Subjects
{
    public static IReadOnlyList<ConformanceSubject> All { get; } = Collect();

    public static TheoryData<string> Names => [.. All.Select(subject => subject.Schema.Name)];

    public static ConformanceSubject Get(string op) => All.Single(subject => subject.Schema.Name == op);

    private static ConformanceSubject[] Collect()
    {
        using PluginConformance contracts = PluginConformance.Of(typeof(Tensor).Assembly);
        Dictionary<string, OpDescriptor> ops = contracts.Kernels.ToDictionary(kernel => kernel.Schema.Text, kernel => kernel.Op);
        return
        [
            .. CollectingRegistrar.OfPlugin().Kernels
                .Select(kernel => new ConformanceSubject(ops[Schemas.OpSchema.Parse(kernel.Schema).Text], kernel)),
        ];
    }
}
