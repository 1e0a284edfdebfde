using System.Linq;
using System.Text;
using Microsoft.CodeAnalysis.CSharp;

namespace PluginIr.Generators.Naming;

/// <summary>C# names for a schema's names.</summary>
internal static class Identifiers
{
    /// <summary><c>x_residual</c> → <c>xResidual</c>. Not yet escaped: <c>in</c> stays <c>in</c>.</summary>
    public static string Camel(string name)
    {
        string pascal = Pascal(name);
        return char.ToLowerInvariant(pascal[0]) + pascal.Substring(1);
    }

    /// <summary><c>rms_norm</c> → <c>RmsNorm</c>. A name without letters, such as <c>_1</c>, keeps an underscore in front.</summary>
    public static string Pascal(string name)
    {
        var text = new StringBuilder();
        foreach (string word in name.Split('_').Where(w => w.Length > 0))
            text.Append(char.ToUpperInvariant(word[0])).Append(word, 1, word.Length - 1);
        return text.Length == 0 || char.IsDigit(text[0]) ? "_" + text : text.ToString();
    }

    /// <summary>Puts <c>@</c> before a keyword.</summary>
    public static string Escape(string identifier) =>
        SyntaxFacts.GetKeywordKind(identifier) == SyntaxKind.None ? identifier : "@" + identifier;
}
