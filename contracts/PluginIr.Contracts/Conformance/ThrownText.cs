using System.Diagnostics;
using System.Globalization;
using System.Reflection;

namespace PluginIr.Conformance;

/// <summary>What a plugin's code threw, as text: an exception of the plugin's own type would keep the plugin loaded.</summary>
internal static class ThrownText
{
    private static readonly string? s_framework = Path.GetDirectoryName(typeof(object).Assembly.Location);

    /// <summary>A sentence's end: <c>InvalidOperationException: an odd number of rows (at MyKernels.Q.Helper in K.cs:line 11).</c></summary>
    public static string Of(Exception thrown)
    {
        string text = $"{thrown.GetType().Name}: {thrown.Message.TrimEnd().TrimEnd('.')}";
        return TopFrame(thrown, IsPlugins) is { } frame ? $"{text} (at {frame})." : $"{text}.";
    }

    /// <summary>The innermost method of the plugin, or of a library that it brings, with its file and line; null when it has thrown nothing itself.</summary>
    /// <param name="thrown">What was thrown.</param>
    /// <param name="isPlugins">True for these assemblies.</param>
    public static string? TopFrame(Exception thrown, Func<Assembly, bool> isPlugins)
    {
        foreach (StackFrame frame in new StackTrace(thrown, fNeedFileInfo: true).GetFrames())
        {
            if (frame.GetMethod() is not { DeclaringType: { } type } method || !isPlugins(type.Assembly))
                continue;
            string name = $"{type.FullName?.Replace('+', '.')}.{method.Name}";
            // The path of the machine that it was compiled on, which may be of another system.
            return frame.GetFileName()?.Split('/', '\\')[^1] is { Length: > 0 } file
                ? string.Create(CultureInfo.InvariantCulture, $"{name} in {file}:line {frame.GetFileLineNumber()}")
                : name;
        }

        return null;
    }

    // Neither the contracts' nor .NET's.
    private static bool IsPlugins(Assembly assembly) => assembly != typeof(Tensor).Assembly && Path.GetDirectoryName(assembly.Location) != s_framework;
}
