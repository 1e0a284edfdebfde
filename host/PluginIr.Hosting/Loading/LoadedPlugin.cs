using System.Reflection;
using System.Runtime.Loader;
using McMaster.NETCore.Plugins;
using PluginIr.Hosting.Manifests;
using PluginIr.Registration;
using PluginIr.Runtime.Registry;

namespace PluginIr.Hosting.Loading;

/// <summary>One loaded generation of a plugin. All that refers to what is inside a generation is here, and in snapshots that hold it.</summary>
internal sealed class LoadedPlugin
{
    private readonly PluginLoader _loader;
    private readonly KernelPlugin _plugin;
    private readonly PrivateCopy _copy;

    private LoadedPlugin(PluginLoader loader, PluginRegistration registration, PrivateCopy copy, PluginManifest manifest)
    {
        _loader = loader;
        _plugin = registration.Plugin;
        _copy = copy;
        Generation = registration.Generation;
        Manifest = manifest;
    }

    /// <summary>What it registered.</summary>
    public Generation Generation { get; }

    /// <summary>What it was loaded from.</summary>
    public PluginManifest Manifest { get; }

    /// <summary>Where its files are.</summary>
    public string Folder => _copy.Folder;

    /// <summary>True when its kernels or its device runtimes may have work queued on devices.</summary>
    public bool UsesDevices => Generation.DeviceRuntimes.Count > 0 || Generation.Providers.Any(provider => provider.Device != DeviceKind.Cpu);

    /// <summary>Loads one build and runs its registration. When that fails nothing stays loaded.</summary>
    /// <param name="manifest">The build's manifest.</param>
    /// <param name="copy">Its files; belongs to the result.</param>
    /// <param name="number">The generation's number.</param>
    /// <param name="begin">Told of each step as it begins; what it returns is disposed at the step's end.</param>
    /// <exception cref="PluginException">It cannot be loaded, or its registration is refused.</exception>
    public static LoadedPlugin Load(PluginManifest manifest, PrivateCopy copy, int number, Func<LoadStep, IDisposable> begin)
    {
        string name = $"{manifest.Name} {manifest.Version}";
        var step = LoadStep.Load;
        PluginLoader? loader = null;
        try
        {
            Assembly entry;
            using (begin(step))
            {
                loader = PluginLoader.CreateFromAssemblyFile(Path.Combine(copy.Folder, manifest.EntryAssembly), config =>
                {
                    config.IsUnloadable = true;
                    // The contracts are the host's: a tensor must be the same type on both sides.
                    config.SharedAssemblies.Add(typeof(Tensor).Assembly.GetName());
                });
                entry = loader.LoadDefaultAssembly();
            }

            step = LoadStep.Register;
            using (begin(step))
            {
                var build = new PluginBuild(manifest.Name, number, manifest.Version, manifest.Hash);
                return new LoadedPlugin(loader, PluginRegistration.Read(entry, build, loader), copy, manifest);
            }
        }
        catch (Exception failure)
        {
            loader?.Dispose();
            copy.TryRemove();
            throw new PluginException(name, step, Explain(failure, manifest), failure);
        }
    }

    /// <summary>Compiles what calls enter directly.</summary>
    public void CompileEntries() => _plugin.CompileEntries();

    /// <summary>Frees its native resources. No call may be inside the generation, and none may enter it any more.</summary>
    public void DisposePlugin() => _plugin.Dispose();

    /// <summary>Lets the runtime unload it, which it does when nothing refers to it any more.</summary>
    /// <returns>Tells whether it has been unloaded.</returns>
    public WeakReference Unload()
    {
        AssemblyLoadContext context = AssemblyLoadContext.GetLoadContext(_loader.LoadDefaultAssembly())!;
        var reference = new WeakReference(context, trackResurrection: true);
        _loader.Dispose();
        return reference;
    }

    /// <summary>Removes its files.</summary>
    /// <returns>Why some stay: the system may keep them while they are loaded. Null when all are gone.</returns>
    public string? TryRemoveFiles() => _copy.TryRemove();

    private static string Explain(Exception failure, PluginManifest manifest) => failure switch
    {
        BadImageFormatException => $"{manifest.EntryAssembly}, or an assembly that it needs, is not a .NET assembly for this machine: {failure.Message}",
        FileNotFoundException { FileName: { } missing } =>
            $"it needs '{missing}', which is neither in its folder nor part of .NET. Add the file to the plugin's output and build it again.",
        _ when NativeLibraryOf(failure) is { } missing =>
            $"{missing.Message} Install the library, add it to the plugin's output, or have the provider say in its Supported method that it cannot serve here.",
        TypeLoadException or MissingMemberException =>
            $"{failure.Message} It was probably built against other contracts than its manifest says; build it again.",
        _ => failure.Message,
    };

    private static DllNotFoundException? NativeLibraryOf(Exception failure)
    {
        for (Exception? cause = failure; cause is not null; cause = cause.InnerException)
        {
            if (cause is DllNotFoundException missing)
                return missing;
        }

        return null;
    }
}
