using PluginIr.Ops;
using PluginIr.Runtime;
using PluginIr.Runtime.Priority;

namespace PluginIr.Hosting.Tests.Support;

/// <summary>A call on a thread named <c>held</c> that stays inside the faulty plugin's kernel for as long as the file that it waits for is there.</summary>
internal static class HeldCalls
{
    /// <summary>What comes out while what the kernel works on has not been freed.</summary>
    public const float Result = 0.8412f;

    /// <summary>Begins one, and waits until it is inside.</summary>
    /// <param name="runtime">The runtime, which has the plugin.</param>
    /// <param name="hold">The file, which is made; the call returns once it is deleted.</param>
    /// <returns>What comes out of the call.</returns>
    public static async Task<Task<float>> EnterAsync(IrRuntime runtime, string hold)
    {
        File.WriteAllText(hold, "");
        Task<float> call = Begin(runtime);
        await RunningHost.Until(() => runtime.CallsOlderThan(long.MaxValue).Count > 0, Xunit.TestContext.Current.CancellationToken);
        return call;
    }

    private static Task<float> Begin(IrRuntime runtime) => Task.Factory.StartNew(
        () =>
        {
            Thread.CurrentThread.Name = "held";
            using Tensor x = Tensor.FromSingles(DType.Float32, [1], 1), output = Tensor.Empty(x.Spec);
            using PriorityScope scope = runtime.UsePriority("gelu_fast", "holds");
            runtime.GeluFastInto(x, output);
            return output.AsSpan<float>()[0];
        },
        CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
