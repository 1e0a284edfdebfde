using Microsoft.Extensions.Logging;
using PluginIr.Ops;
using PluginIr.Runtime.Priority;
using PluginIr.Runtime.Tests.Fixtures;
using Xunit;

namespace PluginIr.Runtime.Tests;

public sealed class PriorityTests
{
    [Fact]
    public void The_ops_list_goes_before_the_platforms_and_the_list_for_all_stands_in_for_a_missing_one()
    {
        PriorityTable table = PriorityTable.Default.WithPlatform(["cpu_simd", "native"]).With("rms_norm", "mine").With("*", "theirs");
        Assert.Equal(["mine", "cpu_simd", "native"], table.ChoiceOf("rms_norm").Order);
        Assert.Equal(["mine"], table.ChoiceOf("rms_norm").Explicit);
        Assert.Equal(["theirs", "cpu_simd", "native"], table.ChoiceOf("gelu").Order);
        Assert.Empty(table.ChoiceOf("gelu").Explicit);
    }

    [Fact]
    public void Native_is_appended_where_no_list_has_it_and_that_is_said_once()
    {
        var log = new LogCapture();
        var ir = new IrRuntime(log);
        ir.SetPriority(PriorityTable.Default.WithPlatform([]));
        ir.SetPriority(PriorityTable.Default.WithPlatform([]));
        Assert.Equal(["native"], ir.Registry.Priority.ChoiceOf("rms_norm").Order);
        Assert.Single(log.Records, r => r.Message.Contains("'rms_norm'") && r.Message.Contains("native is appended"));
    }

    [Fact]
    public void Text_gives_lists_for_several_ops()
    {
        PriorityTable table = PriorityTable.Default.WithText("rms_norm=a, b; *=c");
        Assert.Equal(["a", "b"], table.Lists["rms_norm"]);
        Assert.Equal(["c"], table.Lists["*"]);
        Assert.Contains("OP=PROVIDER", Assert.Throws<FormatException>(() => PriorityTable.Default.WithText("rms_norm")).Message);
    }

    [Theory]
    [InlineData("rms_norm")]
    [InlineData("rms_norm=")]
    [InlineData("=shorts")]
    [InlineData("rms_norm=,")]
    [InlineData("rms_norm=shorts=native")]
    [InlineData("gelu=native; rms_norm")]
    public void Text_of_another_form_is_refused(string text) => Assert.Contains(
        "OP=PROVIDER", Assert.Throws<FormatException>(() => PriorityTable.Default.With("rms_norm", "shorts").WithText(text)).Message);

    [Theory]
    [InlineData(WhenUnavailable.Fallback)]
    [InlineData(WhenUnavailable.Fail)]
    public void A_provider_named_twice_is_tried_once(WhenUnavailable policy)
    {
        IrRuntime ir = Generations.Runtime("shorts", "strict");
        PriorityTable twice = PriorityTable.Default.WithPlatform(["strict"]).With("rms_norm", "shorts", "strict", "shorts");
        ir.SetPriority(twice.With("rms_norm", policy));
        Assert.Distinct(ir.Registry.Priority.ChoiceOf("rms_norm").Order);
        string[] expected = policy == WhenUnavailable.Fail ? ["shorts", "strict"] : ["shorts", "strict", "native"];
        Assert.Equal(expected, OrderOf(ir));
    }

    [Fact]
    public void The_policy_to_fail_is_refused_at_once_where_no_named_provider_can_serve()
    {
        IrRuntime ir = Generations.Runtime("absent", "shorts");
        object before = ir.Registry;
        PriorityTable failing = PriorityTable.Default.With("*", WhenUnavailable.Fail);
        string message = Assert.Throws<PriorityException>(
            () => ir.SetPriority(failing.With("rms_norm", "absent").With("gelu", "shorts"))).Message;
        Assert.Contains("'rms_norm' must be served by absent", message);
        Assert.Contains("the quantum unit is missing", message);
        Assert.Contains("'gelu' must be served by shorts", message);
        Assert.Contains("shorts: no kernel of this op", message);
        Assert.Same(before, ir.Registry);
        ir.SetPriority(failing.With("rms_norm", "absent", "shorts"));
    }

