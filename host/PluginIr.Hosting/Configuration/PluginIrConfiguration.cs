using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Primitives;

namespace PluginIr.Hosting.Configuration;

/// <summary>The application's configuration as options, followed while it changes. A bad change is logged; the last good options stay.</summary>
internal sealed class PluginIrConfiguration : IDisposable
{
    private readonly IConfigurationRoot _configuration;
    private readonly Func<PluginIrOptions, PluginIrOptions>? _code;
    private readonly ILogger<PluginIrConfiguration> _logger;
    private readonly Lock _lock = new();
    private readonly List<FileConfigurationProvider> _unreadable = [];
    private string _text;
    private Action<PluginIrOptions>? _apply;
    private IDisposable? _registration;

    /// <summary>Reads the options for the first time.</summary>
    /// <param name="configuration">The application's configuration; the environment goes over it, but under its command line.</param>
    /// <param name="code">What the application's code changes after all else; null for nothing.</param>
    /// <param name="logger">Where it logs.</param>
    /// <exception cref="PluginIrOptionsException">The configuration is bad.</exception>
    public PluginIrConfiguration(
        IConfiguration configuration, Func<PluginIrOptions, PluginIrOptions>? code, ILogger<PluginIrConfiguration> logger)
    {
        _configuration = ConfigurationLayers.WithEnvironment(configuration);
        _code = code;
        _logger = logger;
        Current = Read();
        _text = Text();
        foreach (FileConfigurationProvider file in FilesOf(configuration))
            WatchForErrors(file);
    }

    /// <summary>The last good options.</summary>
    public PluginIrOptions Current { get; private set; }

    /// <summary>Has changes applied from now on.</summary>
    /// <param name="apply">Puts options in force, or throws and leaves everything as it was.</param>
    public void Follow(Action<PluginIrOptions> apply)
    {
        _apply = apply;
        _registration = ChangeToken.OnChange(_configuration.GetReloadToken, Change);
    }

    /// <summary>Tries a refused change again, because what it lacked may be there now.</summary>
    public void TryAgain() => Change();

    /// <inheritdoc/>
    public void Dispose() => _registration?.Dispose();

    private void Change()
    {
        lock (_lock)
        {
            // A file that could not be read is empty until it can be: not the same as one that asks for nothing.
            _unreadable.RemoveAll(file => file.GetChildKeys([], null).Any());
            if (_unreadable.Count > 0)
                return;
            try
            {
                // One save of a file is often several changes to those who watch it.
                string text = Text();
                if (text == _text)
                    return;
                PluginIrOptions options = Read();
                _apply?.Invoke(options);
                Current = options;
                _text = text;
                Log.ConfigurationChanged(_logger);
            }
            catch (Exception refused)
            {
                Log.ConfigurationRefused(_logger, refused.Message);
            }
        }
    }

    private PluginIrOptions Read()
    {
        PluginIrOptions options = PluginIrOptionsReader.Read(_configuration);
        if (_code is null)
            return options;
        options = _code(options);
        PluginIrOptionsRanges.Require(options);
        return options;
    }

    private string Text() => string.Join('\n', _configuration.GetSection(PluginIrOptions.Section).AsEnumerable());

    private void WatchForErrors(FileConfigurationProvider file)
    {
        Action<FileLoadExceptionContext>? before = file.Source.OnLoadException;
        file.Source.OnLoadException = context =>
        {
            lock (_lock)
                _unreadable.Add(file);
            Log.ConfigurationRefused(_logger, context.Exception.InnerException is { } cause ? $"{context.Exception.Message} {cause.Message}" : context.Exception.Message);
            before?.Invoke(context);
        };
    }

    private static IEnumerable<FileConfigurationProvider> FilesOf(IConfiguration configuration) =>
        configuration is IConfigurationRoot root ? root.Providers.OfType<FileConfigurationProvider>() : [];
}
