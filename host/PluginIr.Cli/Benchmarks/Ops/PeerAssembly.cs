using System.Reflection;
using McMaster.NETCore.Plugins;

namespace PluginIr.Cli.Benchmarks.Ops;

/// <summary>Loads the peers' libraries from where they were built.</summary>
internal static class PeerAssembly
{
    /// <summary>The assembly that knows the peers.</summary>
    public const string Name = "PluginIr.Benchmarks";

    /// <summary>Loads the peers.</summary>
    /// <param name="folder">The folder with the assembly, its libraries and its .deps.json.</param>
    /// <exception cref="InputException">It is not there, or was built from other sources than this command.</exception>
    public static IPeers Load(string folder)
    {
        string file = Path.Combine(Path.GetFullPath(folder), $"{Name}.dll");
        if (!File.Exists(file))
            throw new InputException($"--peers: '{file}' does not exist. Build it with: dotnet build tests/{Name} -c Release");
        try
        {
            // What the command has already is shared, so that a tensor is the same type on both sides.
            PluginLoader loader = PluginLoader.CreateFromAssemblyFile(file, config => config.PreferSharedTypes = true);
            Type type = loader.LoadDefaultAssembly().GetTypes().Single(t => typeof(IPeers).IsAssignableFrom(t) && t.IsClass);
            return (IPeers)Activator.CreateInstance(type)!;
        }
        catch (Exception failure) when (failure is ReflectionTypeLoadException or InvalidOperationException or BadImageFormatException)
        {
            throw new InputException($"--peers: '{file}' does not go with this command; build both again. {failure.Message}", failure);
        }
    }
}
