using PluginIr.Compiler.Execution;
using PluginIr.Compiler.Fusions;
using PluginIr.Compiler.Graphs;
using PluginIr.Compiler.Passes;
using PluginIr.Compiler.Tests.Support;
using PluginIr.Compiler.Text;
using PluginIr.Registration;
using PluginIr.Runtime;
using PluginIr.Runtime.Priority;
using PluginIr.Runtime.Registry;
using Xunit;

namespace PluginIr.Compiler.Tests.Fusions;

/// <summary>The fusions that come with the contracts, before and after.</summary>
public sealed class FusionTests
{
    private const string Inputs = "%x: bf16[T,16], %r: bf16[T,16], %w: bf16[16], %s: f32[1], %m: bf16[40,16]";

    public static TheoryData<string, string, string, string> Fusions => new()
    {
        {
            "add_rms_norm", "fused_add_rms_norm",
            "%a = add(%x, %r)\n%n = rms_norm(%a, %w, epsilon=1e-05)\nreturn %n, %a",
            "%n, %a = fused_add_rms_norm(%x, %r, %w, epsilon=1e-05)\nreturn %n, %a"
        },
        {
            "rms_norm_static_quant", "rms_norm_static_quant_fp8",
            "%n = rms_norm(%x, epsilon=1e-05, variance_size=8)\n%q = static_quant_fp8(%n, %s, fp8_dtype=float8_e4m3fn)\nreturn %q",
            "%q = rms_norm_static_quant_fp8(%x, None, %s, epsilon=1e-05, fp8_dtype=float8_e4m3fn, variance_size=8)\nreturn %q"
        },
        {
            "rms_norm_dynamic_quant", "rms_norm_dynamic_quant_fp8",
            "%n = rms_norm(%x, %w, epsilon=1e-05)\n%q, %qs = dynamic_quant_fp8(%n, %s, per_token=True, fp8_dtype=float8_e5m2)\nreturn %q, %qs",
            "%q, %qs = rms_norm_dynamic_quant_fp8(%x, %w, %s, epsilon=1e-05, fp8_dtype=float8_e5m2)\nreturn %q, %qs"
        },
        {
            "fused_add_rms_norm_static_quant", "fused_add_rms_norm_static_quant_fp8",
            "%n, %a = fused_add_rms_norm(%x, %r, %w, epsilon=1e-05)\n%q = static_quant_fp8(%n, %s, fp8_dtype=float8_e4m3fn)\nreturn %q, %a",
            "%q, %a = fused_add_rms_norm_static_quant_fp8(%x, %r, %w, %s, epsilon=1e-05, fp8_dtype=float8_e4m3fn)\nreturn %q, %a"
        },
        {
            "fused_add_rms_norm_dynamic_quant", "fused_add_rms_norm_dynamic_quant_fp8",
            "%n, %a = fused_add_rms_norm(%x, %r, %w, epsilon=1e-05)\n%q, %qs = dynamic_quant_fp8(%n, per_token=True, fp8_dtype=float8_e4m3fn)\nreturn %q, %qs, %a",
            "%q, %qs, %a = fused_add_rms_norm_dynamic_quant_fp8(%x, %r, %w, epsilon=1e-05, fp8_dtype=float8_e4m3fn)\nreturn %q, %qs, %a"
        },
        {
            "silu_and_mul_static_quant", "silu_and_mul_static_quant_fp8",
            "%g = silu_and_mul(%x)\n%q = static_quant_fp8(%g, %s, fp8_dtype=float8_e4m3fn)\nreturn %q",
            "%q = silu_and_mul_static_quant_fp8(%x, %s, fp8_dtype=float8_e4m3fn)\nreturn %q"
        },
        {
            "linear_argmax", "linear_argmax",
            "%l = linear(%x, %m)\n%i = argmax(%l)\nreturn %i",
            "%i = linear_argmax(%x, %m)\nreturn %i"
        },
    };

    [Theory]
    [MemberData(nameof(Fusions))]
    public void A_fusion_is_applied_when_a_kernel_but_native_serves_it(string fusion, string op, string before, string after)
    {
        (Graph fused, CompileReport report) = Compiling.Run(Text(before), "fuse", $"{op}=vendor:never");
        Assert.Equal(Compiling.Parse(Text(after)).ToString(), fused.ToString());
        Assert.Equal([new(fusion, 1)], report.Fused);
    }

    [Theory]
    [MemberData(nameof(Fusions))]
    public void It_is_not_when_only_native_does_unless_it_is_asked_for(string fusion, string op, string before, string after)
    {
        (Graph kept, CompileReport report) = Compiling.Run(Text(before), "fuse");
        Assert.Equal(Compiling.Parse(Text(before)).ToString(), kept.ToString());
        Assert.Contains(report.Notes, n => n.StartsWith($"{fusion} was not applied at %", StringComparison.Ordinal) && n.Contains($"no kernel but native takes {op}", StringComparison.Ordinal));

        Graph forced = Run(Text(before), fusion, FusionMode.Always).Graph;
        Assert.Equal(Compiling.Parse(Text(after)).ToString(), forced.ToString());
    }

