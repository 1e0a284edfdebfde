using PluginIr.Hosting.Loading;

namespace PluginIr.Hosting.Plugins;

// Letting go of a generation that is out of the registry. Runs beside everything else: a swap does not wait for the one before.
public sealed partial class PluginHost
{
    private void Retire(LoadedPlugin old, long version)
    {
        _retiring.RemoveAll(t => t.IsCompleted);
        _retiring.Add(RetireAsync(old, version));
    }

    private async Task RetireAsync(LoadedPlugin old, long version)
    {
        string generation = old.Generation.ToString();
        try
        {
            await _runtime.DrainAsync(version).ConfigureAwait(false);
            old.DisposePlugin();
        }
        catch (Exception failure)
        {
            Log.DisposeFailed(_logger, generation, failure);
        }

        old.Unload();
        try
        {
            old.RemoveFiles();
        }
        catch (Exception inUse) when (inUse is IOException or UnauthorizedAccessException)
        {
            // Where loaded files cannot be removed, they are when the process ends, or by the next one.
            Log.FilesKept(_logger, generation, inUse.Message);
        }

        Log.LetGo(_logger, generation);
    }
}
