using PluginIr.Compiler.Graphs;
using PluginIr.Compiler.Tests.Support;
using PluginIr.Compiler.Text;
using PluginIr.Ops;
using PluginIr.Runtime;
using Xunit;
using static PluginIr.Compiler.Tests.Support.NormOnDevice;

namespace PluginIr.Compiler.Tests.Execution;

/// <summary>Compiled graphs on a device that is emulated: their results, replayed or not, their memory, and what is refused.</summary>
[Collection("emulated")]
public sealed class DeviceSessionTests
{
    [Fact]
    public void A_size_that_is_run_again_is_captured_and_then_replayed_with_the_hosts_results()
    {
        var device = new EmulatedDevice();
        using GraphSession session = Compile(device.Runtime).CreateSession();
        using Tensor weight = device.Runtime.ToDevice(Weight, EmulatedDevice.Device), x = device.Runtime.Allocate(Spec(4), EmulatedDevice.Device);
        for (int run = 0; run < 5; run++)
        {
            using Tensor values = Values(run, 4, 16);
            device.Runtime.Copy(values, x);
            Run(session, x, weight);
            AssertOutput(device.Runtime, session, values);
            Assert.Equal((run == 0 ? 0 : 1, run), (session.Captures, (int)session.Replays));
        }

        Assert.Null(session.CaptureRefusal);
    }

    [Fact]
    public void A_run_that_is_replayed_allocates_nothing_on_the_host_or_the_device()
    {
        using var norm = new NormOnDevice();
        for (int i = 0; i < 3; i++)
            norm.Run();
        long inUse = InUse(norm.Runtime), before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            norm.Run();
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal((0, inUse), (allocated, InUse(norm.Runtime)));
    }

    [Fact]
    public void An_input_at_another_address_is_launched_and_then_captured_anew_while_another_view_of_the_same_memory_is_replayed()
    {
        var device = new EmulatedDevice();
        using GraphSession session = Compile(device.Runtime).CreateSession();
        using Tensor weight = device.Runtime.ToDevice(Weight, EmulatedDevice.Device), first = Values(1, 4, 16), second = Values(2, 4, 16);
        using Tensor x = device.Runtime.ToDevice(first, EmulatedDevice.Device), other = device.Runtime.ToDevice(second, EmulatedDevice.Device), same = x.Alias();
        foreach ((Tensor input, Tensor values, int captures, int replays) in (ReadOnlySpan<(Tensor, Tensor, int, int)>)
            [(x, first, 0, 0), (x, first, 1, 1), (same, first, 1, 2), (other, second, 1, 2), (other, second, 2, 3), (x, first, 2, 3)])
        {
            Run(session, input, weight);
            AssertOutput(device.Runtime, session, values);
            Assert.Equal((captures, replays), (session.Captures, (int)session.Replays));
        }
    }

    [Fact]
    public async Task After_a_swap_it_is_captured_again_and_what_was_captured_is_destroyed_before_the_old_generation_goes()
    {
        using var norm = new NormOnDevice();
        for (int swap = 1; swap <= 3; swap++)
        {
            for (int i = 0; i < 3; i++)
                norm.Run();
            norm.AssertOutput();
            Assert.Equal((swap, 2 * swap), (norm.Session.Captures, (int)norm.Session.Replays));
            (_, long destroyed) = EmulatedDevice.Graphs;
            await norm.Device.SwapAsync();
            Assert.Equal(destroyed + 1, EmulatedDevice.Graphs.Destroyed);
        }
    }

    [Fact]
    public async Task A_disposed_graph_gives_back_the_memory_of_ended_sessions_at_once_and_of_others_when_they_end_which_run_on_across_swaps()
    {
        var device = new EmulatedDevice();
        using Tensor weight = device.Runtime.ToDevice(Weight, EmulatedDevice.Device), values = Values(1, 4, 16);
        using Tensor x = device.Runtime.ToDevice(values, EmulatedDevice.Device);

        // What other tests have left is freed now, and not while memory is counted.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long before = InUse(device.Runtime);
        CompiledGraph compiled = Compile(device.Runtime);
        GraphSession lasting = compiled.CreateSession();
        using (GraphSession ended = compiled.CreateSession())
            Run(ended, x, weight);
        Run(lasting, x, weight);
        long arena = (InUse(device.Runtime) - before) / 2;
        Assert.True(arena > 0);

        compiled.Dispose();
        compiled.Dispose();
        Assert.Equal(before + arena, InUse(device.Runtime));
        Assert.Throws<ObjectDisposedException>(() => compiled.CreateSession());
        int lowerings = compiled.Lowerings;
        await device.SwapAsync();
        Assert.Equal(lowerings, compiled.Lowerings);
        Run(lasting, x, weight);
        AssertOutput(device.Runtime, lasting, values);

        lasting.Dispose();
        Assert.Equal(before, InUse(device.Runtime));
    }

    [Fact]
    public void Inputs_on_another_device_are_refused_with_what_to_do()
    {
        var device = new EmulatedDevice();
        using GraphSession session = Compile(device.Runtime).CreateSession();
        using Tensor x = Values(1, 4, 16), weight = device.Runtime.ToDevice(Weight, EmulatedDevice.Device);
        Assert.Contains("must be on emulated", Assert.Throws<ArgumentException>(() => session.Bind("x", x)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "copy one of them so that all are on one device", Assert.Throws<OpArgumentException>(() => device.Runtime.RmsNorm(x, weight, 1e-6f)).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_session_beside_one_on_another_device_is_refused()
    {
        var device = new EmulatedDevice();
        using GraphSession onHost = GraphCompiler.Compile(
            device.Runtime, GraphParser.Parse(device.Runtime, "graph @host(%x: f32[4]) {\n  %y = add(%x, %x)\n  return %y\n}")).CreateSession();
        ArgumentException refused = Assert.Throws<ArgumentException>(() => Compile(device.Runtime).CreateSession(onHost));
        Assert.StartsWith("norm is on emulated; the session that it is to share an arena with is on cpu.", refused.Message, StringComparison.Ordinal);
    }
}
