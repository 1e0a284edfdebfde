using System.Text.Json.Nodes;
using PluginIr.Cli.Tests.Support;
using Xunit;

namespace PluginIr.Cli.Tests;

public sealed class CommandTests
{
    [Fact]
    public async Task Plugins_lists_what_serves()
    {
        CommandResult result = await Pluginir.RunAsync("plugins", "--json");
        JsonNode plugin = Assert.Single(result.Json["plugins"]!.AsArray(), p => (string)p!["name"]! == "PluginIr.CpuSimd")!;
        Assert.Equal(0, result.ExitCode);
        Assert.Equal("serving", (string)plugin["state"]!);
        Assert.Equal("cpu_simd", (string)plugin["providers"]![0]!["name"]!);
        Assert.Contains("cpu_simd (cpu)", (await Pluginir.RunAsync("plugins")).Output);
    }

    [Fact]
    public async Task Plugins_ends_with_1_and_the_reason_when_one_was_refused()
    {
        using var plugins = new TemporaryPlugins(Path.Combine(Pluginir.TestPlugins, "PluginIr.Fixtures.Throwing"));
        CommandResult result = await Pluginir.RunAsync("plugins", "--plugins", plugins.Path);
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("was asked whether it is supported", result.Output);
    }

    [Fact]
    public async Task Plugins_shows_each_finding_of_a_proof_on_a_line_and_once_with_where_in_the_plugin_it_threw()
    {
        using var plugins = new TemporaryPlugins(Path.Combine(Pluginir.TestPlugins, "PluginIr.Fixtures.Wrong"));
        plugins.AddFaulty("kernel", "throws");
        string[] lines = (await Pluginir.RunAsync("plugins", "--plugins", plugins.Path)).Output.Split('\n');
        string thrown = Assert.Single(lines, line => line.Contains("gelu_new by provider 'throws'"));
        Assert.Contains("it threw FormatException: this kernel always throws (at PluginIr.Fixtures.FaultyKernels.Throws.Run in Throws.cs:line 8). Run it again: ", thrown);
        Assert.EndsWith(" 2 more cases failed alike.", thrown);
        Assert.Equal(3, lines.Count(line => line.Contains("WrongValue: rms_norm by provider 'wrong'")));
        Assert.Equal(2, lines.Count(line => line.StartsWith("  WrongValue: ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Plugins_ends_with_0_while_a_folder_is_being_copied_and_with_1_when_it_stays_incomplete()
    {
        using var plugins = new TemporaryPlugins(Pluginir.Plugins + "/PluginIr.CpuSimd");
        string folder = plugins.Add(Path.Combine(Pluginir.TestPlugins, "PluginIr.Fixtures.CountingV1"));
        File.Delete(Path.Combine(folder, "plugin.json"));
        var patient = new Dictionary<string, string> { ["PLUGINIR_SETTLETIME"] = "01:00:00" };
        CommandResult copied = await Pluginir.RunAsync(patient, "plugins", "--plugins", plugins.Path, "--json");
        Assert.Equal(0, copied.ExitCode);
        JsonNode waiting = Assert.Single(copied.Json["plugins"]!.AsArray(), p => (string)p!["state"]! == "waiting")!;
        Assert.True((bool)waiting["is_settling"]!);
        Assert.Contains("has no plugin.json", (string)waiting["problem"]!);

        foreach (string entry in Directory.GetFiles(folder))
            File.SetLastWriteTimeUtc(entry, DateTime.UtcNow.AddHours(-2));
        Directory.SetLastWriteTimeUtc(folder, DateTime.UtcNow.AddHours(-2));
        CommandResult left = await Pluginir.RunAsync(patient, "plugins", "--plugins", plugins.Path);
        Assert.Equal(1, left.ExitCode);
        Assert.Contains("has no plugin.json", left.Output);
    }

    [Fact]
    public async Task Without_a_driver_plugins_and_explain_say_why_there_is_no_cuda_device()
    {
        Assert.SkipWhen(
            System.Runtime.InteropServices.NativeLibrary.TryLoad(OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1", out _), "A CUDA driver is installed here.");
        CommandResult plugins = await Pluginir.RunAsync("plugins");
        Assert.Equal(0, plugins.ExitCode);
        Assert.Contains("PluginIr.Cuda: devices 'cuda' cannot be used here: no CUDA driver", plugins.Output);
        CommandResult explain = await Pluginir.RunAsync("explain", "rms_norm", "--device", "cuda");
        Assert.Equal(2, explain.ExitCode);
        Assert.Contains("Devices 'cuda' cannot be used here: no CUDA driver", explain.Output);
    }

    [Fact]
    public async Task Ops_lists_schemas_and_the_order_of_kernels()
    {
        CommandResult result = await Pluginir.RunAsync("ops", "--json");
        JsonNode op = Assert.Single(result.Json["ops"]!.AsArray(), o => (string)o!["name"]! == "rms_norm")!;
        Assert.Equal("rms_norm(Tensor x, Tensor? weight, float epsilon, int? variance_size=None) -> Tensor", (string)op["schema"]!);
        Assert.Equal(
            [("cpu_simd", 0), ("native", 1)],
            op["kernels"]!.AsArray().Where(k => (string)k!["device"]! == "cpu").Select(k => ((string)k!["provider"]!, (int)k["position"]!)).Order());
        Assert.Equal(27, result.Json["ops"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_kernel_in_no_list_is_shown_as_such_with_how_to_use_it()
    {
        using var plugins = new TemporaryPlugins(Path.Combine(Pluginir.TestPlugins, "PluginIr.Fixtures.CountingV1"));
        string[] loaded = ["--plugins", plugins.Path], used = [.. loaded, "--priority", "rms_norm=counting"];
        Assert.Contains(" native (in no list: counting) ", (await Pluginir.RunAsync(["ops", .. loaded])).Output);
        Assert.Equal([("counting", true), ("native", false)], InNoList(await Pluginir.RunAsync(["ops", "--json", .. loaded])));
        Assert.Contains("PluginIr:Priority, or for one command with --priority rms_norm=counting", (await Pluginir.RunAsync(["explain", "rms_norm", .. loaded])).Output);

        Assert.DoesNotContain("in no list", (await Pluginir.RunAsync(["ops", .. used])).Output);
        Assert.Equal([("counting", false), ("native", false)], InNoList(await Pluginir.RunAsync(["ops", "--json", .. used])));
    }

    private static IEnumerable<(string Provider, bool InNoList)> InNoList(CommandResult ops) =>
        ops.Json["ops"]!.AsArray().Single(o => (string)o!["name"]! == "rms_norm")!["kernels"]!.AsArray()
            .Select(k => ((string)k!["provider"]!, (bool)k["in_no_list"]!)).Order();

    [Theory]
    [InlineData("cpu_simd", "rms_norm", "--dtype", "bf16", "--shape", "8x4096")]
    [InlineData("cpu_simd", "rms_norm", "--set", "variance_size=512")]
    [InlineData("native", "rms_norm", "--priority", "rms_norm=native")]
    public async Task Explain_says_which_kernel_takes_a_call(string taken, string op, params string[] options)
    {
        CommandResult result = await Pluginir.RunAsync(["explain", op, "--json", .. options]);
        Assert.Equal(taken, (string?)result.Json["taken"]);
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(1, result.Json["candidates"]!.AsArray().Count(c => (bool)c!["is_taken"]!));
        Assert.All(result.Json["candidates"]!.AsArray(), c => Assert.NotEmpty((string)c!["reason"]!));
    }

    [Theory]
    [InlineData(234, 0)]
    [InlineData(234, 0, "--provider", "native")]
    [InlineData(234, 0, "--provider", "cpu_simd")]
    [InlineData(36, 0, "--provider", "cpu_simd", "--op", "rms_norm")]
    public async Task Verify_passes_all_that_the_provider_takes(int passed, int skipped, params string[] options)
    {
        CommandResult result = await Pluginir.RunAsync(["verify", "--vectors", Pluginir.Vectors, "--json", .. options]);
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(
            $$"""{"cases":{{passed + skipped}},"passed":{{passed}},"failed":0,"skipped":{{skipped}},"failures":[]}""", result.Output.Trim());
    }

    [Theory]
    [InlineData("no such command", "frobnicate")]
    [InlineData("--vectors", "verify")]
    [InlineData("nowhere.safetensors", "verify", "--vectors", "nowhere.safetensors")]
    [InlineData("vectors: is a folder; expected a safetensors file.", "verify", "--vectors", "tests/vectors")]
    [InlineData("tests/vectors is a folder; expected a file with a graph's text", "opt", "tests/vectors")]
    [InlineData("Did you mean 'rms_norm'", "explain", "rms_nrom")]
    [InlineData("8x4096", "explain", "rms_norm", "--shape", "8by7")]
    [InlineData("variance_sise", "explain", "rms_norm", "--set", "variance_sise=7")]
    [InlineData("'cpu_simd'", "ops", "--priority", "rms_norm=cpu_smid")]
    [InlineData("OP=PROVIDER", "ops", "--priority", "rms_norm")]
    [InlineData("does not exist", "ops", "--plugins", "nowhere")]
    [InlineData("'README.md' is a file", "ops", "--plugins", "README.md")]
    [InlineData("artifacts/plugins', which brings", "plugins", "--plugins", "artifacts/plugins/PluginIr.CpuSimd/")]
    [InlineData("'artifacts/plugins/PluginIr.CpuSimd' is a plugin itself", "plugins", "--plugins", "artifacts/plugins", "--plugins", "artifacts/plugins/PluginIr.CpuSimd")]
    [InlineData("--prompt-ids must be numbers", "generate", "--model", "tests/models/qwen3-tiny", "--prompt-ids", "1,two")]
    [InlineData("512", "generate", "--model", "tests/models/qwen3-tiny", "--prompt-ids", "99999")]
    [InlineData("config.json", "generate", "--model", "tests", "--prompt-ids", "1")]
    [InlineData("together must be at most 256 tokens", "generate", "--model", "tests/models/qwen3-tiny", "--prompt-ids", "1", "--compiled", "--max-new-tokens", "2147483647")]
    [InlineData("--max-new-tokens must be at least 0", "generate", "--model", "tests/models/qwen3-tiny", "--prompt-ids", "1", "--max-new-tokens", "-1")]
    [InlineData("--dtype must be one of f32, bf16, f16", "generate", "--model", "tests/models/qwen3-tiny", "--prompt-ids", "1", "--dtype", "i32")]
    [InlineData("--dtype must be one of", "explain", "rms_norm", "--dtype", "f99")]
    [InlineData("variance_size must be from 1 to 1024", "explain", "rms_norm", "--set", "variance_size=-4")]
    [InlineData("--set: 'x' is not a value for 'float epsilon'", "explain", "rms_norm", "--set", "epsilon=x")]
    [InlineData("larger than 2^63 bytes", "explain", "rms_norm", "--shape", "9999999999x9999999999")]
    [InlineData("--op: Unknown op 'rms_nrom'", "verify", "--vectors", "tests/vectors/ops-public.safetensors", "--op", "rms_nrom")]
    [InlineData("--replace-after must be from 1 to 24", "generate", "--model", "tests/models/qwen3-tiny", "--prompt-ids", "1", "--replace-with", "artifacts/plugins/PluginIr.CpuSimd", "--replace-after", "25")]
    [InlineData("--replace-after must be from 1 to 5", "generate", "--model", "tests/models/qwen3-tiny", "--prompt-ids", "1", "--replace-with", "artifacts/plugins/PluginIr.CpuSimd", "--max-new-tokens", "5")]
    [InlineData("--replace-after must be from 1", "generate", "--model", "tests/models/qwen3-tiny", "--prompt-ids", "1", "--replace-with", "artifacts/plugins/PluginIr.CpuSimd", "--replace-after", "0")]
    [InlineData("--replace-after needs --replace-with", "generate", "--model", "tests/models/qwen3-tiny", "--prompt-ids", "1", "--replace-after", "3")]
    [InlineData("tests' has no plugin.json", "generate", "--model", "tests/models/qwen3-tiny", "--prompt-ids", "1", "--replace-with", "tests")]
    [InlineData("nowhere' does not exist", "generate", "--model", "tests/models/qwen3-tiny", "--prompt-ids", "1", "--replace-with", "nowhere")]
    [InlineData("README.md' is a file", "generate", "--model", "tests/models/qwen3-tiny", "--prompt-ids", "1", "--replace-with", "README.md")]
    public async Task Bad_input_ends_with_2_and_says_what_is_bad(string saying, params string[] arguments)
    {
        CommandResult result = await Pluginir.RunAsync(arguments);
        Assert.Equal(2, result.ExitCode);
        if (saying != "no such command")
            Assert.Contains(saying, result.Error);
        Assert.DoesNotContain("   at ", result.Error);
        Assert.DoesNotContain("(Parameter", result.Error);
    }

    [Theory]
    [InlineData("Expected depth to be zero", """{ "PluginIr": { """)]
    [InlineData("A duplicate key 'PluginIr:watch' was found", """{ "PluginIr": { "Watch": true, "watch": false } }""")]
    [InlineData("section Serilog", """{ "Serilog": { "MinimumLevel": { "Override": { "Microsoft": "Loud" } } } }""")]
    public async Task A_bad_settings_file_ends_with_2_and_what_is_bad_whether_it_is_named_or_lies_in_the_folder(string saying, string text)
    {
        using var folder = new TemporaryPlugins();
        string file = Path.Combine(folder.Path, "appsettings.json");
        await File.WriteAllTextAsync(file, text, TestContext.Current.CancellationToken);
        foreach (CommandResult result in (CommandResult[])[await Pluginir.RunAsync("ops", "--config", file), await Pluginir.RunInAsync(folder.Path, "ops")])
        {
            Assert.Equal(2, result.ExitCode);
            Assert.Contains(saying, result.Error);
            Assert.DoesNotContain("   at ", result.Error);
            Assert.True(saying == "section Serilog" || result.Error.StartsWith(file, StringComparison.Ordinal), result.Error);
        }
    }

    [Fact]
    public async Task A_bad_setting_in_the_environment_ends_with_2_and_names_the_nearest()
    {
        CommandResult result = await Pluginir.RunAsync(new Dictionary<string, string> { ["PLUGINIR_PRIORITY__RMS_NORM"] = "cpu_smid" }, "ops");
        Assert.Equal(2, result.ExitCode);
        Assert.Contains("Did you mean 'cpu_simd'?", result.Error);
    }

    [Theory]
    [InlineData("plugins")]
    [InlineData("run")]
    public async Task Without_a_folder_for_temporary_files_a_host_ends_with_2_and_says_what_to_set(string command)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows looks for a folder that is there.");
        using var folder = new TemporaryPlugins();
        string file = Path.Combine(folder.Path, "file");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);
        CommandResult result = await Pluginir.RunAsync(new Dictionary<string, string> { ["TMPDIR"] = file }, command);
        Assert.Equal(2, result.ExitCode);
        Assert.Contains($"{file}/pluginir-", Assert.Single(result.Error.TrimEnd().Split('\n')));
        Assert.Contains("Set TMPDIR to a folder", result.Error);
    }
}
