using PluginIr.Compiler.Tests.Support;
using Xunit;

namespace PluginIr.Compiler.Tests.Passes;

/// <summary>Which clones go and which stay. <c>add[v only]</c> writes over its first operand.</summary>
public sealed class EliminateClonesTests
{
    [Fact]
    public void An_unused_clone_goes() => AssertBecomes(
        "%x: f32[4,8]", "%c = clone(%x)\n%y = gelu(%x, approximate=\"none\")\nreturn %y", "%y = gelu(%x, approximate=\"none\")\nreturn %y");

    [Fact]
    public void A_clone_that_is_only_read_goes() => AssertBecomes(
        "%x: f32[4,8]", "%c = clone(%x)\n%y = add(%c, %x)\n%z = add(%c, %y)\nreturn %z", "%y = add(%x, %x)\n%z = add(%x, %y)\nreturn %z");

    [Fact]
    public void A_clone_that_is_only_returned_goes() => AssertBecomes("%x: f32[4,8]", "%c = clone(%x)\nreturn %c", "return %x");

    [Fact]
    public void A_written_clone_stays_while_its_original_is_used_after_the_write() => AssertStays(
        "%x: f32[4,8] donated", "%c = clone(%x)\n%y = add[v only](%c, %w)\n%z = add(%y, %x)\nreturn %z");

    [Fact]
    public void A_written_clone_stays_while_its_original_is_returned() => AssertStays(
        "%x: f32[4,8] donated", "%c = clone(%x)\n%y = add[v only](%c, %w)\nreturn %y, %x");

    [Fact]
    public void A_written_clone_goes_when_its_original_is_used_before_the_write_alone() => AssertBecomes(
        "%x: f32[4,8] donated", "%c = clone(%x)\n%b = add(%x, %w)\n%y = add[v only](%c, %b)\nreturn %y", "%b = add(%x, %w)\n%y = add[v only](%x, %b)\nreturn %y");

    [Fact]
    public void A_written_clone_of_an_input_stays_when_the_input_is_not_donated() => AssertStays(
        "%x: f32[4,8]", "%c = clone(%x)\n%y = add[v only](%c, %w)\nreturn %y");

    [Fact]
    public void A_written_clone_of_an_input_goes_when_the_input_is_donated() => AssertBecomes(
        "%x: f32[4,8] donated", "%c = clone(%x)\n%y = add[v only](%c, %w)\nreturn %y", "%y = add[v only](%x, %w)\nreturn %y");

    [Fact]
    public void A_written_clone_of_what_the_graph_made_goes() => AssertBecomes(
        "%x: f32[4,8]", "%a = add(%x, %w)\n%c = clone(%a)\n%y = add[v only](%c, %w)\nreturn %y", "%a = add(%x, %w)\n%y = add[v only](%a, %w)\nreturn %y");

    [Fact]
    public void Of_two_written_clones_of_one_value_the_first_stays() => AssertBecomes(
        "%x: f32[4,8] donated",
        "%c = clone(%x)\n%y = add[v only](%c, %w)\n%d = clone(%x)\n%z = add[v only](%d, %w)\nreturn %y, %z",
        "%c = clone(%x)\n%y = add[v only](%c, %w)\n%z = add[v only](%x, %w)\nreturn %y, %z");

    [Fact]
    public void Of_two_clones_made_before_either_is_written_one_stays() => AssertBecomes(
        "%x: f32[4,8] donated",
        "%c = clone(%x)\n%d = clone(%x)\n%y = add[v only](%c, %w)\n%z = add[v only](%d, %w)\nreturn %y, %z",
        "%d = clone(%x)\n%y = add[v only](%x, %w)\n%z = add[v only](%d, %w)\nreturn %y, %z");

    [Fact]
    public void Of_a_written_and_a_read_clone_the_read_one_goes() => AssertBecomes(
        "%x: f32[4,8]",
        "%c = clone(%x)\n%d = clone(%x)\n%y = add[v only](%c, %d)\nreturn %y",
        "%c = clone(%x)\n%y = add[v only](%c, %x)\nreturn %y");

    [Fact]
    public void Two_written_operands_of_one_call_do_not_become_one_memory() => AssertBecomes(
        "%x: f32[4,8] donated",
        "%c = clone(%x)\n%d = clone(%x)\n%n, %s = fused_add_rms_norm[v only](%c, %d, epsilon=1)\nreturn %n, %s",
        "%d = clone(%x)\n%n, %s = fused_add_rms_norm[v only](%x, %d, epsilon=1)\nreturn %n, %s");

    [Fact]
    public void A_chain_of_read_clones_collapses() => AssertBecomes(
        "%x: f32[4,8]", "%a = clone(%x)\n%b = clone(%a)\n%c = clone(%b)\n%y = add(%c, %a)\nreturn %y", "%y = add(%x, %x)\nreturn %y");

    [Fact]
    public void A_chain_that_is_written_at_its_end_keeps_one_clone() => AssertBecomes(
        "%x: f32[4,8]", "%a = clone(%x)\n%b = clone(%a)\n%y = add[v only](%b, %w)\nreturn %y", "%b = clone(%x)\n%y = add[v only](%b, %w)\nreturn %y");

    [Fact]
    public void A_chain_of_a_donated_input_goes_whole() => AssertBecomes(
        "%x: f32[4,8] donated", "%a = clone(%x)\n%b = clone(%a)\n%y = add[v only](%b, %w)\nreturn %y", "%y = add[v only](%x, %w)\nreturn %y");

    [Fact]
    public void A_clone_stays_whose_original_is_written_before_the_clones_last_use() => AssertStays(
        "%x: f32[4,8] donated", "%c = clone(%x)\n%y = add[v only](%x, %w)\n%z = add(%y, %c)\nreturn %z");

    [Fact]
    public void A_clone_stays_whose_original_is_used_after_the_write_through_a_view() => AssertStays(
        "%x: f32[4,8] donated", "%v = reshape(%x, shape=\"[32]\")\n%c = clone(%x)\n%y = add[v only](%c, %w)\nreturn %y, %v");

    [Fact]
    public void Results_in_place_go_on_in_the_same_memory() => AssertBecomes(
        "%x: f32[4,8] donated",
        "%c = clone(%x)\n%y = add[v only](%c, %w)\n%d = clone(%y)\n%z = add[v only](%d, %w)\nreturn %z",
        "%y = add[v only](%x, %w)\n%z = add[v only](%y, %w)\nreturn %z");

    [Fact]
    public void A_written_clone_of_an_unaligned_input_stays_because_kernels_were_chosen_for_aligned_memory() => AssertStays(
        "%x: f32[4,8] donated unaligned", "%c = clone(%x)\n%y = add[v only](%c, %w)\nreturn %y");

    private static void AssertStays(string input, string body) => AssertBecomes(input, body, body);

    private static void AssertBecomes(string input, string before, string after)
    {
        string actual = Compiling.Text(Graph(input, before), "eliminate-clones");
        Assert.Equal(Compiling.Parse(Graph(input, after)).ToString(), actual);
        Assert.Equal(actual, Compiling.Text(actual, "eliminate-clones"));
    }

    private static string Graph(string input, string body) => $"graph @g({input}, %w: f32[4,8]) {{\n{body}\n}}";
}
