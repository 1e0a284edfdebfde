namespace PluginIr.Generators.Emitting;

/// <summary>Text inside XML docs.</summary>
internal static class XmlText
{
    public static string Escape(string text) => text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");
}
