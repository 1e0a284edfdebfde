using System.Collections.Concurrent;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace PluginIr.Cuda.Compiling;

/// <summary>What a kernel is compiled from, as a hash that the build has made parts of.</summary>
/// <remarks>
/// The folders of Gpu/ that have kernels use nothing of each other. So a kernel is compiled from its folder, from what all kernels use, which is the rest of
/// Gpu/, and by what compiles: a change in one of those folders leaves the others' kernels as they are.
/// </remarks>
internal static class KernelSources
{
    private const string Key = "GpuSource:";

    private static readonly (string Path, string Hash)[] s_all =
    [
        .. typeof(KernelSources).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Where(a => a.Key.StartsWith(Key, StringComparison.Ordinal))
            .Select(a => (a.Key[Key.Length..].Replace('\\', '/'), a.Value!))
            .OrderBy(source => source.Item1, StringComparer.Ordinal),
    ];

    private static readonly ConcurrentDictionary<string, string> s_hashes = new();

    /// <summary>The folders of Gpu/ that have kernels.</summary>
    public static IReadOnlyList<string> KernelFolders { get; } =
        ["Attending", "Copying", "Norms", "Pointwise", "Products", "Quantizing", "Rotary", "Searching"];

    /// <summary>The hash of all that a class of kernels is compiled from.</summary>
    /// <param name="kernels">The class, whose namespace is its folder.</param>
    public static string HashOf(Type kernels) => s_hashes.GetOrAdd(kernels.Namespace![(kernels.Namespace!.LastIndexOf('.') + 1)..], Hash);

    private static string Hash(string folder) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join(
        '\n', s_all.Where(s => FolderOf(s.Path) is var f && (f == folder || !KernelFolders.Contains(f))).Select(s => $"{s.Path} {s.Hash}")))));

    private static string FolderOf(string path) => path.Contains('/', StringComparison.Ordinal) ? path[..path.IndexOf('/', StringComparison.Ordinal)] : "";
}
