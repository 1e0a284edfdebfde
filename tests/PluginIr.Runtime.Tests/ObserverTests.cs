using Microsoft.Extensions.Logging;
using PluginIr.Dispatch;
using PluginIr.Ops;
using PluginIr.Runtime.Observing;
using PluginIr.Runtime.Tests.Fixtures;
using PluginIr.Schemas;
using Xunit;

namespace PluginIr.Runtime.Tests;

/// <summary>What observers are told of.</summary>
public sealed class ObserverTests
{
    private static readonly AttributeValue[] s_attributes = [1e-6f, AttributeValue.None];

    [Fact]
    public void Calls_are_counted_by_op_and_provider_typed_or_by_name()
    {
        IrRuntime ir = Generations.Runtime("shorts", "everything");
        using Tensor shortRow = Tensor.Zeros(DType.Float32, 1, 4), row = Tensor.Zeros(DType.Float32, 1, 16);
        ir.RmsNorm(row, null, 1e-6f);
        var counter = new CallCounter();
        ir.Observer = counter;
        for (int i = 0; i < 3; i++)
            ir.RmsNorm(shortRow, null, 1e-6f);
        ir.RmsNorm(row, null, 1e-6f);
        ir.Call("rms_norm", [row, null], s_attributes);
        ir.GeluNew(row);
        ir.Observer = null;
        ir.RmsNorm(row, null, 1e-6f);
        Assert.Equal([("gelu_new", "native", 1), ("rms_norm", "everything", 2), ("rms_norm", "shorts", 3)], counter.Counts);
    }

    [Fact]
    public void Calls_are_counted_apart_for_each_generation_of_a_plugin()
    {
        IrRuntime ir = Generations.Runtime("everything");
        using Tensor x = Tensor.Zeros(DType.Float32, 1, 16);
        var counter = new CallCounter();
        ir.Observer = counter;
        ir.RmsNorm(x, null, 1e-6f);
        ir.Replace("tests", Generations.Of("tests", 2, "everything"));
        ir.RmsNorm(x, null, 1e-6f);
        ir.RmsNorm(x, null, 1e-6f);
        Assert.Equal([("rms_norm", "everything", 1, 1), ("rms_norm", "everything", 2, 2)], counter.CountsByGeneration);
        Assert.Equal([("rms_norm", "everything", 3)], counter.Counts);
    }

    [Fact]
    public async Task Calls_of_all_threads_are_counted_those_of_threads_that_are_new_included()
    {
        const int Threads = 8, CallsOfEach = 500;
        IrRuntime ir = Generations.Runtime("everything");
        var counter = new CallCounter();
        ir.Observer = counter;
        await Task.WhenAll(Enumerable.Range(0, Threads).Select(_ => Task.Factory.StartNew(
            () =>
            {
                using Tensor x = Tensor.Zeros(DType.Float32, 1, 4), output = Tensor.Zeros(DType.Float32, 1, 4);
                for (int i = 0; i < CallsOfEach; i++)
                    ir.RmsNormInto(x, null, 1e-6f, output);
            },
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        Assert.Equal([("rms_norm", "everything", Threads * CallsOfEach)], counter.Counts);
    }

    [Fact]
    public void A_call_in_a_scope_is_seen_with_the_kernel_that_serves_it_there()
    {
        IrRuntime ir = Generations.Runtime("everything");
        using Tensor x = Tensor.Zeros(DType.Float32, 1, 16);
        using (ir.UsePriority("rms_norm", "native"))
            Assert.Equal("native", Served.By(ir, () => ir.RmsNorm(x, null, 1e-6f)));
        Assert.Equal("everything", Served.By(ir, () => ir.RmsNorm(x, null, 1e-6f)));
    }

    [Fact]
    public void The_log_of_selections_names_those_passed_over_then_the_one_taken_with_shapes_and_no_data()
    {
        IrRuntime ir = Generations.Runtime("shorts", "everything");
        var log = new LogCapture();
        var counter = new CallCounter();
        ir.Observer = new SelectionLog(log, counter);
        using Tensor x = Tensor.FromSingles(DType.BFloat16, [12345, 1], 1, 2);
        ir.RmsNorm(x, null, 0.5f);
        (LogLevel Level, string Message)[] records = [.. log.Records];
        Assert.All(records, r => Assert.Equal(LogLevel.Debug, r.Level));
        Assert.Equal(2, records.Length);
        Assert.StartsWith("rms_norm is not served by shorts: takes no bfloat16 activations", records[0].Message);
        Assert.StartsWith("rms_norm is served by everything: x: bf16[1,2], weight: None", records[1].Message);
        Assert.DoesNotContain(records, r => r.Message.Contains("123"));
        Assert.Single(counter.Counts);
    }

    [Fact]
    public void The_log_of_selections_is_silent_above_debug_and_still_tells_the_next_observer()
    {
        IrRuntime ir = Generations.Runtime("everything");
        var log = new LogCapture(LogLevel.Information);
        var counter = new CallCounter();
        ir.Observer = new SelectionLog(log, counter);
        using Tensor x = Tensor.Zeros(DType.Float32, 1, 2);
        ir.RmsNorm(x, null, 1e-6f);
        Assert.Empty(log.Records);
        Assert.Single(counter.Counts);
    }
}
