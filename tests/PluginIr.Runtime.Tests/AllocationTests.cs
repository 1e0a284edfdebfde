using PluginIr.Ops;
using PluginIr.Runtime.Observing;
using PluginIr.Runtime.Priority;
using PluginIr.Runtime.Tests.Fixtures;
using Xunit;

namespace PluginIr.Runtime.Tests;

/// <summary>Calls allocate nothing but the outputs that they make.</summary>
public sealed class AllocationTests : IDisposable
{
    private readonly Tensor _x = Tensor.Zeros(DType.Float32, 1, 16), _output = Tensor.Zeros(DType.Float32, 1, 16);

    public void Dispose()
    {
        _x.Dispose();
        _output.Dispose();
    }

    [Fact]
    public void An_allocation_in_a_call_is_seen() => Assert.True(Allocations.Of(() => GC.KeepAlive(new object())) >= Allocations.Calls);

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    public void A_call_allocates_nothing_however_many_providers_could_serve_it(int providers)
    {
        IrRuntime ir = Declining(0, "everything", DTypes.None, providers);
        Assert.Equal(0, Allocations.Of(() => ir.RmsNormInto(_x, null, 1e-6f, _output)));
        Assert.Equal(1, Marker.Of(_output));
    }

    [Theory]
    [InlineData("everything", DTypes.I32)] // declines by its mask of dtypes
    [InlineData("shorts", DTypes.F32)] // declines by its predicate
    public void A_call_that_nineteen_providers_decline_allocates_nothing(string declining, DTypes dtypes)
    {
        IrRuntime ir = Declining(19, declining, dtypes, 1);
        Assert.Equal(20, ir.Registry.OrderOf(ir.Registry.Op("rms_norm"), DeviceKind.Cpu).Count(k => k.Provider.Name != "native"));
        Assert.Equal(0, Allocations.Of(() => ir.RmsNormInto(_x, null, 1e-6f, _output)));
        Assert.Equal(1, Marker.Of(_output));
    }

    [Fact]
    public void A_functional_call_allocates_its_output_and_nothing_else()
    {
        IrRuntime ir = Generations.Runtime("everything");
        long bare = Allocations.Of(() => Tensor.Empty(_x.Spec).Dispose());
        Assert.True(bare > 0);
        Assert.Equal(bare, Allocations.Of(() => ir.RmsNorm(_x, null, 1e-6f).Dispose()));
    }

    [Theory]
    [InlineData("may")]
    [InlineData("only")]
    public void A_donating_call_served_in_place_allocates_nothing(string provider)
    {
        IrRuntime ir = Generations.Runtime(provider);
        Assert.Equal(0, Allocations.Of(() => ir.FusedAddRmsNormMaybeInplace(_x, _output, null, 1e-6f)));
    }

    [Fact]
    public void A_call_in_a_scope_allocates_nothing_after_the_first()
    {
        IrRuntime ir = Generations.Runtime("everything", "shorts");
        using (ir.UsePriority("rms_norm", "native"))
        using (ir.UsePriority("gelu_new", "native"))
        {
            Assert.Equal(0, Allocations.Of(() => ir.RmsNormInto(_x, null, 1e-6f, _output)));
            Assert.Equal(0, Marker.Of(_output));
        }

        Assert.Equal(0, Allocations.Of(() => ir.RmsNormInto(_x, null, 1e-6f, _output)));
        Assert.Equal(1, Marker.Of(_output));
    }

    [Fact]
    public void A_call_that_falls_back_allocates_nothing_once_that_was_said()
    {
        var ir = new IrRuntime();
        ir.Replace("tests", Generations.Of("tests", "shorts"));
        ir.SetPriority(PriorityTable.Default.With("rms_norm", "shorts"));
        Assert.Equal(0, Allocations.Of(() => ir.RmsNormInto(_x, null, 1e-6f, _output)));
    }

    [Fact]
    public void A_call_inside_a_call_allocates_nothing()
    {
        IrRuntime ir = Generations.Runtime("scripted");
        Scripted.Script = () => ir.GeluNewInto(_x, _output);
        try
        {
            using Tensor outer = Tensor.Zeros(DType.Float32, 1, 16);
            Assert.Equal(0, Allocations.Of(() => ir.RmsNormInto(_x, null, 1e-6f, outer)));
        }
        finally
        {
            Scripted.Script = null;
        }
    }

    [Fact]
    public void Counting_calls_allocates_nothing_nor_does_having_counted_them()
    {
        IrRuntime ir = Generations.Runtime("everything");
        var counter = new CallCounter();
        ir.Observer = counter;
        Assert.Equal(0, Allocations.Of(() => ir.RmsNormInto(_x, null, 1e-6f, _output)));
        long counted = Assert.Single(counter.Counts).Calls;
        Assert.True(counted >= Allocations.Calls);

        ir.Observer = null;
        Assert.Equal(0, Allocations.Of(() => ir.RmsNormInto(_x, null, 1e-6f, _output)));
        Assert.Equal(counted, Assert.Single(counter.Counts).Calls);
    }

    // Kernels that decline float32 rows of 16 elements, then others that take them; none takes every call, so that no row is cut.
    private static IrRuntime Declining(int count, string provider, DTypes dtypes, int accepting)
    {
        var ir = new IrRuntime();
        ir.Replace("decline", Generations.Many("decline", count, provider, dtypes));
        ir.Replace("accept", Generations.Many("accept", accepting, "everything", DTypes.F32));
        ir.SetPriority(PriorityTable.Default.With("rms_norm",
        [
            .. Enumerable.Range(0, count).Select(i => $"decline_{i}"),
            .. Enumerable.Range(0, accepting).Select(i => $"accept_{i}"),
        ]));
        return ir;
    }
}
