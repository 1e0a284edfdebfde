using System.Text.Json.Nodes;
using PluginIr.Cli.Tests.Support;
using Xunit;

namespace PluginIr.Cli.Tests;

/// <summary>bench dispatch: what tests can say of it without timing anything.</summary>
public sealed class BenchDispatchTests
{
    [Fact]
    public async Task Two_kernels_are_called_through_one_provider_and_through_many_and_no_call_allocates()
    {
        CommandResult result = await Pluginir.RunAsync("bench", "dispatch", "--quick", "--json");
        Assert.Equal((0, "cpu"), (result.ExitCode, (string)result.Json["device"]!));
        JsonArray cases = result.Json["cases"]!.AsArray();
        Assert.Equal(
            [("rms_norm f32 1x1024", 1, 0), ("rms_norm f32 1x1024", 20, 0), ("rms_norm f32 1x1024", 20, 19), ("empty", 1, 0), ("empty", 20, 0), ("empty", 20, 19)],
            cases.Select(c => ((string)c!["kernel"]!, (int)c["providers"]!, (int)c["declining"]!)));
        Assert.All(cases, c => Assert.Equal(0, (double)c!["allocated_bytes_per_call"]!));
        Assert.All(cases, c => Assert.Equal((double)c!["dispatch_ns"]! / (double)c["direct_ns"]!, (double)c["ratio"]!, 1e-6 * (double)c["ratio"]!));

        // The first case stands for all.
        foreach (string key in (string[])["kernel", "direct_ns", "dispatch_ns", "overhead_ns", "ratio", "allocated_bytes_per_call"])
            Assert.Equal(cases[0]![key]!.ToJsonString(), result.Json[key]!.ToJsonString());
    }
}
