using System.Runtime.CompilerServices;
using PluginIr.Dispatch;
using PluginIr.Ops;
using PluginIr.Runtime.Priority;
using PluginIr.Runtime.Registry;
using PluginIr.Runtime.Tests.Fixtures;
using Xunit;

namespace PluginIr.Runtime.Tests;

/// <summary>Whom a scope's priority reaches, and for how long.</summary>
public sealed class ScopeTests
{
    private const float Native = 0, Everything = 1, Shorts = 2;

    [Fact]
    public void A_scope_of_one_runtime_stays_in_force_when_another_is_called_between()
    {
        IrRuntime scoped = Generations.Runtime("everything"), other = Generations.Runtime("everything");
        Assert.Equal(Everything, Run(scoped));
        using (scoped.UsePriority("rms_norm", "native"))
        {
            Assert.Equal(Native, Run(scoped));
            Assert.Equal(Everything, Run(other));
            Assert.Equal(Native, Run(scoped));
            using (other.UsePriority("rms_norm", "native"))
                Assert.Equal(Native, Run(other));
            Assert.Equal(Everything, Run(other));
            Assert.Equal(Native, Run(scoped));
        }

        Assert.Equal(Everything, Run(scoped));
    }

    [Fact]
    public void Scopes_that_say_the_same_share_a_snapshot_until_another_one_is_published()
    {
        IrRuntime ir = Generations.Runtime("everything", "shorts");
        Snapshot InScope(params string[] providers)
        {
            using PriorityScope scope = ir.UsePriority("rms_norm", providers);
            CallSlot slot = ir.Enter(OpId.None, out Snapshot entered);
            slot.Leave();
            return entered;
        }

        Snapshot first = InScope("native");
        Assert.Same(first, InScope("native"));
        Assert.NotSame(first, InScope("shorts"));
        ir.SetPriority(PriorityTable.Default);
        Assert.NotSame(first, InScope("native"));
        Assert.Throws<PriorityException>(() => ir.UsePriority("rms_norm", "nobody"));
    }

    [Fact]
    public async Task A_scope_whose_change_throws_leaves_no_call_inside()
    {
        IrRuntime ir = Generations.Runtime("everything");
        bool throws = false;
        using (ir.UsePriority(table => throws ? throw new KeyNotFoundException("none today") : table.With("rms_norm", "native")))
        {
            Assert.Equal(Native, Run(ir));
            throws = true;
            ir.SetPriority(PriorityTable.Default);
            Assert.Throws<KeyNotFoundException>(() => Run(ir));
        }

        await ir.DrainAsync(ir.Replace("tests", null), TestContext.Current.CancellationToken);
        Assert.Empty(ir.CallsOlderThan(long.MaxValue));
    }

    [Fact]
    public void Disposing_a_scope_twice_leaves_alone_what_came_after_it()
    {
        IrRuntime ir = Generations.Runtime("everything", "shorts");
        PriorityScope first = ir.UsePriority("rms_norm", "shorts");
        first.Dispose();
        using (ir.UsePriority("rms_norm", "native"))
        {
            first.Dispose();
            Assert.Equal(Native, Run(ir));
        }

        Assert.Equal(Everything, Run(ir));
    }

    [Fact]
    public void A_scope_that_was_disposed_before_the_one_inside_it_does_not_come_back()
    {
        IrRuntime ir = Generations.Runtime("everything", "shorts");
        PriorityScope outer = ir.UsePriority("rms_norm", "shorts"), inner = ir.UsePriority("rms_norm", "native");
        outer.Dispose();
        Assert.Equal(Native, Run(ir));
        inner.Dispose();
        Assert.Equal(Everything, Run(ir));
    }

    [Fact]
    public async Task Code_that_a_scope_started_and_that_runs_on_is_in_it_for_as_long_as_it_is_open()
    {
        IrRuntime ir = Generations.Runtime("everything", "shorts");
        var isDisposed = new TaskCompletionSource();
        Task<(float Before, float After, float Later)> started;
        using (ir.UsePriority("rms_norm", "shorts"))
        {
            PriorityScope inner = ir.UsePriority("rms_norm", "native");
            started = RunOnAsync();
            inner.Dispose();
            Assert.Equal(Shorts, Run(ir));
        }

        isDisposed.SetResult();
        Assert.Equal((Native, Everything, Shorts), await started);

        async Task<(float, float, float)> RunOnAsync()
        {
            float before = Run(ir);
            await isDisposed.Task;
            float after = Run(ir);
            using (ir.UsePriority("rms_norm", "shorts"))
                return (before, after, Run(ir));
        }
    }

