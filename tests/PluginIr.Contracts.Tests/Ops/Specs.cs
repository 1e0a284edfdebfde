using System.Diagnostics.CodeAnalysis;

namespace PluginIr.Contracts.Tests.Ops;

/// <summary>Specs from the text that messages use.</summary>
internal static class Specs
{
    /// <summary>Reads <c>bf16[8,16]</c>; null stays null.</summary>
    [return: NotNullIfNotNull(nameof(text))]
    public static TensorSpec? Of(string? text)
    {
        if (text is null)
            return null;
        int open = text.IndexOf('[');
        string sizes = text[(open + 1)..^1];
        return new TensorSpec(DTypeExtensions.Parse(text[..open]), sizes == "" ? [] : [.. sizes.Split(',').Select(long.Parse)]);
    }

    /// <summary>Asserts that a call is refused with exactly this message, which begins with the op's name.</summary>
    public static void Refused(string message, Action infer)
    {
        var refused = Assert.Throws<OpArgumentException>(infer);
        Assert.Equal(message, refused.Message);
        Assert.StartsWith(refused.Op + ": ", message);
    }
}
