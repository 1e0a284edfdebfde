using Microsoft.Extensions.Logging;
using PluginIr.Devices;
using PluginIr.Dispatch;
using PluginIr.Ops;
using PluginIr.Runtime.Priority;
using PluginIr.Runtime.Registry;
using PluginIr.Runtime.Tests.Fixtures;
using PluginIr.Schemas;
using Xunit;

namespace PluginIr.Runtime.Tests;

/// <summary>Kernels that throw while they serve.</summary>
public sealed class FaultTests : IDisposable
{
    private readonly Tensor _x = Tensor.Zeros(DType.Float32, 1, 4);

    public FaultTests() => Scripted.Script = () => throw new TimeoutException("scripted");

    public void Dispose()
    {
        Scripted.Script = null;
        Asking.Answer = null;
        _x.Dispose();
    }

    [Fact]
    public void A_kernel_is_set_aside_once_it_has_thrown_as_often_as_is_allowed_and_that_is_said_once()
    {
        var log = new LogCapture();
        var ir = new IrRuntime(log) { MaxFaults = 3 };
        ir.Replace("tests", Generations.Of("tests", "scripted"));
        ir.SetPriority(PriorityTable.Default.With("rms_norm", "scripted"));
        for (int i = 0; i < 3; i++)
            Assert.Throws<TimeoutException>(() => ir.RmsNorm(_x, null, 1e-6f));
        for (int i = 0; i < 3; i++)
            ir.RmsNorm(_x, null, 1e-6f);
        Assert.Equal(3, log.Records.Count(r => r.Level == LogLevel.Warning && r.Message.Contains("threw, for the")));
        Assert.Single(log.Records, r => r.Level == LogLevel.Error && r.Message.Contains("set aside"));
        Assert.Equal(new SetAsideKernel("tests", 1, "scripted", "rms_norm", SetAsideReason.Threw), Assert.Single(ir.Registry.SetAside));
    }