    [Fact]
    public void A_scope_without_a_change_or_whose_change_returns_nothing_is_refused()
    {
        IrRuntime ir = Generations.Runtime("everything");
        Assert.Throws<ArgumentNullException>(() => ir.UsePriority((Func<PriorityTable, PriorityTable>)null!));
        Assert.Throws<ArgumentNullException>(() => ir.UsePriority("rms_norm", null!));
        Assert.Throws<InvalidOperationException>(() => ir.UsePriority(_ => null!));
        Assert.Equal(Everything, Run(ir));
    }

    [Fact]
    public async Task A_scope_opened_in_a_task_does_not_reach_the_code_that_started_it()
    {
        IrRuntime ir = Generations.Runtime("everything", "shorts");
        Assert.Equal(Everything, Run(ir));
        await InScope();
        Assert.Equal(Everything, Run(ir));

        async Task InScope()
        {
            _ = ir.UsePriority("rms_norm", "shorts");
            Assert.Equal(Shorts, Run(ir));
            await Task.Yield();
            Assert.Equal(Shorts, Run(ir));
        }
    }

    [Fact]
    public async Task Tasks_with_scopes_of_their_own_do_not_disturb_each_other()
    {
        IrRuntime ir = Generations.Runtime("everything", "shorts");
        (string Provider, float Number)[] scopes = [("native", Native), ("shorts", Shorts), ("everything", Everything)];
        await Task.WhenAll(Enumerable.Range(0, 30).Select(i => Task.Run(
            async () =>
            {
                (string provider, float number) = scopes[i % scopes.Length];
                using PriorityScope scope = ir.UsePriority("rms_norm", provider);
                for (int call = 0; call < 50; call++)
                {
                    Assert.Equal(number, Run(ir));
                    await Task.Yield();
                }
            },
            TestContext.Current.CancellationToken)));
        Assert.Equal(Everything, Run(ir));
    }

    [Fact]
    public void A_scope_puts_its_providers_before_those_of_the_priority_that_is_in_force_later()
    {
        IrRuntime ir = Generations.Runtime("everything", "shorts");
        using (ir.UsePriority("gelu_new", "native"))
        {
            Assert.Equal(Everything, Run(ir));
            ir.SetPriority(PriorityTable.Default.With("rms_norm", "shorts"));
            Assert.Equal(Shorts, Run(ir));
        }
    }

    [Fact]
    public void A_plugin_that_arrives_in_a_scope_that_already_named_it_in_its_table_serves_there()
    {
        IrRuntime ir = Generations.Runtime("everything");
        using (ir.UsePriority(table => table.WithPlatform(["shorts", "native"]).With(PriorityTable.AnyOp)))
        {
            Assert.Equal(Native, Run(ir));
            ir.Replace("later", Generations.Of("later", "shorts"));
            Assert.Equal(Shorts, Run(ir));
        }

        Assert.Equal(Everything, Run(ir));
    }

    [Fact]
    public void Explain_sees_the_scope_that_it_is_asked_in()
    {
        IrRuntime ir = Generations.Runtime("everything");
        using Tensor x = Tensor.Zeros(DType.Float32, 1, 4);
        Assert.Equal("everything", Taken());
        using (ir.UsePriority("rms_norm", "native"))
            Assert.Equal("native", Taken());

        string Taken() => ir.Explain(
            "rms_norm", DeviceKind.Cpu, x.Traits, new([x.Spec, null], [1e-6f, Schemas.AttributeValue.None])).Taken!.Provider;
    }

    [Fact]
    public void A_scope_in_which_nobody_calls_any_more_keeps_no_generation_alive()
    {
        IrRuntime ir = Generations.Runtime("everything");
        using PriorityScope scope = ir.UsePriority("rms_norm", "everything");
        WeakReference gone = CallAndRemove(ir);
        GC.Collect();
        Assert.False(gone.IsAlive);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference CallAndRemove(IrRuntime ir)
    {
        Generation generation = Generations.Of("passing", "shorts");
        ir.Replace("passing", generation);
        Assert.Equal(Everything, Run(ir));
        ir.Replace("passing", null);
        return new WeakReference(generation);
    }

    private static float Run(IrRuntime ir)
    {
        using Tensor x = Tensor.Zeros(DType.Float32, 1, 4), output = ir.RmsNorm(x, null, 1e-6f);
        return Marker.Of(output);
    }
}
