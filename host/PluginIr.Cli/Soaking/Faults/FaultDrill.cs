using System.Diagnostics;
using PluginIr.Hosting.Events;
using PluginIr.Ops;
using PluginIr.Runtime;

namespace PluginIr.Cli.Soaking.Faults;

/// <summary>What is done to a faulty build once it is in its folder.</summary>
/// <param name="ir">What to call.</param>
/// <param name="build">The build.</param>
/// <param name="generation">The generation that serves of it.</param>
/// <param name="events">What the host says.</param>
internal sealed class FaultDrill(IrRuntime ir, FaultyBuild build, string generation, FaultEvents events)
{
    private const int MostCalls = 10_000;
    private static readonly TimeSpan s_entering = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// Calls a kernel until it throws so often that it is set aside. Every exception must reach its caller and name op, provider and
    /// generation; then the next in priority must serve.
    /// </summary>
    public Task CallUntilSetAsideAsync()
    {
        const string Op = "gelu_new", Provider = "throws_late";
        using Tensor x = Tensor.FromSingles(DType.Float32, [-1, 0, 1, 2], 4), output = Tensor.Empty(x.Spec);
        int thrown = 0;
        using (ir.UsePriority(Op, Provider))
        {
            for (int i = 0; i < MostCalls && ir.Registry.SetAside.Count == 0; i++)
            {
                try
                {
                    ir.GeluNewInto(x, output);
                }
                catch (InvalidOperationException failure) when (failure.Data["PluginIr.Provider"] is Provider)
                {
                    Require(failure.Data["PluginIr.Op"] is Op && failure.Data["PluginIr.Generation"] is string, "the exception does not name op and generation");
                    thrown++;
                }
            }

            Require(thrown == ir.MaxFaults, $"{thrown} calls threw before the kernel was set aside; expected {ir.MaxFaults}");
            ir.GeluNewInto(x, output);
        }

        using Tensor right = ir.GeluNew(x);
        Require(output.AsBytes().SequenceEqual(right.AsBytes()), "the next in priority gave another result than without the scope");
        return Task.CompletedTask;
    }

    /// <summary>Removes the plugin while a call is held inside it. It must neither be disposed nor unloaded before the call has returned.</summary>
    public async Task HoldACallWhileRemovedAsync()
    {
        using Tensor x = Tensor.FromSingles(DType.Float32, [-1, 0, 1, 2], 4), output = Tensor.Empty(x.Spec), right = Tensor.Empty(x.Spec);
        using (ir.UsePriority("gelu_fast", "native"))
            ir.GeluFastInto(x, right);
        File.WriteAllText(build.HoldFile, "");
        Task call = Task.Factory.StartNew(
            () =>
            {
                using (ir.UsePriority("gelu_fast", "holds"))
                    ir.GeluFastInto(x, output);
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            // Long enough to be inside; when it is not, no event names it and the drill fails.
            await Task.Delay(s_entering);
            Directory.Delete(build.Target, recursive: true);
            await events.WaitAsync(PluginEventKind.Overdue, "gelu_fast", generation);
            Require(
                !events.Has(PluginEventKind.Drained, generation) && !events.Has(PluginEventKind.Unloaded, generation),
                "the generation was let go with a call inside it");
        }
        finally
        {
            File.Delete(build.HoldFile);
            await call;
        }

        Require(output.AsBytes().SequenceEqual(right.AsBytes()), "the held call worked on memory that had been disposed of");
        await events.WaitAsync(PluginEventKind.Unloaded, "", generation);
    }

    [StackTraceHidden]
    private static void Require(bool isSo, string otherwise)
    {
        if (!isSo)
            throw new FaultException(otherwise);
    }
}
