using PluginIr.Contracts.Generators.Tests.Driving;
using PluginIr.Contracts.Generators.Tests.Fixtures;
using PluginIr.Dispatch;
using PluginIr.Registration;
using Xunit;

namespace PluginIr.Contracts.Generators.Tests;

/// <summary>The calls that the build of these tests generated for the ops in Fixtures.</summary>
public sealed class TypedCallTests
{
    private static readonly CollectingRegistrar s_registered = CollectingRegistrar.Of(typeof(TypedCallTests).Assembly);
    private static readonly OpDescriptor s_gather = s_registered.Ops.Single(o => o.Native.Method.EndsWith("Gather.Native", StringComparison.Ordinal));

    [Theory]
    [InlineData("never", 0)]
    [InlineData("may", 0)]
    [InlineData("only", 2)]
    public void A_functional_call_changes_no_input_and_copies_for_kernels_that_work_in_place_only(string provider, int copies)
    {
        TestDispatcher ir = Dispatcher(provider);
        using Tensor x = Floats(1, 2), residual = Floats(10, 20);

        (Tensor output, Tensor residualOut) = ir.Twin(x, residual, null);

        AssertHolds(output, 11, 22);
        AssertHolds(residualOut, -9, -18);
        AssertHolds(x, 1, 2);
        AssertHolds(residual, 10, 20);
        Assert.Equal((2, copies), (ir.Allocated, ir.Copied));
        Assert.Equal([ir.Current, ir.Current], ir.Entered);
    }

    [Theory]
    [InlineData("never", false)]
    [InlineData("may", true)]
    [InlineData("only", true)]
    public void A_donating_call_writes_over_activations_when_the_kernel_may_and_never_copies(string provider, bool isInPlace)
    {
        TestDispatcher ir = Dispatcher(provider);
        using Tensor x = Floats(1, 2), residual = Floats(10, 20);

        (Tensor output, Tensor residualOut) = ir.TwinMaybeInplace(x, residual, null);

        AssertHolds(output, 11, 22);
        AssertHolds(residualOut, -9, -18);
        Assert.Equal((isInPlace, isInPlace), (ReferenceEquals(output, x), ReferenceEquals(residualOut, residual)));
        Assert.Equal((isInPlace ? 0 : 2, 0), (ir.Allocated, ir.Copied));
    }

    [Theory]
    [InlineData("may", 0)]
    [InlineData("only", 2)]
    public void Donated_activations_that_share_memory_are_not_written_over(string provider, int copies)
    {
        TestDispatcher ir = Dispatcher(provider);
        using Tensor x = Floats(1, 2);

        (Tensor output, Tensor residualOut) = ir.TwinMaybeInplace(x, x, null);

        AssertHolds(output, 2, 4);
        AssertHolds(residualOut, 0, 0);
        AssertHolds(x, 1, 2);
        Assert.Equal((2, copies), (ir.Allocated, ir.Copied));
    }

    [Fact]
    public void A_donated_activation_that_another_input_shares_is_not_written_over()
    {
        using Tensor x = Floats(1, 2), residual = Floats(10, 20);
        (Tensor output, _) = Dispatcher("only").TwinMaybeInplace(x, residual, weight: residual);
        AssertHolds(output, 11, 22);
        AssertHolds(residual, 10, 20);
    }

    [Theory]
    [InlineData("never", 0)]
    [InlineData("may", 0)]
    [InlineData("only", 2)]
    public void A_call_into_given_memory_writes_there_and_changes_no_input(string provider, int copies)
    {
        TestDispatcher ir = Dispatcher(provider);
        using Tensor x = Floats(1, 2), residual = Floats(10, 20), output = Floats(0, 0), residualOut = Floats(0, 0);

        ir.TwinInto(x, residual, null, output, residualOut, scale: 2);

        AssertHolds(output, 22, 44);
        AssertHolds(residualOut, -18, -36);
        AssertHolds(x, 1, 2);
        Assert.Equal((0, copies), (ir.Allocated, ir.Copied));
    }

    [Theory]
    [InlineData("may")]
    [InlineData("only")]
    public void A_call_into_the_activations_works_in_place(string provider)
    {
        TestDispatcher ir = Dispatcher(provider);
        using Tensor x = Floats(1, 2), residual = Floats(10, 20);

        ir.TwinInto(x, residual, null, x, residual);

        AssertHolds(x, 11, 22);
        AssertHolds(residual, -9, -18);
        Assert.Equal((0, 0), (ir.Allocated, ir.Copied));
    }

    [Fact]
    public void A_call_into_one_activation_copies_the_other_for_a_kernel_that_works_in_place_only()
    {
        TestDispatcher ir = Dispatcher("only");
        using Tensor x = Floats(1, 2), residual = Floats(10, 20), residualOut = Floats(0, 0);

        ir.TwinInto(x, residual, null, x, residualOut);

        AssertHolds(x, 11, 22);
        AssertHolds(residualOut, -9, -18);
        AssertHolds(residual, 10, 20);
        Assert.Equal(1, ir.Copied);
    }

