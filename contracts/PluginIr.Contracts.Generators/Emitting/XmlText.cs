using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace PluginIr.Generators.Emitting;

/// <summary>Text inside XML docs.</summary>
internal static class XmlText
{
    // Each ends a line of C#, and with it the comment: what follows would be code.
    private static readonly char[] s_lineBreaks = ['\r', '\n', '\u0085', '\u2028', '\u2029'];

    /// <summary>Text as one line of XML.</summary>
    public static string Escape(string text)
    {
        string escaped = text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");
        return s_lineBreaks.Aggregate(escaped, (line, c) => line.Replace(c.ToString(), "&#" + ((int)c).ToString(CultureInfo.InvariantCulture) + ";"));
    }

    /// <summary>The lines of what is XML already.</summary>
    public static IEnumerable<string> Lines(string xml) => xml.Split(s_lineBreaks, StringSplitOptions.RemoveEmptyEntries).Select(line => line.Trim());
}
