using System.Globalization;
using Microsoft.Extensions.Configuration;
using PluginIr.Compiler;
using PluginIr.Compiler.Fusions;
using PluginIr.Runtime;
using PluginIr.Runtime.Priority;

namespace PluginIr.Hosting.Configuration;

/// <summary>Reads <see cref="PluginIrOptions"/> from the section <c>PluginIr</c>. Says everything that is wrong at once.</summary>
internal sealed class PluginIrOptionsReader
{
    private const string TimeForm = "a time as hours:minutes:seconds, such as 00:01:00 for a minute or 00:00:00.25 for a quarter of a second";

    private static readonly string[] s_keys =
    [
        "Plugins", "Watch", "SettleTime", "Proof", "ProofTime", "LoadTimeout", "DrainDeadline", "DisposeTimeout", "MaxFaults", "Threads",
        "Priority", "WhenUnavailable", "PlatformDefaults", "Fusions", "CompileCache",
    ];

    private readonly IConfigurationSection _section;
    private readonly ConfigurationLayers _layers;
    private readonly List<string> _problems = [];

    private PluginIrOptionsReader(IConfiguration configuration)
    {
        _section = configuration.GetSection(PluginIrOptions.Section);
        _layers = new ConfigurationLayers(configuration);
    }

    /// <summary>Reads the options.</summary>
    /// <exception cref="PluginIrOptionsException">A key is not known or a value is not of its kind.</exception>
    public static PluginIrOptions Read(IConfiguration configuration) => new PluginIrOptionsReader(configuration).Read();

    private PluginIrOptions Read()
    {
        foreach (IConfigurationSection child in _section.GetChildren().Where(c => !s_keys.Contains(c.Key, StringComparer.OrdinalIgnoreCase)))
            _problems.Add($"{child.Path} is not a setting.{NearestName.Hint(child.Key, s_keys)}");

        var defaults = new PluginIrOptions();
        var options = new PluginIrOptions
        {
            Plugins = List("Plugins") ?? defaults.Plugins,
            Watch = Value("Watch", "true or false", bool.TryParse, defaults.Watch),
            SettleTime = Value("SettleTime", TimeForm, ParseTime, defaults.SettleTime),
            Proof = Value("Proof", $"one of {string.Join(", ", Enum.GetNames<Proof>())}", ParseProof, defaults.Proof),
            ProofTime = Value("ProofTime", TimeForm, ParseTime, defaults.ProofTime),
            LoadTimeout = Value("LoadTimeout", TimeForm, ParseTime, defaults.LoadTimeout),
            DrainDeadline = Value("DrainDeadline", TimeForm, ParseTime, defaults.DrainDeadline),
            DisposeTimeout = Value("DisposeTimeout", TimeForm, ParseTime, defaults.DisposeTimeout),
            MaxFaults = Value("MaxFaults", "a number from 1", ParseCount, defaults.MaxFaults),
            Threads = Value("Threads", "a number from 1", ParseCount, defaults.Threads),
            Priority = ReadPriority(),
            Compile = new CompileOptions { Fusions = ReadFusions(), CacheFolder = _section["CompileCache"] is { Length: > 0 } folder ? folder : null },
        };
        _problems.AddRange(PluginIrOptionsRanges.Problems(options));
        return _problems.Count == 0 ? options : throw new PluginIrOptionsException(_problems);
    }

    private PriorityTable ReadPriority()
    {
        PriorityTable table = PriorityTable.Default;
        if (List("PlatformDefaults") is { } platform)
            table = table.WithPlatform(platform);

        // Layer by layer, so that the topmost that says something of an op decides on it, whichever of the two forms it uses.
        string path = $"{PluginIrOptions.Section}:Priority";
        foreach (IConfigurationProvider layer in _layers.BottomFirst)
        {
            if (layer.TryGet(path, out string? text) && text is { Length: > 0 })
                table = WithText(table, text);
            foreach (string op in ConfigurationLayers.KeysIn(layer, path))
            {
                if (RequireNames($"{path}:{op}", ConfigurationLayers.ListIn(layer, $"{path}:{op}")) is { } providers)
                    table = table.With(OpName(op), providers);
            }
        }

        foreach (IConfigurationSection child in _section.GetSection("WhenUnavailable").GetChildren())
        {
            if (Enum.TryParse(child.Value, ignoreCase: true, out WhenUnavailable policy) && Enum.IsDefined(policy))
                table = table.With(OpName(child.Key), policy);
            else
                _problems.Add($"{child.Path} must be {string.Join(" or ", Enum.GetNames<WhenUnavailable>())}; found '{child.Value}'.");
        }

        return table;
    }

    private PriorityTable WithText(PriorityTable table, string text)
    {
        try
        {
            return table.WithText(text);
        }
        catch (FormatException malformed)
        {
            _problems.Add($"{PluginIrOptions.Section}:Priority: {malformed.Message}");
            return table;
        }
    }

    private Dictionary<string, FusionMode> ReadFusions()
    {
        var modes = new Dictionary<string, FusionMode>();
        foreach (IConfigurationSection child in _section.GetSection("Fusions").GetChildren())
        {
            if (Enum.TryParse(child.Value, ignoreCase: true, out FusionMode mode) && Enum.IsDefined(mode))
                modes[OpName(child.Key)] = mode;
            else
                _problems.Add($"{child.Path} must be {string.Join(", ", Enum.GetNames<FusionMode>())}; found '{child.Value}'.");
        }

        return modes;
    }

    // Ops are lower case; the names of environment variables often are not.
    private static string OpName(string key) => key.ToLowerInvariant();

    private IReadOnlyList<string>? List(string key) => RequireNames($"{PluginIrOptions.Section}:{key}", _layers.ListAt($"{PluginIrOptions.Section}:{key}"));

    private IReadOnlyList<string>? RequireNames(string path, IReadOnlyList<string>? list)
    {
        if (list is not null && list.Any(string.IsNullOrWhiteSpace))
            _problems.Add($"{path} must be a list of names; found an item that is none.");
        return list;
    }

    private T Value<T>(string key, string expected, TryParser<T> parse, T whenAbsent)
    {
        if (_section[key] is not { Length: > 0 } text)
            return whenAbsent;
        if (parse(text, out T? value))
            return value!;
        _problems.Add($"{_section.Path}:{key} must be {expected}; found '{text}'.");
        return whenAbsent;
    }

    private static bool ParseProof(string text, out Proof proof) => Enum.TryParse(text, ignoreCase: true, out proof) && Enum.IsDefined(proof);

    private static bool ParseCount(string text, out int count) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out count);

    // A number alone would be days, and so would hours from 24 to whoever reads times leniently.
    private static bool ParseTime(string text, out TimeSpan time)
    {
        time = default;
        return text.Contains(':') && TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out time);
    }

    private delegate bool TryParser<T>(string text, out T? value);
}
