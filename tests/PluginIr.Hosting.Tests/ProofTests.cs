using PluginIr.Dispatch;
using PluginIr.Hosting.Configuration;
using PluginIr.Hosting.Events;
using PluginIr.Hosting.Plugins;
using PluginIr.Hosting.Tests.Support;
using PluginIr.Runtime;
using PluginIr.Runtime.Explaining;
using PluginIr.Runtime.Registry;
using PluginIr.Schemas;
using Xunit;

namespace PluginIr.Hosting.Tests;

public sealed class ProofTests
{
    [Fact]
    public async Task A_kernel_that_is_wrong_in_one_element_of_one_dtype_never_serves()
    {
        await using var folders = new PluginFolders();
        await folders.InstallAsync(Builds.CountingV1, "plugin");
        PluginStatus status = await folders.InstallAsync(Builds.Wrong, "plugin");
        Assert.Equal((PluginState.Serving, "Counting"), (status.State, folders.Runtime.Registry.Generations[^1].Plugin));
        Assert.Contains("prove", status.Problem);
        Assert.Contains("WrongValue", status.Problem);
        Assert.Contains("rms_norm/wrong bf16", status.Problem);
        Assert.False(folders.Runtime.Registry.Providers.ContainsKey("wrong"));
    }

    [Fact]
    public async Task A_kernel_that_passes_the_proof_and_throws_as_it_is_warmed_up_never_serves_and_is_named()
    {
        await using var folders = new PluginFolders();
        await folders.InstallAsync(Builds.CountingV1, "counting"); // From the second look on kernels are warmed up: callers may be waiting.
        Builds.InstallFaulty(folders["faulty"], "kernel", "throws_at_four_rows");
        PluginStatus status = await folders.ScanAsync("faulty");
        Assert.Equal(PluginState.Refused, status.State);
        Assert.Contains("gelu_new/throws_at_four_rows threw while it was warmed up. InvalidOperationException: four rows are too many", status.Problem);
        Assert.Contains("ThrowsAtFourRows.Run", Assert.Single(folders.Log.Records, r => r.EventId == 201).Exception);
    }

    [Fact]
    public async Task A_kernel_that_takes_no_case_serves_with_one_warning_and_is_not_said_to_be_proved()
    {
        await using var folders = new PluginFolders();
        Builds.InstallFaulty(folders["faulty"], "kernel", "takes_nothing");
        Assert.Equal(PluginState.Serving, (await folders.ScanAsync("faulty")).State);
        string warning = Assert.Single(folders.Log.Records, r => r.EventId == 221).Message;
        Assert.Matches("gelu_new/takes_nothing serves and was not compared with native: none of [0-9]+ cases was taken by its predicate", warning);
        Assert.DoesNotContain(folders.Log.Records, r => r.EventId == 214);
    }

    [Fact]
    public async Task Without_proof_it_serves()
    {
        await using var folders = new PluginFolders();
        folders.Options = folders.Options with { Proof = Proof.Off };
        Assert.Equal(PluginState.Serving, (await folders.InstallAsync(Builds.Wrong, "plugin")).State);
    }

