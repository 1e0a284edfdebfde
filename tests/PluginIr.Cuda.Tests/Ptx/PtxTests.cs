using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using PluginIr.Cuda.Gpu.Elements;
using PluginIr.Cuda.Gpu.Float8;
using PluginIr.Cuda.Launching;
using Xunit;

namespace PluginIr.Cuda.Tests.Ptx;

/// <summary>What the compiled kernels look like. Needs no GPU and no CUDA.</summary>
public sealed partial class PtxTests(CompiledKernels compiled) : IClassFixture<CompiledKernels>
{
    private static readonly string[] s_readsData =
    [
        "GatherKernel", "ScatterKernel", "CopyKernel", "RotaryKernel", "AttentionKernel", "CombineKernel", "MatrixVectorKernel", "TensorCoreProductKernel", "TiledProductKernel",
        "ArgmaxKernel", "ArgmaxCombineKernel",
    ];

    public static TheoryData<string> Targets => ["sm_80", "sm_90"];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Every_kernel_compiles_for_the_target_with_one_entry_point(string target)
    {
        foreach ((GpuKernel kernel, string ptx) in compiled.For(target))
        {
            Assert.Contains($".target {target}", ptx, StringComparison.Ordinal);
            Assert.Single(EntryPoint().Matches(ptx));
            Assert.Contains($".maxntid {kernel.MaxThreads}, 1, 1", ptx, StringComparison.Ordinal);
            Assert.Equal(kernel.MinGroups == 0 ? "" : $".minnctapersm {kernel.MinGroups}", MinGroups().Match(ptx).Value);
        }
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void No_kernel_uses_local_memory_or_float64(string target) => Assert.All(
        compiled.For(target),
        module =>
        {
            Assert.DoesNotContain(".local", module.Ptx, StringComparison.Ordinal);
            Assert.DoesNotContain(".f64", module.Ptx, StringComparison.Ordinal);
        });

    [Theory]
    [MemberData(nameof(Targets))]
    public void Kernels_that_go_by_chunks_touch_global_memory_in_vectors_alone(string target)
    {
        foreach ((GpuKernel kernel, string ptx) in compiled.For(target).Where(module => GoesByChunks(module.Kernel)))
        {
            string[] loads = [.. Access("ld", ptx)], stores = [.. Access("st", ptx)];
            Assert.True(loads.Count(a => a.Contains(".v4.", StringComparison.Ordinal)) > 0, $"{kernel} has no 128-bit load.");

            // Besides there are only scales, one number each.
            bool hasScale = kernel.Name.Contains("Statically", StringComparison.Ordinal) || kernel.Name.Contains("Dynamically", StringComparison.Ordinal) ||
                            kernel.Name.Contains("Scale", StringComparison.Ordinal);
            Assert.True(hasScale || loads.All(IsVector), $"{kernel}: {string.Join("; ", loads)}");
            Assert.True(hasScale || stores.All(IsVector), $"{kernel}: {string.Join("; ", stores)}");
            Assert.True(stores.Length == 0 || stores.Any(IsVector), $"{kernel} has no vector store.");
        }
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void Kernels_that_read_indices_or_share_sums_load_elements_in_128_bits_alone(string target)
    {
        string[] names = ["MatrixVectorKernel<", "TensorCoreProductKernel<", "RotaryKernel<", "AttentionKernel<", "ArgmaxKernel<", "GatherKernel<Quad", "ScatterKernel<Quad", "CopyKernel<Quad"];
        (GpuKernel Kernel, string Ptx)[] found = [.. compiled.For(target).Where(module =>
            names.Any(name => module.Kernel.Name.StartsWith(name, StringComparison.Ordinal)) && !module.Kernel.Name.Contains("ByElement", StringComparison.Ordinal))];
        Assert.NotEmpty(found);
        foreach ((GpuKernel kernel, string ptx) in found)
        {
            // Indices and lengths are whole numbers of 32 or 64 bits.
            string[] loads = [.. Access("ld", ptx)], single = [.. loads.Where(a => !IsVector(a))];
            Assert.True(loads.Any(a => a.Contains(".v4.", StringComparison.Ordinal)), $"{kernel} has no 128-bit load.");
            Assert.True(single.All(a => a.EndsWith("32", StringComparison.Ordinal) || a.EndsWith("64", StringComparison.Ordinal)), $"{kernel}: {string.Join("; ", single)}");
            Assert.DoesNotContain(single, a => a.EndsWith("f32", StringComparison.Ordinal));
            Assert.True(single.Length <= 4, $"{kernel} loads what could be vectors one by one: {string.Join("; ", single)}");
        }
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void Each_chunk_of_a_norm_is_loaded_before_the_row_is_summed_and_used_without_a_branch(string target)
    {
        foreach ((GpuKernel kernel, string ptx) in compiled.For(target))
        {
            if (!kernel.Name.StartsWith("NormKernel<BFloat16Element, BFloat16Element, SummedAndNormalized, AsInput", StringComparison.Ordinal))
                continue;
            int chunks = kernel.Name[^2] - '0', sum = ptx.IndexOf("shfl.sync", StringComparison.Ordinal);

            // Of both inputs and, where there are registers for them, of the weights.
            bool readsWeightsLate = kernel.Name.EndsWith("LargeGroup4>", StringComparison.Ordinal) || kernel.Name.EndsWith("Warp4>", StringComparison.Ordinal);
            Assert.Equal((readsWeightsLate ? 2 : 3) * chunks, Access("ld", ptx[..sum]).Count(IsVector));

            // The driver's assembler moves a load into the branch that its result is used in: after the sum there are branches to stores alone, and one for what is large.
            string after = ptx[ptx.LastIndexOf("shfl.sync", StringComparison.Ordinal)..];
            Assert.Equal(chunks + 1, Regex.Count(after[..after.IndexOf("ret;", StringComparison.Ordinal)], @"@!?%p\d+\s+bra\b"));
        }
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void Norms_write_a_sum_before_they_need_the_rows(string target)
    {
        foreach ((GpuKernel kernel, string ptx) in compiled.For(target))
        {
            if (!kernel.Name.StartsWith("NormKernel<BFloat16Element, BFloat16Element, SummedAndNormalized, AsInput", StringComparison.Ordinal))
                continue;
            int chunks = kernel.Name[^2] - '0';
            string[] lines = Lines(ptx);
            int[] shuffles = [.. Enumerable.Range(0, lines.Length).Where(i => lines[i].StartsWith("shfl.sync", StringComparison.Ordinal))];
            Assert.Equal(chunks, Reached(lines, 0, "shfl.sync").Count(IsStore));
            Assert.Equal(chunks, Reached(lines, shuffles[^1], "shfl.sync").Count(IsStore));
        }
    }

    [Theory]
    [InlineData("sm_80", "createpolicy.fractional.L2::evict_last.b64 last, 1.0; createpolicy.fractional.L2::evict_normal.b64 normal, 1.0;")]
    [InlineData("sm_90", "mov.b64 last, 0x14F0000000000000; mov.b64 normal, 0x1000000000000000;")]
    public void Norms_read_rows_by_a_policy_of_the_cache_and_weights_without_and_let_the_rows_go_after_the_last_store(string target, string policies)
    {
        foreach ((GpuKernel kernel, string ptx) in compiled.For(target))
        {
            if (!kernel.Name.StartsWith("NormKernel<BFloat16Element, BFloat16Element, ", StringComparison.Ordinal) || !kernel.Name.Contains("AsInput", StringComparison.Ordinal))
                continue;
            int inputs = kernel.Name.Contains("SummedAndNormalized", StringComparison.Ordinal) ? 2 : 1, chunks = kernel.Name[^2] - '0';
            string[] loads = [.. Access("ld", ptx)];
            Assert.Contains(policies, ptx, StringComparison.Ordinal);
            Assert.Equal(inputs * chunks, loads.Count(load => load == "ld.global.L2::cache_hint.v4.b32"));
            Assert.Equal(chunks, loads.Count(load => load == "ld.global.v4.b32"));
            string[] lines = Lines(ptx);
            int[] releases = [.. Enumerable.Range(0, lines.Length).Where(i => lines[i].Contains("applypriority.global.L2::evict_normal", StringComparison.Ordinal))];
            Assert.Equal(inputs * chunks, releases.Length);
            Assert.All(releases, release => Assert.DoesNotContain(Reached(lines, release, "griddepcontrol"), IsStore));
        }
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void Kernels_are_ptx_that_the_oldest_driver_that_is_accepted_takes(string target) =>
        Assert.All(compiled.For(target), module => Assert.Equal(".version 7.8", Version().Match(module.Ptx).Value));

    [Fact]
    public void Where_kernels_overlap_each_lets_the_next_begin_at_once_and_waits_once_before_it_touches_memory() => Assert.All(
        compiled.For("sm_90"),
        module =>
        {
            string code = module.Ptx[module.Ptx.IndexOf(".visible .entry", StringComparison.Ordinal)..];
            Match wait = Assert.Single(Regex.Matches(code, @"griddepcontrol\.wait;"));
            Match begin = Assert.Single(Regex.Matches(code, @"griddepcontrol\.launch_dependents;"));
            Match first = Instruction().Match(code);
            Assert.Equal(begin.Index, first.Groups[1].Index);

            // Other than through shared memory, which is the group's own.
            Assert.All(Reached(Lines(module.Ptx), 0, "griddepcontrol.wait"), line => Assert.DoesNotMatch(@"\b(ld|st|atom|red)\.(global|volatile)|\bret;", line));
        });

    [Fact]
    public void Where_kernels_do_not_overlap_they_say_nothing_of_it() =>
        Assert.All(compiled.For("sm_80"), module => Assert.DoesNotContain("griddepcontrol", module.Ptx, StringComparison.Ordinal));

    [Theory]
    [MemberData(nameof(Targets))]
    public void Conversions_are_the_targets_own_instructions(string target)
    {
        bool isHopper = target == "sm_90";
        foreach ((GpuKernel kernel, string ptx) in compiled.For(target))
        {
            if (kernel.Name.Contains($"<{nameof(BFloat16Element)}", StringComparison.Ordinal) && kernel.Name.Contains("AsInput", StringComparison.Ordinal))
                Assert.Contains("cvt.rn.bf16x2.f32", ptx, StringComparison.Ordinal);
            if (kernel.Name.Contains($"<{nameof(Float16Element)}", StringComparison.Ordinal) && kernel.Name.Contains("AsInput", StringComparison.Ordinal))
                Assert.Contains("cvt.rn.f16x2.f32", ptx, StringComparison.Ordinal);
            if (!kernel.Name.StartsWith("TensorScale", StringComparison.Ordinal) && kernel.Name.Contains(nameof(E4M3FN), StringComparison.Ordinal))
                Assert.Equal(isHopper, ptx.Contains("cvt.rn.satfinite.e4m3x2.f32", StringComparison.Ordinal));
            if (!kernel.Name.StartsWith("TensorScale", StringComparison.Ordinal) && kernel.Name.Contains(nameof(E5M2), StringComparison.Ordinal))
                Assert.Equal(isHopper, ptx.Contains("cvt.rn.satfinite.e5m2x2.f32", StringComparison.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void The_one_parameter_is_as_large_as_the_struct_that_the_host_hands_over(string target)
    {
        foreach ((GpuKernel kernel, string ptx) in compiled.For(target))
        {
            Type definition = kernel.Method().GetParameters()[0].ParameterType.GetGenericTypeDefinition();
            Match parameter = Assert.Single(Parameter().Matches(ptx));
            int size = HostLayout.SizeOf(definition.MakeGenericType(typeof(View)));
            Assert.Equal(size.ToString(), parameter.Groups["size"].Value);
            Assert.Equal("8", parameter.Groups["alignment"].Value);

            // Where the kernel reads is where the host has a field.
            int[] offsets = HostLayout.OffsetsOf(definition.MakeGenericType(typeof(View)));
            string name = parameter.Groups["name"].Value;
            int[] read = [.. Regex.Matches(ptx, $@"ld\.param\.\w+\s+%\w+, \[{name}(?:\+(\d+))?\]").Select(m => m.Groups[1].Success ? int.Parse(m.Groups[1].Value) : 0)];
            Assert.Equal(offsets, read);
        }
    }

    private static string[] Lines(string code) => [.. code[code.IndexOf(".visible .entry", StringComparison.Ordinal)..].Split('\n').Select(line => line.Trim())];

    // Every line that a thread can come to from one on, and not past an instruction.
    private static List<string> Reached(string[] lines, int from, string instruction)
    {
        var reached = new List<string>();
        var begun = new HashSet<int>();
        var open = new Stack<int>([from]);
        while (open.TryPop(out int at))
        {
            for (; at < lines.Length && (at == from || !lines[at].StartsWith(instruction, StringComparison.Ordinal)) && begun.Add(at); at++)
            {
                reached.Add(lines[at]);
                if (lines[at] == "ret;")
                    break;
                Match jump = Jump().Match(lines[at]);
                if (!jump.Success)
                    continue;
                open.Push(Array.IndexOf(lines, $"{jump.Groups["label"].Value}:"));
                if (!jump.Groups["condition"].Success)
                    break;
            }
        }

        return reached;
    }

    private static bool IsStore(string line) => line.StartsWith("st.global", StringComparison.Ordinal);

    private static bool GoesByChunks(GpuKernel kernel) =>
        !kernel.Name.StartsWith("Elementwise", StringComparison.Ordinal) && !kernel.Name.StartsWith("TensorScale", StringComparison.Ordinal) &&
        !kernel.Name.StartsWith("Zero", StringComparison.Ordinal) && !ReadsData(kernel);

    // Indices, lengths or partial results are single numbers beside the vectors.
    private static bool ReadsData(GpuKernel kernel) => s_readsData.Any(name => kernel.Name.StartsWith(name, StringComparison.Ordinal));

    private static bool IsVector(string access) => access.Contains(".v4.", StringComparison.Ordinal) || access.Contains(".v2.", StringComparison.Ordinal);

    private static IEnumerable<string> Access(string kind, string ptx) => Regex.Matches(ptx, $@"\b{kind}\.global\.[\w.:]+").Select(match => match.Value);

    [GeneratedRegex(@"^\.version \d+\.\d+", RegexOptions.Multiline)]
    private static partial Regex Version();

    [GeneratedRegex(@"^[ \t]+([a-z]\w*\.[^\n]*;)", RegexOptions.Multiline)]
    private static partial Regex Instruction();

    [GeneratedRegex(@"\.minnctapersm \d+")]
    private static partial Regex MinGroups();

    [GeneratedRegex(@"^(?<condition>@!?%p\d+\s+)?bra(\.uni)?\s+(?<label>\w+);")]
    private static partial Regex Jump();

    [GeneratedRegex(@"\.visible \.entry \w+\(")]
    private static partial Regex EntryPoint();

    [GeneratedRegex(@"\.entry \w+\(\s*\.param \.align (?<alignment>\d+) \.b8 (?<name>\w+)\[(?<size>\d+)\]\s*\)")]
    private static partial Regex Parameter();
}
