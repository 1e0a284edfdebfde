using PluginIr.Conformance;
using PluginIr.Dispatch;
using Xunit;

namespace PluginIr.CpuSimd.Tests;

/// <summary>Calls that threads share, for every kernel that the plugin registers.</summary>
public sealed unsafe class ThreadTests
{
    public static MatrixTheoryData<string, DType> KernelsAndDTypes => new(Subjects.All.Select(subject => subject.Schema.Name), Cases.DTypes);

    [Theory]
    [MemberData(nameof(KernelsAndDTypes))]
    public void A_calls_bits_do_not_depend_on_how_many_threads_share_it(string op, DType dtype)
    {
        foreach ((long rows, long hidden) in ((long, long)[])[(1, 4096), (67, 4096), (300, 1000)])
        {
            for (int seed = 0; seed < 2; seed++)
            {
                var @case = new ConformanceCase(
                    Subjects.Get(op), dtype, rows, hidden, ConformanceLayout.Contiguous, ConformancePlacement.Fresh, ConformanceValues.Normal, seed);
                using OpArguments arguments = @case.Generate();
                Tensor[] alone = Run(@case, arguments, null);
                foreach (int threads in (int[])[2, 3])
                {
                    var team = new TeamOfThreads(threads);
                    Tensor[] shared = Run(@case, arguments, team);
                    for (int i = 0; i < alone.Length; i++)
                        TensorAssert.SameBits(alone[i], shared[i], $"{@case}, {threads} threads");
                    Assert.True(rows == 1 || team.Shared > 0, $"{@case}: no thread was asked.");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(Subjects.Names), MemberType = typeof(Subjects))]
    public void A_small_call_is_left_to_its_own_thread(string op)
    {
        var @case = new ConformanceCase(
            Subjects.Get(op), DType.Float32, 4, 256, ConformanceLayout.Contiguous, ConformancePlacement.Fresh, ConformanceValues.Normal, 0);
        using OpArguments arguments = @case.Generate();
        var team = new TeamOfThreads(2);
        Run(@case, arguments, team);
        Assert.Equal(0, team.Shared);
    }

    [Theory]
    [MemberData(nameof(KernelsAndDTypes))]
    public void A_call_allocates_nothing(string op, DType dtype)
    {
        foreach (int seed in (int[])[0, 1, 2, 3])
        {
            var @case = new ConformanceCase(
                Subjects.Get(op), dtype, 5, 300, ConformanceLayout.Contiguous, ConformancePlacement.Fresh, ConformanceValues.Normal, seed);
            using OpArguments arguments = @case.Generate();
            var entry = (delegate*<KernelContext, in KernelArguments, void>)@case.Subject.Kernel.PackedEntry;
            Tensor[] outputs = Outputs(@case, arguments);
            var context = new KernelContext();
            var call = new KernelArguments(arguments.Tensors, arguments.Attributes, outputs);
            entry(context, call);
            long before = GC.GetAllocatedBytesForCurrentThread();
            entry(context, call);
            Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        }
    }

    private static Tensor[] Run(ConformanceCase @case, OpArguments arguments, WorkerPool? workers)
    {
        Tensor[] outputs = Outputs(@case, arguments);
        var entry = (delegate*<KernelContext, in KernelArguments, void>)@case.Subject.Kernel.PackedEntry;
        entry(new KernelContext { Workers = workers }, new KernelArguments(arguments.Tensors, arguments.Attributes, outputs));
        return outputs;
    }

    private static Tensor[] Outputs(ConformanceCase @case, OpArguments arguments)
    {
        var specs = new TensorSpec[@case.Subject.Schema.Outputs.Count];
        @case.Subject.Op.Infer(arguments.Specs, arguments.Attributes, specs);
        return Array.ConvertAll(specs, Tensor.Empty);
    }
}