    [Theory]
    [MemberData(nameof(Fusions))]
    public void Its_results_are_those_of_its_parts(string fusion, string op, string before, string after)
    {
        _ = (op, after);
        Graph parts = Compiling.Parse(Text(before)), fused = Run(Text(before), fusion, FusionMode.Always).Graph;
        Tensor[] inputs = RandomGraph.Inputs(parts, 5, 1);
        Tensor[] expected = NativeInterpreter.Run(TestRuntime.Native.Registry, parts, inputs, 5), actual = NativeInterpreter.Run(TestRuntime.Native.Registry, fused, inputs, 5);
        for (int i = 0; i < expected.Length; i++)
        {
            Conformance.Tolerance tolerance = TestRuntime.Native.Registry.Op(op).Descriptor.ToleranceOf(expected[i].DType);
            Assert.All(expected[i].ToSingles().Zip(actual[i].ToSingles()), p => Assert.True(tolerance.Accepts(p.Second, p.First), $"{p}"));
        }
    }

    [Fact]
    public void Queries_and_keys_are_normalised_and_turned_in_one_call()
    {
        const string Inputs = "%p: i64[T], %q: f32[T,4,8], %k: f32[T,2,8], %wq: f32[8], %c: f32[64,8]";
        string before = $$"""
            graph @g({{Inputs}}) where T in 1..8 {
              %nq = rms_norm(%q, %wq, epsilon=1e-06)
              %nk = rms_norm(%k, epsilon=1e-06)
              %tq, %tk = rotary_embedding(%p, %nq, %nk, %c, head_size=8, rotary_dim=8, is_neox_style=True)
              return %tq, %tk
            }
            """;
        (Graph fused, CompileReport report) = Compiling.Run(before, "fuse", "rms_norm_rotary_embedding=vendor:may");
        Assert.Contains("%tq, %tk = rms_norm_rotary_embedding(%p, %q, %k, %wq, None, %c, epsilon=1e-06, head_size=8, rotary_dim=8, is_neox_style=True)", fused.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, report.Fused["rms_norm_rotary"]);

        // One epsilon serves both norms, so two different ones are no match.
        string other = before.Replace("rms_norm(%k, epsilon=1e-06)", "rms_norm(%k, epsilon=1e-05)");
        Assert.Empty(Compiling.Run(other, "fuse", "rms_norm_rotary_embedding=vendor:may").Report.Fused);
    }

    [Theory]
    [InlineData("%n = rms_norm(%x, epsilon=1)\n%q = static_quant_fp8(%n, %s, fp8_dtype=float8_e4m3fn)\nreturn %q, %n")] // the norm is returned
    [InlineData("%n = rms_norm(%x, epsilon=1)\n%q = static_quant_fp8(%n, %s, fp8_dtype=float8_e4m3fn)\n%b = add(%n, %x)\nreturn %q, %b")] // and used
    [InlineData("%n = rms_norm(%x, epsilon=1)\n%q, %qs = dynamic_quant_fp8(%n, per_token=False, fp8_dtype=float8_e4m3fn)\nreturn %q, %qs")] // one scale for all
    [InlineData("%n = rms_norm(%x, epsilon=1)\n%l = last_rows(%n, count=1)\n%q = static_quant_fp8(%l, %s, fp8_dtype=float8_e4m3fn, num_token_padding=4)\nreturn %q")]
    [InlineData("%a = add(%x, %r)\n%b = gelu(%a, approximate=\"none\")\n%n = rms_norm(%a, %w, epsilon=1)\nreturn %n, %b")] // the sum is used before the norm
    [InlineData("%a = add(%w, %w)\n%n = rms_norm(%a, %a, epsilon=1)\nreturn %n, %a")] // the sum is the norm's weight too
    [InlineData("%l = linear(%x, %m)\n%i = argmax(%l)\nreturn %i, %l")] // the products are returned
    [InlineData("%n = rms_norm[native](%x, epsilon=1)\n%q = static_quant_fp8(%n, %s, fp8_dtype=float8_e4m3fn)\nreturn %q")] // lowered already
    public void What_would_be_missed_or_is_not_the_pattern_stays(string body)
    {
        string[] assumed = ["fused_add_rms_norm=v:only", "rms_norm_static_quant_fp8=v:never", "rms_norm_dynamic_quant_fp8=v:never", "linear_argmax=v:never"];
        Assert.Empty(Compiling.Run(Text(body), "fuse", assumed).Report.Fused);
    }

    [Fact]
    public void What_a_fusion_makes_may_be_part_of_another()
    {
        (Graph fused, CompileReport report) = Compiling.Run(
            Text("%a = add(%x, %r)\n%n = rms_norm(%a, %w, epsilon=1)\n%q = static_quant_fp8(%n, %s, fp8_dtype=float8_e4m3fn)\nreturn %q, %a"),
            "fuse", "fused_add_rms_norm=v:only", "fused_add_rms_norm_static_quant_fp8=v:never");
        Assert.Equal(1, fused.Nodes.Length);
        Assert.Equal(["add_rms_norm", "fused_add_rms_norm_static_quant"], report.Fused.Keys);
    }

