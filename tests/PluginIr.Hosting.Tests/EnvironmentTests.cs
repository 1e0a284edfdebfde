using PluginIr.Hosting.Configuration;
using PluginIr.Hosting.Tests.Support;
using Xunit;

namespace PluginIr.Hosting.Tests;

/// <summary>Settings in the process's environment, which every host that starts meanwhile reads.</summary>
[Collection(RunsAlone.Name)]
public sealed class EnvironmentTests
{
    [Fact]
    public async Task The_environment_goes_over_the_file_and_code_over_both()
    {
        Environment.SetEnvironmentVariable("PLUGINIR_PRIORITY__RMS_NORM", "cpu_simd");
        try
        {
            string json = """{ "PluginIr": { "Plugins": ["plugins"], "Priority": { "rms_norm": ["counting"] } } }""";
            await using (RunningHost host = await RunningHost.StartAsync(json, [Builds.CountingV1, Builds.CpuSimd]))
                Assert.Equal("cpu_simd", host.First("rms_norm"));
            await using (RunningHost host = await RunningHost.StartAsync(
                json, [Builds.CountingV1, Builds.CpuSimd], o => o with { Priority = o.Priority.With("rms_norm", "native") }))
                Assert.Equal("native", host.First("rms_norm"));
        }
        finally
        {
            Environment.SetEnvironmentVariable("PLUGINIR_PRIORITY__RMS_NORM", null);
        }
    }

    [Fact]
    public async Task The_command_line_goes_over_the_environment_and_leaves_what_it_does_not_name()
    {
        var variables = new Dictionary<string, string>
        {
            ["PLUGINIR_DISPOSETIMEOUT"] = "00:00:11",
            ["PLUGINIR_PRIORITY__GELU_NEW"] = "native",
            ["PLUGINIR_PRIORITY__GELU_FAST"] = "native",
        };
        foreach ((string name, string value) in variables)
            Environment.SetEnvironmentVariable(name, value);
        try
        {
            PluginIrOptions options = new();
            await using RunningHost host = await RunningHost.StartAsync(
                """{ "PluginIr": { "Plugins": ["plugins"], "DisposeTimeout": "00:00:13", "LoadTimeout": "00:00:14" } }""", [Builds.CountingV1], code: o => options = o,
                commandLine: ["--PluginIr:DisposeTimeout=00:00:12", "--PluginIr:Priority:gelu_new=counting,native"]);
            Assert.Equal((12, 14), (options.DisposeTimeout.TotalSeconds, options.LoadTimeout.TotalSeconds));
            Assert.Equal("counting", host.Runtime.Registry.Priority.ChoiceOf("gelu_new").Order[0]);
            Assert.Equal("native", host.Runtime.Registry.Priority.ChoiceOf("gelu_fast").Order[0]);
        }
        finally
        {
            foreach (string name in variables.Keys)
                Environment.SetEnvironmentVariable(name, null);
        }
    }
}
