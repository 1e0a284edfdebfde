using PluginIr.Compiler.Graphs;
using PluginIr.Compiler.Tests.Support;
using PluginIr.Compiler.Text;
using Xunit;

namespace PluginIr.Compiler.Tests.Text;

/// <summary>Text that nobody would write. It is refused with its place, or it is a graph; nothing else happens.</summary>
public sealed class FuzzTests
{
    private const int Inputs = 120_000;

    private static readonly string[] s_seeds =
    [
        """
        graph @two_norms(%x: bf16[8,16], %r1: bf16[8,16] donated, %r2: bf16[8,16], %w: bf16[16]) {
          %n1, %s1 = fused_add_rms_norm.maybe_inplace(%x, %r1, %w, epsilon=1e-05)
          %n2, %s2 = fused_add_rms_norm.maybe_inplace(%n1, %r2, %w, epsilon=1e-05, variance_size=8)
          return %n2, %s1, %s2
        }
        """,
        """
        graph @tokens(%x: f32[T,16] unaligned, %w: f32[16], %q: f32[2*T+1,8]) where T in 1..64 {
          %n = rms_norm[cpu_simd](%x, None, epsilon=1e-06)
          %c = clone(%n)   # a comment
          %a = add[vendor only](%c, %x)
          %v = reshape(%a, shape="[2*T,8]")
          %g = gelu(%v, approximate="tanh")
          %l = last_rows(%g, count=2)
          %o, %sc = dynamic_quant_fp8(%x, per_token=True, fp8_dtype=float8_e4m3fn)
          return %l, %o, %n
        }
        """,
        """
        graph @turned(%p: i64[T] on cuda:1, %q: f16[T,4,8] on cuda:1, %k: f16[T,2,8] on cuda:1, %c: f16[9,8] on cuda:1) where T in 3..3 {
          %a = attention(%q, %k, %k, scale=infinity, causal=False)
          return %a
        }
        """,
    ];

    private static readonly string[] s_words =
    [
        "graph", "@", "%", "return", "where", "in", "..", "{", "}", "(", ")", "[", "]", ",", "=", "None", "T", "donated", "unaligned", "on", "\"",
        ".maybe_inplace", "only", "may", "#", "\n", "-1", "0", "9223372036854775807", "99999999999999999999", "1e999", "nan", "f32", "bf16[8,16]", "%n1",
        "%x", "clone", "reshape", "last_rows", "add", "rms_norm", "count=", "shape=", "epsilon=", "*", "+", "é", "\0",
    ];

    [Fact]
    public void Mutated_text_is_refused_with_its_place_or_is_a_graph()
    {
        var random = new Random(20261124);
        int accepted = 0;
        for (int i = 0; i < Inputs; i++)
        {
            string text = Mutate(s_seeds[random.Next(s_seeds.Length)], random);
            try
            {
                Graph graph = Compiling.Parse(text);
                string printed = graph.ToString();
                GraphChecker.Check(TestRuntime.Native, graph);
                Assert.Equal(printed, Compiling.Parse(printed).ToString());
                accepted++;
            }
            catch (GraphException refused)
            {
                int lines = text.Count(c => c == '\n') + 1;
                Assert.True(refused.Position.Line >= 1 && refused.Position.Line <= lines && refused.Position.Column >= 1, $"{refused.Message}\n{text}");
            }
        }

        // The mutations must neither leave everything as it was nor break everything.
        Assert.InRange(accepted, Inputs / 100, Inputs / 2);
    }

    [Fact]
    public void The_text_that_is_mutated_is_a_graph_itself() => Assert.All(s_seeds, seed => Compiling.Parse(seed));

    [Fact]
    public void Text_cut_off_anywhere_is_refused()
    {
        foreach (string seed in s_seeds)
        {
            for (int length = 0; length < seed.LastIndexOf('}'); length++)
                Assert.Throws<GraphException>(() => Compiling.Parse(seed[..length]));
        }
    }

    private static string Mutate(string text, Random random)
    {
        for (int i = random.Next(3); i >= 0; i--)
        {
            int at = random.Next(text.Length), length = random.Next(Math.Min(12, text.Length - at) + 1);
            string word = s_words[random.Next(s_words.Length)];
            text = random.Next(5) switch
            {
                0 => text.Remove(at, length),
                1 => text.Insert(at, word),
                2 => text.Remove(at, length).Insert(at, word),
                3 => text.Insert(at, text.Substring(at, length)),
                _ => text.Remove(at, 1).Insert(at, ((char)random.Next(32, 127)).ToString()),
            };
            if (text.Length == 0)
                return text;
        }

        return text;
    }
}
