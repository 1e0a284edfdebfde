using System.Text.Json.Nodes;
using PluginIr.Cli.Tests.Support;
using Xunit;

namespace PluginIr.Cli.Tests;

public sealed class OptTests : IDisposable
{
    private const string Passes = "functionalize,fuse,lower,eliminate-clones,plan";

    private readonly string _file = Path.Combine(Path.GetTempPath(), $"pluginir-{Guid.NewGuid():N}.ir");

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData("only", 0)]
    [InlineData("may", 0)]
    public async Task The_report_has_the_documented_keys_and_the_references_counts(string mode, int clones)
    {
        await WriteAsync("%n2, %s1, %s2");
        JsonNode report = (await Pluginir.RunAsync("opt", "--passes", Passes, _file, "--assume", $"fused_add_rms_norm=vendor:{mode}", "--json")).Json;
        Assert.Equal(
            ["functionalized", "donated", "clones", "fused", "selected", "arena_bytes", "values_bytes", "text"], report.AsObject().Select(p => p.Key));
        Assert.Equal((2, 3, clones), ((int)report["functionalized"]!, (int)report["donated"]!, (int)report["clones"]!));
        Assert.Equal(("vendor", "vendor"), ((string)report["selected"]!["%n1"]!, (string)report["selected"]!["%n2"]!));
        Assert.Equal((0, 4 * 8 * 16 * 2), ((long)report["arena_bytes"]!, (long)report["values_bytes"]!));
        Assert.Contains($"fused_add_rms_norm[vendor {mode}](%x, %r1, %w, epsilon=1e-05)", (string)report["text"]!);
    }

    [Fact]
    public async Task A_person_gets_the_graph_with_every_choice_and_its_reason()
    {
        await WriteAsync("%n2, %s1, %s2");
        CommandResult result = await Pluginir.RunAsync("opt", _file);
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("graph @two_norms(%x: bf16[8,16] donated", result.Output);
        Assert.Contains("accepts, first in the order to do so", result.Output);
        Assert.Contains("2 calls functionalized, 3 inputs donated, 0 clones.", result.Output);
    }

    [Theory]
    [InlineData("%n1", ":3:14: %n1 is returned after %n2 = fused_add_rms_norm.maybe_inplace took it.")]
    [InlineData("%n3", ":4:10: %n3 is not defined before this.")]
    public async Task Bad_input_is_refused_with_its_line_and_column(string returned, string saying)
    {
        await WriteAsync(returned);
        CommandResult result = await Pluginir.RunAsync("opt", "--passes", Passes, _file);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(_file + saying, result.Error);
    }

    [Theory]
    [InlineData("There is no pass 'fly'", "--passes", "fly")]
    [InlineData("assumes no kernel", "--assume", "add=vendor")]
    [InlineData("--assume: Unknown op 'fused_ad_rms_norm'. Did you mean 'fused_add_rms_norm'", "--assume", "fused_ad_rms_norm=vendor:only")]
    [InlineData("--fusion must be NAME=always or NAME=never", "--fusion", "add_rms_norm")]
    [InlineData("--fusion: Unknown fusion 'add_rms_nrom'. Did you mean 'add_rms_norm'", "--fusion", "linear_argmax=never", "--fusion", "add_rms_nrom=always")]
    public async Task Bad_options_are_refused_with_what_is_expected(string saying, params string[] options)
    {
        await WriteAsync("%n2");
        CommandResult result = await Pluginir.RunAsync(["opt", _file, .. options]);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains(saying, result.Error);
    }

    private Task WriteAsync(string returned) => File.WriteAllTextAsync(_file, $$"""
        graph @two_norms(%x: bf16[8,16], %r1: bf16[8,16], %r2: bf16[8,16], %w: bf16[16]) {
          %n1, %s1 = fused_add_rms_norm.maybe_inplace(%x, %r1, %w, epsilon=1e-05)
          %n2, %s2 = fused_add_rms_norm.maybe_inplace(%n1, %r2, %w, epsilon=1e-05)
          return {{returned}}
        }
        """, TestContext.Current.CancellationToken);
}
