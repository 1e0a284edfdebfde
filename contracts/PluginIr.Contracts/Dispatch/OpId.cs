using PluginIr.Schemas;

namespace PluginIr.Dispatch;

/// <summary>An op's identity within the process: its canonical schema text, interned to a small number that tables are indexed with.</summary>
/// <remarks>
/// Never a CLR type, so that plugins built apart meet on an op. Numbers are given out in order of first use and never reused; they
/// mean nothing outside the process.
/// </remarks>
public static class OpId
{
    /// <summary>No op in particular: what enters for several, or does not know yet.</summary>
    public const int None = -1;

    private static readonly Lock s_lock = new();
    private static readonly Dictionary<string, int> s_ids = new(StringComparer.Ordinal);
    private static readonly List<string> s_names = [];

    /// <summary>The number of the op with this schema text; the same for texts that differ in spacing only.</summary>
    /// <exception cref="FormatException">The text is not a schema.</exception>
    public static int Intern(string schemaText)
    {
        string text = OpSchema.Parse(schemaText).Text;
        lock (s_lock)
        {
            if (!s_ids.TryGetValue(text, out int id))
            {
                s_ids.Add(text, id = s_ids.Count);
                s_names.Add(text[..text.IndexOf('(')]);
            }

            return id;
        }
    }

    /// <summary>The name of the op with this number; "a call" for <see cref="None"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No op has it.</exception>
    public static string NameOf(int id)
    {
        if (id == None)
            return "a call";
        lock (s_lock)
            return s_names[id];
    }
}
