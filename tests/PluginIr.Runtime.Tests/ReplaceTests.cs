using PluginIr.Ops;
using PluginIr.Registration;
using PluginIr.Runtime.Priority;
using PluginIr.Runtime.Registry;
using PluginIr.Runtime.Tests.Fixtures;
using Xunit;

namespace PluginIr.Runtime.Tests;

public sealed class ReplaceTests
{
    private const string ScaleSchema = "scale(Tensor x, float factor) -> Tensor";

    [Fact]
    public void Two_plugins_that_contradict_each_other_are_refused_both_named_and_nothing_changes()
    {
        IrRuntime ir = Generations.Runtime("everything");
        object before = ir.Registry;
        Refused(ir, Generations.Of("rival", "everything"), "Provider 'everything'", "tests 1.0", "rival 1.0");
        Refused(ir, With(Generations.KernelOf("shorts"), schema: "rms_norm(Tensor x, float epsilon) -> Tensor"), "was built for", "rival 1.0", "native 1.");
        Refused(ir, With(Generations.KernelOf("shorts"), inplace: Inplace.May), "works in place", "rival 1.0");
        Assert.Same(before, ir.Registry);
    }

    [Fact]
    public void A_kernel_of_an_op_that_nobody_declares_waits_and_is_named()
    {
        IrRuntime ir = Generations.Runtime("everything");
        ir.Replace("rival", With(Generations.KernelOf("shorts"), schema: ScaleSchema));
        Assert.Contains("'scale'", Assert.Single(ir.Registry.Unbound));
    }

