using PluginIr.Conformance;
using PluginIr.Dispatch;
using PluginIr.Models.Vectors;
using PluginIr.Registration;
using PluginIr.Schemas;
using Xunit;

namespace PluginIr.CpuSimd.Tests;

/// <summary>What PyTorch computes, for every kernel that the plugin registers.</summary>
public sealed unsafe class VectorTests : IDisposable
{
    private static readonly CollectingRegistrar s_plugin = CollectingRegistrar.OfPlugin();

    private readonly VectorFile _vectors = OpenVectors();

    /// <summary>The ops that there are vectors of.</summary>
    public static TheoryData<string> Ops
    {
        get
        {
            using VectorFile vectors = OpenVectors();
            HashSet<string> recorded = [.. vectors.Cases.Select(vector => vector.Op)];
            return [.. s_plugin.Kernels.Select(OpOf).Where(recorded.Contains)];
        }
    }

    public void Dispose() => _vectors.Dispose();

    [Theory]
    [MemberData(nameof(Ops))]
    public void A_kernel_computes_what_PyTorch_computes(string op)
    {
        KernelDescriptor kernel = s_plugin.Kernels.Single(k => OpOf(k) == op);
        int taken = 0;
        foreach (VectorCase vector in _vectors.Cases.Where(c => c.Op == op))
        {
            using OpArguments arguments = vector.Bind(OpSchema.Parse(kernel.Schema));
            if (!Takes(kernel, arguments))
                continue;
            taken++;
            Tensor[] outputs = [.. vector.Outputs.Select(output => Tensor.Empty(output.Value!.Spec))];
            var entry = (delegate*<KernelContext, in KernelArguments, void>)kernel.PackedEntry;
            entry(new KernelContext(), new KernelArguments(arguments.Tensors, arguments.Attributes, outputs));
            foreach ((Tensor expected, Tensor actual) in vector.Outputs.Select(output => output.Value!).Zip(outputs))
                TensorAssert.Close(expected, actual, $"{vector} {expected.Spec}");
        }

        Assert.NotEqual(0, taken);
    }

    private static VectorFile OpenVectors() => VectorFile.Open(Path.Combine(AppContext.BaseDirectory, "vectors", "ops-public.safetensors"));

    private static string OpOf(KernelDescriptor kernel) => OpSchema.Parse(kernel.Schema).Name;

    // What dispatch would ask.
    private static bool Takes(KernelDescriptor kernel, OpArguments arguments)
    {
        SchemaParameter[] tensors = [.. arguments.Schema.Tensors], attributes = [.. arguments.Schema.Attributes];
        bool isGiven(string name) =>
            arguments.Tensors.Where((tensor, i) => tensors[i].Name == name && tensor is not null).Any() ||
            arguments.Attributes.Where((value, i) => attributes[i].Name == name && !value.IsNone).Any();
        if (kernel.Without.Any(isGiven))
            return false;
        DType[] floating = [.. arguments.Tensors.Where(t => t?.DType.IsFloatingPoint() == true).Select(t => t!.DType).Distinct()];
        if (kernel.SameDType && floating.Length > 1)
            return false;
        var predicate = (delegate*<in SpecArguments, bool>)kernel.PackedSupportsArgs;
        return predicate == null || predicate(new SpecArguments(arguments.Specs, arguments.Attributes));
    }
}
