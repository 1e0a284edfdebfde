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
    private readonly Dictionary<FileConfigurationProvider, string> _unreadable = []; // And why.
    private readonly HashSet<FileConfigurationProvider> _ignored = []; // Those whose owner takes an unreadable file for an empty one: a reload is still to be told of.
    private readonly HashSet<FileConfigurationProvider> _missing = [];
    private readonly List<IDisposable> _registrations = [];
    private readonly FileConfigurationProvider[] _files;
    private string _text;
    private string? _refusedText;
    private string? _refusal;
    private Action<PluginIrOptions>? _apply;

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
        _files = [.. ConfigurationLayers.Flatten(configuration).OfType<FileConfigurationProvider>()];
        foreach (FileConfigurationProvider file in _files)
            WatchForErrors(file);
    }

    /// <summary>The last good options.</summary>
    public PluginIrOptions Current { get; private set; }

    /// <summary>Has changes applied from now on, and at once if there was one since the options were read.</summary>
    /// <param name="apply">Puts options in force, or throws and leaves everything as it was.</param>
    public void Follow(Action<PluginIrOptions> apply)
    {
        lock (_lock)
            _apply = apply;
        _registrations.Add(ChangeToken.OnChange(_configuration.GetReloadToken, Change));
        Change();
    }

    /// <summary>Tries a refused change again, because what it lacked may be there now.</summary>
    public void TryAgain() => Change();

    /// <inheritdoc/>
    public void Dispose() => _registrations.ForEach(r => r.Dispose());

    private void Change()
    {
        lock (_lock)
        {
            // A file that could not be read, or that must be there and is gone, is empty until it comes: not the same as one that asks for nothing.
            NoteMissing();
            if (_apply is null || _unreadable.Count > 0 || _missing.Count > 0)
            {
                // That was told of, so that who sees the file mended is to be told what is still bad.
                _refusedText = null;
                return;
            }

            // One save of a file is often several changes to those who watch it.
            string text = Text();
            if (text == _text)
            {
                _refusedText = null;
                return;
            }

            try
            {
                PluginIrOptions options = Read();
                _apply(options);
                Current = options;
                _text = text;
                _refusedText = null;
                Log.ConfigurationChanged(_logger);
            }
            catch (Exception refused)
            {
                // Tried again each time, as what it lacked may be there; told of once.
                if (text != _refusedText || refused.Message != _refusal)
                    Log.ConfigurationRefused(_logger, refused.Message);
                _refusedText = text;
                _refusal = refused.Message;
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
            before?.Invoke(context);
            // The innermost cause says where in the file.
            Exception cause = context.Exception.GetBaseException();
            string problem = cause == context.Exception ? cause.Message : $"{context.Exception.Message} {cause.Message}";
            lock (_lock)
            {
                bool isKnown = _unreadable.GetValueOrDefault(file) == problem;
                _unreadable[file] = problem;
                if (context.Ignore)
                    _ignored.Add(file);
                if (isKnown)
                    return;
            }

            Log.ConfigurationRefused(_logger, problem);
        };
        _registrations.Add(ChangeToken.OnChange(file.GetReloadToken, () => OnReload(file)));
    }

    // A file's reload is told of when it was read, empty or not, or is gone; and when it could not be read if its owner says that this is to be ignored.
    private void OnReload(FileConfigurationProvider file)
    {
        lock (_lock)
        {
            if (_ignored.Remove(file) || !_unreadable.Remove(file))
                return;
        }

        // Those who follow the whole configuration may have been told before this was.
        Change();
    }

    private void NoteMissing()
    {
        foreach (FileConfigurationProvider file in _files.Where(f => !f.Source.Optional))
        {
            if (file.Source.FileProvider is not { } files || file.Source.Path is not { } path || files.GetFileInfo(path) is not { Exists: false } gone)
                _missing.Remove(file);
            else if (_missing.Add(file))
                Log.ConfigurationRefused(_logger, $"{gone.PhysicalPath ?? path} is gone. Put it back.");
        }
    }
}