    [Fact]
    public async Task A_drain_does_not_end_while_a_call_is_inside_and_ends_after()
    {
        IrRuntime ir = Generations.Runtime("scripted");
        using var inside = new ManualResetEventSlim();
        using var leave = new ManualResetEventSlim();
        CancellationToken cancelled = TestContext.Current.CancellationToken;
        Task<float> call = Task.Factory.StartNew(
            () =>
            {
                Scripted.Script = () =>
                {
                    inside.Set();
                    leave.Wait(cancelled);
                };
                using Tensor x = Tensor.Zeros(DType.Float32, 1, 4), output = ir.RmsNorm(x, null, 1e-6f);
                return Marker.Of(output);
            },
            cancelled, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        inside.Wait(cancelled);

        // The registry moves on at once; calls go to what is new, and only the drain waits.
        Task drain = ir.DrainAsync(ir.Replace("tests", null), cancelled);
        for (int i = 0; i < 100; i++)
        {
            using Tensor x = Tensor.Zeros(DType.Float32, 1, 4), output = ir.RmsNorm(x, null, 1e-6f);
            Assert.Equal(0, Marker.Of(output));
        }

        Assert.False(drain.IsCompleted);
        leave.Set();
        Assert.Equal(6, await call);
        await drain;
    }

    [Fact]
    public async Task A_lease_holds_a_drain_up_across_awaits_and_calls_go_on_meanwhile()
    {
        IrRuntime ir = Generations.Runtime("everything");
        PluginIr.Dispatch.CallLease lease = ir.Lease();
        Task drain = ir.DrainAsync(ir.Replace("tests", null), TestContext.Current.CancellationToken);
        await Task.Yield();
        using (Tensor x = Tensor.Zeros(DType.Float32, 1, 4), output = ir.RmsNorm(x, null, 1e-6f))
            Assert.Equal(0, Marker.Of(output));
        Assert.False(drain.IsCompleted);
        lease.Dispose();
        await drain;
    }

    // The second lease has the place that the first one gave back: giving that back twice would let go of what the second holds.
    [Fact]
    public async Task A_lease_that_is_disposed_twice_takes_nothing_from_the_one_after_it()
    {
        IrRuntime ir = Generations.Runtime("everything");
        PluginIr.Dispatch.CallLease first = ir.Lease();
        first.Dispose();
        PluginIr.Dispatch.CallLease second = ir.Lease();
        first.Dispose();
        Task drain = ir.DrainAsync(ir.Replace("tests", null), TestContext.Current.CancellationToken);
        Assert.False(drain.IsCompleted);
        second.Dispose();
        await drain;
    }

    [Fact]
    public async Task A_call_inside_a_call_is_inside_as_long_as_the_outer_one_is()
    {
        IrRuntime ir = Generations.Runtime("scripted");
        Task? drain = null;
        Scripted.Script = () =>
        {
            Scripted.Script = null;
            using (Tensor x = Tensor.Zeros(DType.Float32, 1, 4), output = ir.RmsNorm(x, null, 1e-6f))
                Assert.Equal(6, Marker.Of(output));
            drain = ir.DrainAsync(ir.Replace("tests", null), TestContext.Current.CancellationToken);
            using (Tensor x = Tensor.Zeros(DType.Float32, 1, 4), output = ir.RmsNorm(x, null, 1e-6f))
                Assert.Equal(0, Marker.Of(output));
            Assert.False(drain.IsCompleted);
        };
        using Tensor outer = Tensor.Zeros(DType.Float32, 1, 4), result = ir.RmsNorm(outer, null, 1e-6f);
        Assert.Equal(6, Marker.Of(result));
        await drain!;
    }

    [Fact]
    public async Task Calls_from_several_threads_are_right_while_plugins_are_replaced()
    {
        const int Swaps = 300;
        IrRuntime ir = Generations.Runtime("everything");
        PriorityTable priority = ir.Registry.Priority;
        bool isOver = false;
        CancellationToken cancelled = TestContext.Current.CancellationToken;
        Task<long>[] callers = [.. Enumerable.Range(0, 4).Select(seed => Task.Factory.StartNew(
            () =>
            {
                long calls = 0;
                using Tensor x = Tensor.Zeros(DType.Float32, 2, 4);
                while (!Volatile.Read(ref isOver) || calls < 100)
                {
                    using Tensor output = ir.RmsNorm(x, null, 1e-6f);
                    Assert.Contains(Marker.Of(output), (float[])[0, 1, 2]);
                    calls++;
                }

                return calls;
            },
            cancelled, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        for (int swap = 0; swap < Swaps; swap++)
        {
            string provider = (swap & 1) == 0 ? "shorts" : "everything";
            await ir.DrainAsync(ir.Replace("tests", Generations.Of("tests", provider)), cancelled);
        }

        Volatile.Write(ref isOver, true);
        Assert.All(await Task.WhenAll(callers), calls => Assert.True(calls >= 100));
        Assert.Same(priority, ir.Registry.Priority);
    }

    [Fact]
    public void What_a_plugin_may_not_register_is_refused()
    {
        KernelDescriptor kernel = Generations.KernelOf("shorts");
        ProviderDescriptor provider = Provider("shorts");
        Refused("reserved", r => r.AddProvider(Provider("native")));
        Refused("reserved", r => r.AddProvider(Provider("unfused")));
        Refused("does not match", r => r.AddProvider(Provider("Shorts")));
        Refused("registered twice", r => r.AddProvider(provider), r => r.AddProvider(provider));
        Refused("was not registered before", r => r.AddKernel(kernel));
        Refused("registers op 'rms_norm' twice", r => r.AddProvider(provider), r => r.AddKernel(kernel), r => r.AddKernel(kernel));
        Refused("has no entry point", r => r.AddProvider(provider), r => r.AddKernel(Generations.Kernel(kernel, entry: 0)));
        Refused("has no entry point", r => r.AddProvider(provider), r => r.AddKernel(Generations.Kernel(kernel, packedEntry: 0)));
        Refused("alignment of 8", r => r.AddProvider(provider), r => r.AddKernel(Generations.Kernel(kernel, alignment: 8)));
        Refused("canonical form", r => r.AddProvider(provider), r => r.AddKernel(Generations.Kernel(kernel, schema: "rms_norm( Tensor x ) -> Tensor")));
        Refused("do without 'x'", r => r.AddProvider(provider), r => r.AddKernel(Generations.Kernel(kernel, without: ["x"])));
    }

    private static ProviderDescriptor Provider(string name) => new() { Name = name, Device = DeviceKind.Cpu, Support = Support.Yes };

    private static void Refused(string saying, params Action<IKernelRegistrar>[] register)
    {
        var collector = new RegistrationCollector("tests");
        foreach (Action<IKernelRegistrar> good in register[..^1])
            good(collector);
        Assert.Contains(saying, Assert.Throws<RegistrationException>(() => register[^1](collector)).Message);
    }

    private static void Refused(IrRuntime ir, Generation generation, params string[] saying)
    {
        RegistrationException refused = Assert.Throws<RegistrationException>(() => ir.Replace(generation.Plugin, generation));
        Assert.All(saying, text => Assert.Contains(text, refused.Message));
    }

    private static Generation With(KernelDescriptor kernel, string? schema = null, Inplace? inplace = null) => new()
    {
        Plugin = "rival",
        Number = 1,
        Version = "1.0",
        ContentHash = "hash",
        Ops = [],
        Providers = [Provider("rival")],
        Kernels = [Generations.Kernel(kernel, "rival", schema: schema, inplace: inplace)],
    };
}