    [Fact]
    public void A_call_into_its_activations_is_not_offered_to_a_kernel_that_never_aliases()
    {
        using Tensor x = Floats(1, 2), residual = Floats(10, 20);
        var refused = Assert.Throws<NoKernelException>(() => Dispatcher("never").TwinInto(x, residual, null, x, residual));
        Assert.Contains("Aliased", refused.Message);
        AssertHolds(x, 1, 2);
    }

    [Fact]
    public void Outputs_that_share_memory_with_anything_but_their_activation_are_refused()
    {
        using Tensor x = Floats(1, 2), residual = Floats(10, 20), own = Floats(0, 0);
        TestDispatcher ir = Dispatcher("may");
        using Tensor shifted = Tensor.Empty(DType.Float32, 3);
        using Tensor low = shifted.Slice(0, 0, 2), high = shifted.Slice(0, 1, 2);

        AssertRefused("'out'", "'x_residual'", () => ir.TwinInto(x, residual, null, residual, own));
        AssertRefused("'residual_out'", "'x'", () => ir.TwinInto(x, residual, null, own, x));
        AssertRefused("'out'", "'weight'", () => ir.TwinInto(x, residual, own, own, Floats(0, 0)));
        AssertRefused("'out'", "'residual_out'", () => ir.TwinInto(x, residual, null, own, own));
        AssertRefused("'out'", "'x'", () => ir.TwinInto(low, residual, null, high, own));

        static void AssertRefused(string output, string other, Action call)
        {
            string message = Assert.Throws<OpArgumentException>(call).Message;
            Assert.Contains("twin: output " + output, message);
            Assert.Contains($"shares memory with {other}", message);
        }
    }

    [Fact]
    public void An_output_of_another_shape_or_dtype_is_refused()
    {
        using Tensor x = Floats(1, 2), residual = Floats(10, 20), right = Floats(0, 0), longer = Floats(0, 0, 0);
        using Tensor half = Tensor.Zeros(DType.Float16, 2);
        TestDispatcher ir = Dispatcher("may");
        Assert.Contains("'residual_out' must be f32[2]", Assert.Throws<OpArgumentException>(() => ir.TwinInto(x, residual, null, right, longer)).Message);
        Assert.Contains("'out' must be f32[2]", Assert.Throws<OpArgumentException>(() => ir.TwinInto(x, residual, null, half, right)).Message);
    }

    [Fact]
    public void The_first_kernel_whose_masks_and_predicate_accept_is_taken()
    {
        TestDispatcher ir = Dispatcher("may", "never");
        var observer = new RecordingObserver();
        ir.Observer = observer;
        using Tensor x = Floats(1, 2), residual = Floats(10, 20);

        ir.Twin(x, residual, null);
        ir.Twin(x, residual, weight: x);
        ir.TwinInto(x, residual, null, x, residual, scale: 3);

        Assert.Equal(
            [
                "kernel 0: f32[2] f32[2] None; 1; 1",
                "kernel 1: f32[2] f32[2] f32[2]; 1; 1",
                $"kernel 0: f32[2] f32[2] None; 3; {(CallTraits)1 | CallTraits.Aliased}",
            ],
            observer.Calls);
    }

    [Fact]
    public void A_call_that_no_kernel_takes_runs_nothing_and_says_what_it_was()
    {
        using Tensor x = Floats(1, 2), residual = Floats(10, 20);
        TestDispatcher ir = Dispatcher("may");
        var refused = Assert.Throws<NoKernelException>(() => ir.Twin(x, residual, weight: x));
        Assert.Equal("twin", refused.Op);
        Assert.Contains("cpu", refused.Message);
        Assert.Contains("f32[2] f32[2] f32[2]", refused.Message);
        Assert.Equal(0, ir.Allocated);
        Assert.True(ir.IsIdle);
    }

    [Fact]
    public void A_disposed_tensor_is_taken_by_no_kernel()
    {
        using Tensor x = Floats(1, 2);
        Tensor residual = Floats(10, 20);
        residual.Dispose();
        Assert.Contains("Disposed", Assert.Throws<NoKernelException>(() => Dispatcher("never").Twin(x, residual, null)).Message);
    }

    [Fact]
    public void The_dispatcher_is_told_of_a_fallback()
    {
        TestDispatcher ir = TestDispatcher.Fallback(Kernel("may"));
        using Tensor x = Floats(1, 2), residual = Floats(10, 20);
        ir.Twin(x, residual, null, scale: 4);
        Assert.Equal([4f], ir.Fallbacks);

        TestDispatcher chosen = Dispatcher("may");
        chosen.Twin(x, residual, null);
        Assert.Empty(chosen.Fallbacks);
    }

