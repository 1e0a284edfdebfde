using PluginIr.Hosting.Configuration;
using PluginIr.Hosting.Loading;
using PluginIr.Hosting.Manifests;
using PluginIr.Runtime.Registry;

namespace PluginIr.Hosting.Plugins;

// From a copy of a build to a generation that may be published. Runs the plugin's own code, which may throw, be wrong, or never end.
public sealed partial class PluginHost
{
    private LoadedPlugin Load(PluginManifest manifest, PrivateCopy copy, int number, PluginIrOptions options)
    {
        // A thread of its own, which can be left behind when it hangs.
        Task<LoadedPlugin> loading = Task.Factory.StartNew(
            () => LoadAndProve(manifest, copy, number, options), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        Task.WaitAny([loading], options.LoadTimeout);
        if (loading.IsCompleted)
            return loading.GetAwaiter().GetResult();

        // Should it end after all, what it made is not wanted any more.
        loading.ContinueWith(
            late => LetGo(late.Result), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
        throw new PluginException(
            $"{manifest.Name} {manifest.Version}", LoadStep.Load,
            $"loading, registering and proving it did not end within {options.LoadTimeout.TotalSeconds:0.#} s (PluginIr:LoadTimeout). " +
            "A constructor, a registration or a kernel of it hangs; its thread is left behind.");
    }

    private LoadedPlugin LoadAndProve(PluginManifest manifest, PrivateCopy copy, int number, PluginIrOptions options)
    {
        LoadedPlugin next = LoadedPlugin.Load(manifest, copy, number);
        try
        {
            KernelProof.Run(_runtime.Candidate(manifest.Name, next.Generation), next.Generation, options.Proof, options.ProofTime, isReplacement: number > 1);
            return next;
        }
        catch (Exception refused)
        {
            LetGo(next);
            throw refused is RegistrationException
                ? new PluginException($"{manifest.Name} {manifest.Version}", LoadStep.Publish, refused.Message, refused)
                : refused;
        }
    }

    // A generation that no call has ever been inside.
    private void LetGo(LoadedPlugin unwanted)
    {
        try
        {
            unwanted.DisposePlugin();
        }
        catch (Exception failure)
        {
            Log.DisposeFailed(_logger, unwanted.Generation.ToString(), failure);
        }

        unwanted.Unload();
        unwanted.RemoveFiles();
    }
}