    [Fact]
    public void What_was_configured_for_an_op_and_cannot_be_is_said_once_with_the_reason()
    {
        var log = new LogCapture();
        var ir = new IrRuntime(log);
        ir.Replace("tests", Generations.Of("tests", "absent", "shorts"));
        for (int i = 0; i < 2; i++)
            ir.SetPriority(PriorityTable.Default.With("rms_norm", "absent").With("gelu", "shorts"));
        ir.Replace("tests", null);
        Said("'rms_norm'", "quantum unit");
        Said("'gelu'", "has no kernel of this op");
        Said("'rms_norm'", "no loaded plugin brings it");

        void Said(string op, string reason) =>
            Assert.Single(log.Records, r => r.Level == LogLevel.Warning && r.Message.Contains(op) && r.Message.Contains(reason));
    }

    [Fact]
    public void Everything_after_a_kernel_that_takes_every_call_is_cut()
    {
        IrRuntime ir = Generations.Runtime("shorts", "everything", "strict");
        Assert.Equal(["shorts", "everything"], OrderOf(ir));
        ir = Generations.Runtime("shorts", "strict");
        Assert.Equal(["shorts", "strict", "native"], OrderOf(ir));
    }

    [Theory]
    [InlineData("rms_nrom", "shorts", "Did you mean 'rms_norm'?")]
    [InlineData("rms_norm", "short", "Did you mean 'shorts'?")]
    public void A_priority_that_names_what_is_not_there_is_refused_and_changes_nothing(string op, string provider, string hint)
    {
        IrRuntime ir = Generations.Runtime("shorts");
        object before = ir.Registry;
        Assert.Contains(hint, Assert.Throws<PriorityException>(() => ir.SetPriority(ir.Registry.Priority.With(op, provider))).Message);
        Assert.Contains(hint, Assert.Throws<PriorityException>(() => ir.UsePriority(op, provider)).Message);
        Assert.Same(before, ir.Registry);
    }

    [Fact]
    public void Scopes_nest_and_disposing_restores()
    {
        IrRuntime ir = Generations.Runtime("everything", "shorts");
        Assert.Equal(1, Run(ir));
        using (ir.UsePriority("rms_norm", "shorts"))
        {
            Assert.Equal(2, Run(ir));
            using (ir.UsePriority("rms_norm", "native"))
                Assert.Equal(0, Run(ir));
            Assert.Equal(2, Run(ir));
        }

        Assert.Equal(1, Run(ir));
    }

    [Fact]
    public async Task A_scope_follows_awaits_and_tasks_and_stays_out_of_other_threads()
    {
        IrRuntime ir = Generations.Runtime("everything", "shorts");
        using var start = new ManualResetEventSlim();
        Task<float> outside = Task.Factory.StartNew(
            () =>
            {
                start.Wait(TestContext.Current.CancellationToken);
                return Run(ir);
            },
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        using (ir.UsePriority("rms_norm", "shorts"))
        {
            start.Set();
            await Task.Yield();
            Assert.Equal(2, Run(ir));
            Assert.Equal(2, await Task.Run(() => Run(ir), TestContext.Current.CancellationToken));
            Assert.Equal(1, await outside);
        }

        Assert.Equal(1, Run(ir));
        Assert.Equal(1, await Task.Run(() => Run(ir), TestContext.Current.CancellationToken));
    }

    [Fact]
    public void A_scope_sees_what_is_replaced_while_it_lasts()
    {
        IrRuntime ir = Generations.Runtime("everything");
        using (ir.UsePriority(table => table.With("rms_norm", "everything")))
        {
            Assert.Equal(1, Run(ir));
            ir.Replace("tests", null);
            Assert.Equal(0, Run(ir));
        }
    }

    private static IEnumerable<string> OrderOf(IrRuntime ir) =>
        ir.Registry.OrderOf(ir.Registry.Op("rms_norm"), DeviceKind.Cpu).Select(k => k.Provider.Name);

    private static float Run(IrRuntime ir)
    {
        using Tensor x = Tensor.Zeros(DType.Float32, 1, 4), output = ir.RmsNorm(x, null, 1e-6f);
        return Marker.Of(output);
    }
}