    [Fact]
    public void A_kernel_that_throws_leaves_no_call_inside()
    {
        TestDispatcher ir = Dispatcher("may");
        using Tensor x = Floats(1, 2), residual = Floats(10, 20);
        MayKernels.Failure = new InvalidOperationException("kernel");
        try
        {
            Assert.Throws<InvalidOperationException>(() => ir.Twin(x, residual, null));
        }
        finally
        {
            MayKernels.Failure = null;
        }

        Assert.True(ir.IsIdle);
        AssertHolds(ir.Twin(x, residual, null).Out, 11, 22);
    }

    [Fact]
    public void A_fault_is_the_kernels_whose_predicate_or_body_threw_and_nobodys_in_between()
    {
        TestDispatcher ir = Dispatcher("may");
        using Tensor x = Floats(1, 2), residual = Floats(10, 20);
        try
        {
            MayKernels.PredicateFailure = new InvalidOperationException("predicate");
            Assert.Throws<InvalidOperationException>(() => ir.Twin(x, residual, null));
            MayKernels.PredicateFailure = null;
            ir.AllocationFailure = new InvalidOperationException("full");
            Assert.Throws<InvalidOperationException>(() => ir.Twin(x, residual, null));
            ir.AllocationFailure = null;
            MayKernels.Failure = new InvalidOperationException("kernel");
            Assert.Throws<InvalidOperationException>(() => ir.Twin(x, residual, null));
        }
        finally
        {
            MayKernels.Failure = MayKernels.PredicateFailure = null;
        }

        Assert.Equal([0, -1, 0], ir.Faults);
    }

    [Fact]
    public void A_kernel_that_declined_has_no_part_in_the_faults_of_those_after_it()
    {
        TestDispatcher ir = Dispatcher("may", "never");
        ir.AllocationFailure = new InvalidOperationException("full");
        using Tensor x = Floats(1, 2);
        Assert.Throws<InvalidOperationException>(() => ir.Twin(x, x, weight: x));
        Assert.Equal([-1], ir.Faults);
    }

    [Fact]
    public void Attributes_of_every_type_and_defaults_reach_the_kernel()
    {
        var ir = new TestDispatcher(s_gather.Native);
        using Tensor indices = Tensor.From<long>([1, 0], 2), x = Floats(1000, 2000);
        AssertHolds(ir.Gather(indices, x, 3, true, DType.BFloat16), 2000 + 3 + 10 + 2 + 5 + 0.5f, 1000 + 3 + 10 + 2 + 5 + 0.5f);
        AssertHolds(ir.Gather(indices, x, -3, false, DType.Float32, "", bias: null), 2000 - 3 - 100, 1000 - 3 - 100);
    }

    [Fact]
    public void Only_activations_dtypes_are_among_a_calls_traits()
    {
        var ir = new TestDispatcher(s_gather.Native);
        var observer = new RecordingObserver();
        ir.Observer = observer;
        using Tensor indices = Tensor.From<long>([0], 1), x = Floats(1, 2);

        ir.Gather(indices, x, 0, false, DType.Float32);

        // 1 is float32 alone: the indices' int64 is not there.
        Assert.Equal("kernel 0: i64[1] f32[2]; 0 False float32 \"plain\" 0.5; 1", Assert.Single(observer.Calls));
    }

    [Fact]
    public void Shapes_that_the_op_does_not_take_are_refused_before_a_kernel_is_chosen()
    {
        TestDispatcher ir = Dispatcher("may");
        var observer = new RecordingObserver();
        ir.Observer = observer;
        using Tensor x = Floats(1, 2), longer = Floats(1, 2, 3);
        Assert.Throws<OpArgumentException>(() => ir.Twin(x, longer, null));
        Assert.Empty(observer.Calls);
    }

    [Fact]
    public void A_call_into_given_memory_allocates_nothing()
    {
        TestDispatcher ir = Dispatcher("never", "may");
        using Tensor x = Floats(1, 2), residual = Floats(10, 20), output = Floats(0, 0), residualOut = Floats(0, 0);
        ir.TwinInto(x, residual, null, output, residualOut);
        ir.TwinInto(x, residual, null, x, residual);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            ir.TwinInto(x, residual, null, output, residualOut);
            ir.TwinInto(x, residual, null, x, residual);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static KernelDescriptor Kernel(string provider) => s_registered.Kernels.Single(k => k.Provider == provider);

    private static TestDispatcher Dispatcher(params string[] providers) => new([.. providers.Select(Kernel)]);

    private static Tensor Floats(params float[] values) => Tensor.From<float>(values, values.Length);

    private static void AssertHolds(Tensor tensor, params float[] values) => Assert.Equal(values, tensor.AsSpan<float>());
}
