using PluginIr.Compiler.Tests.Support;
using Xunit;

namespace PluginIr.Compiler.Tests.Passes;

/// <summary>dce, cse and remove-no-ops, before and after.</summary>
public sealed class SimplificationTests
{
    [Theory]
    [InlineData("dce", "%a = add(%x, %x)\n%b = add(%a, %x)\n%c = add(%x, %y)\nreturn %c", "%c = add(%x, %y)\nreturn %c")]
    [InlineData("dce", "%n, %s = fused_add_rms_norm(%x, %y, epsilon=1)\nreturn %s", "%n, %s = fused_add_rms_norm(%x, %y, epsilon=1)\nreturn %s")]
    [InlineData("dce", "%a = add.maybe_inplace(%x, %y)\nreturn %y", "return %y")]
    [InlineData("cse", "%a = add(%x, %y)\n%b = add(%x, %y)\n%c = add(%a, %b)\nreturn %c, %b", "%a = add(%x, %y)\n%c = add(%a, %a)\nreturn %c, %a")]
    [InlineData("cse", "%a = add(%x, %y)\n%b = add(%y, %x)\nreturn %a, %b", "%a = add(%x, %y)\n%b = add(%y, %x)\nreturn %a, %b")]
    [InlineData("cse", "%a = rms_norm(%x, epsilon=1)\n%b = rms_norm(%x, epsilon=2)\nreturn %a, %b", "%a = rms_norm(%x, epsilon=1)\n%b = rms_norm(%x, epsilon=2)\nreturn %a, %b")]
    [InlineData("cse", "%a = gelu(%x, approximate=\"none\")\n%b = gelu(%x, approximate=\"none\")\n%c = gelu(%a, approximate=\"none\")\n%d = gelu(%b, approximate=\"none\")\nreturn %c, %d",
        "%a = gelu(%x, approximate=\"none\")\n%c = gelu(%a, approximate=\"none\")\nreturn %c, %c")]
    [InlineData("cse", "%a = clone(%x)\n%b = clone(%x)\nreturn %a, %b", "%a = clone(%x)\n%b = clone(%x)\nreturn %a, %b")]
    [InlineData("cse", "%a = add(%x, %y)\n%d = add[v only](%a, %y)\n%b = add(%x, %y)\nreturn %d, %b", "%a = add(%x, %y)\n%d = add[v only](%a, %y)\n%b = add(%x, %y)\nreturn %d, %b")]
    [InlineData("remove-no-ops", "%a = reshape(%x, shape=\"[4,8]\")\n%b = add(%a, %y)\nreturn %b", "%b = add(%x, %y)\nreturn %b")]
    [InlineData("remove-no-ops", "%a = reshape(%x, shape=\"[32]\")\n%b = reshape(%a, shape=\"[4,8]\")\n%c = reshape(%a, shape=\"[2,16]\")\nreturn %b, %c",
        "%a = reshape(%x, shape=\"[32]\")\n%c = reshape(%x, shape=\"[2,16]\")\nreturn %x, %c")]
    [InlineData("remove-no-ops", "%a = last_rows(%x, count=4)\n%b = last_rows(%x, count=3)\nreturn %a, %b", "%b = last_rows(%x, count=3)\nreturn %x, %b")]
    public void Text_before_and_after(string pass, string before, string after) =>
        Assert.Equal(Compiling.Parse(Graph(after)).ToString(), Compiling.Text(Graph(before), pass));

    private static string Graph(string body) => $"graph @g(%x: f32[4,8], %y: f32[4,8]) {{\n{body}\n}}";
}
