using PluginIr.Schemas;

namespace PluginIr.Dispatch;

/// <summary>An op's identity within the process: its canonical schema text, interned to a small number that tables are indexed with.</summary>
/// <remarks>
/// Never a CLR type, so that plugins built apart meet on an op. Numbers are given out in order of first use and never reused; they
/// mean nothing outside the process.
/// </remarks>
public static class OpId
{
    private static readonly Lock s_lock = new();
    private static readonly Dictionary<string, int> s_ids = new(StringComparer.Ordinal);

    /// <summary>The number of the op with this schema text; the same for texts that differ in spacing only.</summary>
    /// <exception cref="FormatException">The text is not a schema.</exception>
    public static int Intern(string schemaText)
    {
        string text = OpSchema.Parse(schemaText).Text;
        lock (s_lock)
        {
            if (!s_ids.TryGetValue(text, out int id))
                s_ids.Add(text, id = s_ids.Count);
            return id;
        }
    }
}
