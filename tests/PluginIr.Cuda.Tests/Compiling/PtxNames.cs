using System.Globalization;
using System.Text.RegularExpressions;

namespace PluginIr.Cuda.Tests.Compiling;

/// <summary>ILGPU's names, which end in numbers that are counted on through the process.</summary>
internal static partial class PtxNames
{
    /// <summary>The text with the numbers counted from its own beginning: that of a kernel is the same whenever it was compiled.</summary>
    public static string Normalize(string ptx)
    {
        var numbers = new Dictionary<string, int>();
        return Number().Replace(ptx, match =>
        {
            numbers.TryAdd(match.Value, numbers.Count);
            return numbers[match.Value].ToString(CultureInfo.InvariantCulture);
        });
    }

    [GeneratedRegex(@"(?<=_)\d+\b")]
    private static partial Regex Number();
}
