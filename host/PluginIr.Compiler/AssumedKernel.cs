namespace PluginIr.Compiler;

/// <summary>A kernel that lowering takes to exist and to accept every call of its op, to see what a graph would become with it.</summary>
/// <param name="Op">The op's name.</param>
/// <param name="Provider">The provider's name.</param>
/// <param name="Inplace">How its outputs may relate to its activations.</param>
public sealed record AssumedKernel(string Op, string Provider, Inplace Inplace)
{
    /// <summary>Reads <c>fused_add_rms_norm=vendor:only</c>.</summary>
    /// <exception cref="FormatException">The text has another form.</exception>
    public static AssumedKernel Parse(string text)
    {
        string[] sides = text.Split('=', StringSplitOptions.TrimEntries);
        string[] kernel = sides.Length == 2 ? sides[1].Split(':', StringSplitOptions.TrimEntries) : [];
        Inplace? mode = kernel is not [_, var word] ? null : word switch
        {
            "never" => PluginIr.Inplace.Never,
            "may" => PluginIr.Inplace.May,
            "only" => PluginIr.Inplace.Only,
            _ => null,
        };
        return mode is { } known && Graphs.Names.IsIdentifier(sides[0]) && Graphs.Names.IsProvider(kernel[0])
            ? new AssumedKernel(sides[0], kernel[0], known)
            : throw new FormatException($"'{text}' assumes no kernel; expected OP=PROVIDER:never, :may or :only, such as fused_add_rms_norm=vendor:only.");
    }
}