    [Fact]
    public async Task While_the_registry_changes_one_thread_waits_to_set_a_kernel_aside_however_often_it_throws()
    {
        const int Calls = 2000;
        IrRuntime ir = Generations.Runtime("scripted");
        ir.MaxFaults = 1;
        int told = 0;
        ir.KernelSetAside += (_, _) => Interlocked.Increment(ref told);
        using ManualResetEventSlim changes = new(), goOn = new();
        Task change = Task.Factory.StartNew(
            () => ir.Follow(new Unmoved(), _ =>
            {
                changes.Set();
                goOn.Wait();
            }),
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        changes.Wait(TestContext.Current.CancellationToken);
        for (int i = 0; i < Calls; i++)
            Assert.Throws<TimeoutException>(() => ir.RmsNorm(_x, null, 1e-6f));
        long waiting = ThreadPool.PendingWorkItemCount;
        Assert.Empty(ir.Registry.SetAside);
        goOn.Set();
        await change;
        while (Volatile.Read(ref told) == 0)
            await Task.Yield();
        Assert.InRange(waiting, 0, Calls / 2);
        Assert.Single(ir.Registry.SetAside);
    }

    [Fact]
    public void A_device_that_has_no_memory_left_is_not_held_against_the_kernel_that_asked_for_some()
    {
        Scripted.Script = () => throw new DeviceException("FULL", 2, "allocate", "free some.") { IsOutOfMemory = true };
        IrRuntime ir = Generations.Runtime("scripted");
        for (int i = 0; i < 2 * ir.MaxFaults; i++)
            Assert.Equal("rms_norm", Assert.Throws<DeviceException>(() => ir.RmsNorm(_x, null, 1e-6f)).Data["PluginIr.Op"]);
        Assert.Empty(ir.Registry.SetAside);
    }

    [Fact]
    public void Allowing_fewer_faults_sets_a_kernel_aside_at_its_next_one()
    {
        IrRuntime ir = Generations.Runtime("scripted");
        ir.MaxFaults = 10;
        for (int i = 0; i < 5; i++)
            Assert.Throws<TimeoutException>(() => ir.RmsNorm(_x, null, 1e-6f));
        ir.MaxFaults = 2;
        Assert.Empty(ir.Registry.SetAside);
        Assert.Throws<TimeoutException>(() => ir.RmsNorm(_x, null, 1e-6f));
        Assert.Single(ir.Registry.SetAside);
    }

    [Fact]
    public void A_kernel_that_hands_its_whole_work_to_another_method_is_counted_too()
    {
        // The JIT makes a jump of such a call: nothing of the kernel is on the stack.
        IrRuntime ir = Generations.Runtime("handing");
        for (int i = 0; i < ir.MaxFaults; i++)
        {
            TimeoutException failure = Assert.Throws<TimeoutException>(() => ir.RmsNorm(_x, null, 1e-6f));
            Assert.Equal(("rms_norm", "handing"), (failure.Data["PluginIr.Op"], failure.Data["PluginIr.Provider"]));
        }

        Assert.Single(ir.Registry.SetAside);
    }

    [Theory]
    [InlineData("asking")]
    [InlineData("shorts", "asking")]
    public void A_kernel_whose_predicate_throws_while_it_serves_is_counted_and_set_aside(params string[] providers)
    {
        IrRuntime ir = Generations.Runtime(providers);
        using Tensor x = Tensor.Zeros(DType.Float32, 1, 8); // Not for the first of two.
        Asking.Answer = () => throw new TimeoutException("scripted");
        for (int i = 0; i < ir.MaxFaults; i++)
        {
            TimeoutException failure = Assert.Throws<TimeoutException>(() => ir.RmsNorm(x, null, 1e-6f));
            Assert.Equal(("rms_norm", "asking"), (failure.Data["PluginIr.Op"], failure.Data["PluginIr.Provider"]));
        }

        Assert.Equal("asking", Assert.Single(ir.Registry.SetAside).Provider);
        Assert.Equal("native", Served.By(ir, () => ir.RmsNorm(x, null, 1e-6f)));
    }

    [Fact]
    public void An_exception_of_a_call_inside_a_kernel_is_counted_for_the_kernel_that_threw_it_alone()
    {
        IrRuntime ir = Generations.Runtime("scripted", "calling");
        ir.SetPriority(PriorityTable.Default.With(PriorityTable.AnyOp, "scripted").With("quick_gelu", "calling"));
        Calling.Inside = () => ir.RmsNorm(_x, null, 1e-6f).Dispose();
        Assert.Throws<TimeoutException>(() => ir.QuickGelu(_x));
        (KernelName kernel, int count) = Assert.Single(ir.Faults);
        Assert.Equal(("rms_norm", "scripted", 1), (kernel.Op, kernel.Provider, count));
    }

    [Fact]
    public void What_a_kernel_itself_disposed_is_its_fault_and_a_tensor_that_its_caller_disposed_is_not()
    {
        IrRuntime ir = Generations.Runtime("scripted");
        Scripted.Script = () => throw new ObjectDisposedException("a kernel's own pool");
        Assert.Throws<ObjectDisposedException>(() => ir.RmsNorm(_x, null, 1e-6f));
        Assert.Equal(1, Assert.Single(ir.Faults).Value);
        Scripted.Script = () =>
        {
            Tensor gone = Tensor.Zeros(DType.Float32, 1);
            gone.Dispose();
            gone.AsSpan<float>().Clear();
        };
        Assert.Throws<ObjectDisposedException>(() => ir.RmsNorm(_x, null, 1e-6f));
        Assert.Equal(1, Assert.Single(ir.Faults).Value);
    }

    [Fact]
    public void At_least_one_fault_is_allowed() => Assert.Throws<ArgumentOutOfRangeException>(() => new IrRuntime().MaxFaults = 0);

    [Fact]
    public void Native_is_never_set_aside_and_the_caller_is_told_that_it_was_native()
    {
        var ir = new IrRuntime { MaxFaults = 1 };
        ir.Replace("declaring", Generations.Declaring("declaring"));
        for (int i = 0; i < 3; i++)
        {
            ArithmeticException failure = Assert.Throws<ArithmeticException>(() => ir.Scale(_x, float.NaN));
            Assert.Equal(("scale", "native"), (failure.Data["PluginIr.Op"], failure.Data["PluginIr.Provider"]));
        }

        Assert.Empty(ir.Registry.SetAside);
        Assert.Empty(ir.Faults);
        using Tensor y = ir.Scale(_x, 1);
    }

    [Fact]
    public void A_kernel_set_aside_serves_no_call_in_a_scope_that_names_it_either()
    {
        IrRuntime ir = Generations.Runtime("everything", "scripted");
        ir.MaxFaults = 1;
        using (ir.UsePriority("rms_norm", "scripted"))
        {
            Assert.Throws<TimeoutException>(() => ir.RmsNorm(_x, null, 1e-6f));
            Assert.Equal("native", Served.By(ir, () => ir.RmsNorm(_x, null, 1e-6f)));
        }

        Assert.Equal("everything", Served.By(ir, () => ir.RmsNorm(_x, null, 1e-6f)));
    }

    [Fact]
    public void Where_the_policy_is_to_fail_a_kernel_set_aside_makes_calls_fail_and_is_named()
    {
        IrRuntime ir = Generations.Runtime("scripted");
        ir.MaxFaults = 1;
        ir.SetPriority(PriorityTable.Default.With("rms_norm", "scripted").With("rms_norm", WhenUnavailable.Fail));
        Assert.Throws<TimeoutException>(() => ir.RmsNorm(_x, null, 1e-6f));
        Assert.Contains("set aside", Assert.Throws<NoKernelException>(() => ir.RmsNorm(_x, null, 1e-6f)).Message);
    }

    [Fact]
    public void A_provider_asked_for_by_name_is_run_though_set_aside()
    {
        IrRuntime ir = Generations.Runtime("scripted");
        ir.MaxFaults = 1;
        Assert.Throws<TimeoutException>(() => ir.RmsNorm(_x, null, 1e-6f));
        Scripted.Script = null;
        Tensor[]? outputs = ir.TryCallProvider("rms_norm", "scripted", [_x, null], [1e-6f, AttributeValue.None], out string? refusal);
        Assert.Null(refusal);
        Assert.Equal(6, Marker.Of(outputs![0]));
    }

    [Fact]
    public void Faults_are_counted_by_op()
    {
        var ir = new IrRuntime(priority: PriorityTable.Default.WithPlatform(["scripted", "native"])) { MaxFaults = 10 };
        ir.Replace("tests", Generations.Declaring("tests", "scripted"));
        Assert.Throws<TimeoutException>(() => ir.RmsNorm(_x, null, 1e-6f));
        Assert.Throws<ArithmeticException>(() => ir.Scale(_x, float.NaN));
        Assert.Throws<TimeoutException>(() => ir.RmsNorm(_x, null, 1e-6f));
        (KernelName kernel, int count) = Assert.Single(ir.Faults);
        Assert.Equal(("rms_norm", 2), (kernel.Op, count));
    }

    private sealed class Unmoved : ISnapshotFollower
    {
        public void OnPublishing(RegistrySnapshot next)
        {
        }

        public void OnPublished()
        {
        }
    }
}
