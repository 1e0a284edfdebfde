using System.Text.RegularExpressions;

namespace PluginIr.Cuda.Compiling;

/// <summary>How a kernel is told from the ones before and after it, where the next may begin before it ends.</summary>
/// <remarks>
/// Every kernel lets the next one begin at once, so that its groups stand ready where there is room, and waits for the one before to have ended and
/// its writes to be seen, before it touches memory. As every kernel waits, all earlier ones have ended then, not the last alone. See "Programmatic
/// Dependent Launch" in NVIDIA's CUDA programming guide, and griddepcontrol in the PTX ISA (7.8, sm_90).
/// </remarks>
internal static partial class PtxDependence
{
    /// <summary>Waits for the kernels before.</summary>
    public const string Wait = "griddepcontrol.wait;";

    private const string LetNextBegin = "griddepcontrol.launch_dependents;";

    /// <summary>Adds what a kernel's text needs at its beginning. One that says itself where it waits is left to wait there.</summary>
    public static string Add(string text)
    {
        string first = text.Contains(Wait, StringComparison.Ordinal) ? $"\t{LetNextBegin}\n" : $"\t{LetNextBegin}\n\t{Wait}\n";
        return Declarations().Replace(text, match => match.Value + first, 1);
    }

    // The entry's head, and the declarations at the beginning of its body.
    [GeneratedRegex(@"^\.visible \.entry [^{]*\{[^\n]*\n(?:^[ \t]*\.[^\n]*\n|^[ \t]*\n)*", RegexOptions.Multiline)]
    private static partial Regex Declarations();
}
