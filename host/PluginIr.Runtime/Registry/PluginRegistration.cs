using System.Reflection;
using PluginIr.Registration;

namespace PluginIr.Runtime.Registry;

/// <summary>Runs a loaded assembly's registration.</summary>
/// <param name="Plugin">The plugin's entry point; to be disposed when the generation has drained.</param>
/// <param name="Generation">What it registered.</param>
public sealed record PluginRegistration(KernelPlugin Plugin, Generation Generation)
{
    /// <summary>Creates the assembly's plugin and collects what it registers.</summary>
    /// <param name="assembly">The entry assembly.</param>
    /// <param name="build">Which build it is.</param>
    /// <param name="codeOwner">What keeps the assembly loaded; null when nothing unloads it.</param>
    /// <exception cref="RegistrationException">The assembly is no plugin, or what it registers is refused, or it throws.</exception>
    public static PluginRegistration Read(Assembly assembly, PluginBuild build, object? codeOwner = null)
    {
        if (assembly.GetCustomAttribute<KernelPluginAttribute>() is not { } attribute)
        {
            throw new RegistrationException(
                $"{assembly.GetName().Name} is not a plugin: it declares no op and no kernel provider. " +
                "Reference PluginIr.Contracts with its generator, and mark a class [KernelProvider] or [Op].");
        }

        var collector = new RegistrationCollector(build.Plugin);
        KernelPlugin? plugin = null;
        try
        {
            plugin = (KernelPlugin)Activator.CreateInstance(attribute.Type)!;
            plugin.Register(collector);
        }
        catch (Exception failure)
        {
            string also = DisposeOf(plugin);
            if (failure is RegistrationException && also.Length == 0)
                throw;
            Exception cause = CauseOf(failure);
            string what = failure is RegistrationException ? failure.Message : $"Plugin '{build.Plugin}' threw while it registered: {cause.GetType().Name}: {cause.Message}";
            throw new RegistrationException(what + also, cause);
        }

        return new PluginRegistration(plugin, new Generation
        {
            Plugin = build.Plugin,
            Number = build.Number,
            Version = build.Version,
            ContentHash = build.ContentHash,
            Ops = collector.Ops,
            Providers = collector.Providers,
            Kernels = collector.Kernels,
            Fusions = collector.Fusions,
            DeviceRuntimes = collector.DeviceRuntimes,
            CodeOwner = codeOwner,
        });
    }

    // What .NET wraps around what constructors and type initializers throw, one in another perhaps, says nothing of it.
    private static Exception CauseOf(Exception failure)
    {
        while (failure is TargetInvocationException or TypeInitializationException && failure.InnerException is { } inner)
            failure = inner;
        return failure;
    }

    // What disposes of things that were never made may throw. Why they were not is what matters.
    private static string DisposeOf(KernelPlugin? plugin)
    {
        try
        {
            plugin?.Dispose();
            return "";
        }
        catch (Exception second)
        {
            return $" Disposing of it threw as well: {second.GetType().Name}: {second.Message}";
        }
    }
}