    [Fact]
    public void A_fusion_that_is_switched_off_is_not_applied() => Assert.Empty(
        Run(Text("%a = add(%x, %r)\n%n = rms_norm(%a, %w, epsilon=1e-05)\nreturn %n, %a"), "add_rms_norm", FusionMode.Never, "fused_add_rms_norm=v:only").Report.Fused);

    [Fact]
    public void A_plugins_fusion_is_applied_and_goes_with_the_plugin()
    {
        const string Body = "graph @g(%x: f32[4]) {\n  %h = halve(%x)\n  %y = halve(%h)\n  return %y\n}";
        var runtime = new IrRuntime();
        Generation tests = TestRuntime.GenerationOf(1, "quartering");
        runtime.Replace("kernels", Part("kernels", tests.Ops, tests.Providers, tests.Kernels, []));
        runtime.Replace("fusions", Part("fusions", [], [], [], tests.Fusions));
        runtime.SetPriority(PriorityTable.Default.With("quarter", "quartering"));
        (Graph fused, CompileReport report) = Compiling.Run(runtime, Body, "fuse");
        Assert.Contains("%y = quarter(%x)", fused.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, report.Fused["halve_twice"]);

        // The op and its kernel stay, so that nothing but the fusion is missing.
        runtime.Replace("fusions", null);
        (Graph kept, CompileReport without) = Compiling.Run(runtime, Body, "fuse");
        Assert.Equal(Body, kept.ToString().TrimEnd());
        Assert.Empty(without.Fused);

        static Generation Part(
            string plugin, IReadOnlyList<OpDescriptor> ops, IReadOnlyList<ProviderDescriptor> providers, IReadOnlyList<KernelDescriptor> kernels,
            IReadOnlyList<FusionDescriptor> fusions) => new()
            {
                Plugin = plugin,
                Number = 1,
                Version = "1.0",
                ContentHash = plugin,
                Ops = ops,
                Providers = providers,
                Kernels = kernels,
                Fusions = fusions,
            };
    }

    [Fact]
    public void A_fusion_whose_sides_differ_is_not_applied_and_says_where()
    {
        IrRuntime runtime = TestRuntime.With("quartering");
        (Graph kept, CompileReport report) = Compiling.Run(runtime, "graph @g(%x: f32[4]) {\n  %h = halve(%x)\n  %y = gelu_new(%h)\n  return %y\n}", "fuse");
        Assert.Equal(2, kept.Nodes.Length);
        Assert.Contains(report.Notes, n => n.StartsWith("halve_and_gelu was not applied at %y: it is not shown equal: element 0 of output 0 is", StringComparison.Ordinal));
    }

    [Fact]
    public void What_is_declared_as_a_fusion_and_is_none_is_left_out_and_noted()
    {
        IrRuntime runtime = TestRuntime.With("quartering");
        (_, CompileReport report) = Compiling.Run(runtime, "graph @g(%x: f32[4]) {\n  return %x\n}", "fuse");
        Assert.Contains("Fusion 'malformed' cannot be used: its replacement must be one call; found 2.", report.Notes);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_fusion_that_leads_back_to_its_own_pattern_is_applied_once()
    {
        (Graph graph, CompileReport report) = await Task.Run(() => Flipped("flip_again"), TestContext.Current.CancellationToken);
        Assert.Equal(2, graph.Nodes.Length);
        Assert.Equal(2, report.Fused["flip_again"]); // at each of the two calls
    }

    [Fact]
    public void A_fusion_whose_op_throws_while_it_is_shown_equal_costs_nobody_a_compilation()
    {
        (Graph kept, CompileReport report) = Flipped("flip_twice");
        Assert.Equal(2, kept.Nodes.Length);
        Assert.Contains(report.Notes, n => n.Contains("flip_twice was not applied at %z", StringComparison.Ordinal) && n.Contains("no inputs today", StringComparison.Ordinal));
    }

    private static (Graph Graph, CompileReport Report) Flipped(string fusion)
    {
        IrRuntime runtime = TestRuntime.With("quartering");
        return PassPipeline.Run(
            runtime, GraphParser.Parse(runtime, "graph @g(%x: f32[4]) {\n  %y = flip(%x)\n  %z = flip(%y)\n  return %z\n}"), ["fuse"],
            new CompileOptions { Fusions = new Dictionary<string, FusionMode> { [fusion] = FusionMode.Always } });
    }

    private static string Text(string body) => $"graph @g({Inputs}) where T in 1..8 {{\n{body}\n}}";

    private static (Graph Graph, CompileReport Report) Run(string text, string fusion, FusionMode mode, params string[] assumed) => PassPipeline.Run(
        TestRuntime.Native, GraphParser.Parse(TestRuntime.Native, text), ["fuse"],
        new CompileOptions { Fusions = new Dictionary<string, FusionMode> { [fusion] = mode }, Assumed = [.. assumed.Select(AssumedKernel.Parse)] });
}