    [Fact]
    public async Task What_hangs_while_it_registers_is_refused_after_a_time()
    {
        await using var folders = new PluginFolders();
        folders.Options = folders.Options with { LoadTimeout = TimeSpan.FromMilliseconds(200) };
        PluginStatus status = await folders.InstallAsync(Builds.Hanging, "hanging");
        Assert.Equal(PluginState.Refused, status.State);
        Assert.Contains("PluginIr:LoadTimeout", status.Problem);
        Assert.Equal(PluginState.Serving, (await folders.InstallAsync(Builds.CountingV1, "counting")).State);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_proof_that_was_given_up_keeps_the_plugins_whose_kernels_it_runs_until_it_has_ended_and_ends_as_soon_as_it_can()
    {
        await using var folders = new PluginFolders();
        IAsyncEnumerable<PluginEvent> events = folders.Host.Listen(TestContext.Current.CancellationToken);
        await folders.InstallAsync(Builds.ImplementsOp, "implements");
        folders.Options = folders.Options with { Proof = Proof.Full, LoadTimeout = TimeSpan.FromMilliseconds(500), DrainDeadline = TimeSpan.FromMilliseconds(50) };
        const int CallsOfOneCase = 64, CallsOfAll = 1 << 20; // More than one takes, and more than all take.
        using var gate = new Semaphore(0, CallsOfOneCase + CallsOfAll);
        AppDomain.CurrentDomain.SetData("scale_bias.gate", gate);
        try
        {
            Assert.Contains("PluginIr:LoadTimeout", (await folders.InstallAsync(Builds.DeclaresOp, "declares")).Problem);
            Directory.Delete(folders["implements"], recursive: true);
            Directory.Delete(folders["declares"], recursive: true);
            await folders.ScanAsync();
            await RunningHost.Until(() => folders.Log.Records.Any(r => r.EventId == 212), TestContext.Current.CancellationToken);
            Assert.Equal(RetiredState.Draining, Assert.Single(folders.Host.Retired).State);
            gate.Release(CallsOfOneCase);
            await foreach (PluginEvent happened in events)
            {
                if (happened.Kind == PluginEventKind.Unloaded)
                    break;
            }

            Assert.Empty(folders.Host.Retired);
        }
        finally
        {
            AppDomain.CurrentDomain.SetData("scale_bias.gate", null);
            gate.Release(CallsOfAll);
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task A_kernel_whose_op_comes_later_is_proved_then_and_set_aside_when_it_is_wrong()
    {
        await using var folders = new PluginFolders();
        IAsyncEnumerable<PluginEvent> events = folders.Host.Listen(TestContext.Current.CancellationToken);
        await folders.InstallAsync(Builds.MistakesOp, "mistakes");
        await folders.InstallAsync(Builds.ImplementsOp, "implements");
        PluginStatus declares = await folders.InstallAsync(Builds.DeclaresOp, "declares");
        Assert.Equal((PluginState.Serving, null), (declares.State, declares.Problem));
        RegistrySnapshot registry = folders.Runtime.Registry;
        Assert.Equal(new SetAsideKernel("PluginIr.Fixtures.MistakesOp", 1, "mistaken", "scale_bias", SetAsideReason.Unfit), Assert.Single(registry.SetAside));
        await foreach (PluginEvent happened in events)
        {
            if (happened.Kind != PluginEventKind.SetAside)
                continue;
            Assert.Contains("scale_bias by mistaken", happened.Detail);
            break;
        }

        // The right one beside it serves.
        folders.Runtime.SetPriority(registry.Priority.With("scale_bias", "mistaken", "elsewhere"));
        Assert.Equal(["elsewhere", "native"], folders.Runtime.Registry.OrderOf(folders.Runtime.Registry.Op("scale_bias"), DeviceKind.Cpu).Select(k => k.Provider.Name));
    }

    [Theory]
    [InlineData(Proof.Quick)]
    [InlineData(Proof.Off)]
    public async Task A_kernel_that_another_plugins_wrong_definition_set_aside_serves_again_once_the_definition_is_put_right(Proof afterwards)
    {
        await using var folders = new PluginFolders();
        IAsyncEnumerable<PluginEvent> events = folders.Host.Listen(TestContext.Current.CancellationToken);
        await folders.InstallAsync(Builds.ImplementsOp, "implements");
        await folders.InstallAsync(Builds.MisdeclaresOp, "declares");
        IrRuntime ir = folders.Runtime;
        ir.SetPriority(ir.Registry.Priority.With("scale_bias", "elsewhere"));
        Assert.Equal(SetAsideReason.Unfit, Assert.Single(ir.Registry.SetAside).Reason);
        Assert.Equal(["native"], ServersOf(ir, "scale_bias"));
        string why = Explain(ir).Candidates.Single(c => c.Provider == "elsewhere").Reason;
        Assert.Contains("does not do as the definition of scale_bias does", why);
        Assert.DoesNotContain("threw", why);

        folders.Options = folders.Options with { Proof = afterwards };
        await folders.InstallAsync(Builds.DeclaresOp, "declares");
        Assert.Empty(ir.Registry.SetAside);
        Assert.Equal(["elsewhere", "native"], ServersOf(ir, "scale_bias"));
        var told = new List<string>();
        await foreach (PluginEvent happened in events)
        {
            if (happened.Kind is PluginEventKind.SetAside or PluginEventKind.Restored)
                told.Add($"{happened.Kind} {happened.Detail}");
            if (happened.Kind == PluginEventKind.Restored)
                break;
        }

        Assert.Equal(2, told.Count);
        Assert.StartsWith("SetAside scale_bias by elsewhere: with PluginIr.Fixtures.DeclaresOp 0.0.9 (generation 1) it does not do", told[0]);
        Assert.Contains("WrongValue", told[0]);
        Assert.StartsWith("Restored scale_bias by elsewhere: with PluginIr.Fixtures.DeclaresOp 0.1.0 (generation 2) it does as", told[1]);
    }

    [Fact]
    public async Task A_kernel_that_is_wrong_stays_set_aside_when_the_definition_that_it_contradicts_is_built_again()
    {
        await using var folders = new PluginFolders();
        await folders.InstallAsync(Builds.MistakesOp, "mistakes");
        await folders.InstallAsync(Builds.DeclaresOp, "declares");
        Builds.EditManifest(folders["declares"], m => m["version"] = "0.2.0");
        Assert.Equal("0.2.0", (await folders.ScanAsync("declares")).Version);
        Assert.Equal(SetAsideReason.Unfit, Assert.Single(folders.Runtime.Registry.SetAside).Reason);
    }

    private static IEnumerable<string> ServersOf(IrRuntime ir, string op) => ir.Registry.OrderOf(ir.Registry.Op(op), DeviceKind.Cpu).Select(k => k.Provider.Name);

    private static Explanation Explain(IrRuntime ir)
    {
        using Tensor x = Tensor.Zeros(DType.Float32, 2, 2);
        return ir.Explain("scale_bias", DeviceKind.Cpu, CallTraits.Call, new SpecArguments([x.Spec], (AttributeValue[])[1f, 0f]));
    }
}
