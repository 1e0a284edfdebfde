using System.Runtime.InteropServices;
using PluginIr.Cuda.Driver;

namespace PluginIr.Cuda.Blas;

/// <summary>A cuBLAS that is installed: where CUBLAS_FOLDER says, with the system's libraries, with a CUDA toolkit, or beside PyTorch.</summary>
/// <remarks>
/// Loaded for as long as the process lives, whoever removes or replaces the plugin: it leaves destructors with every thread that called it, and
/// callbacks with the driver, which a library that is unloaded takes along. Loading it again costs nothing.
/// </remarks>
internal sealed class CublasLibrary : INativeLibrary
{
    /// <summary>The environment variable that names the folder to look in first.</summary>
    public const string Variable = "CUBLAS_FOLDER";

    private const string Toolkits = "/usr/local";

    private static readonly string[] s_names =
        OperatingSystem.IsWindows() ? ["cublas64_13.dll", "cublas64_12.dll", "cublas64_11.dll"] : ["libcublas.so.13", "libcublas.so.12", "libcublas.so.11"];

    /// <summary>Where it is looked for, for people.</summary>
    public static string Places =>
        $"looked for {string.Join(", ", s_names)} in {Variable} ({Environment.GetEnvironmentVariable(Variable) ?? "not set"}), " +
        $"where the system looks, in {Toolkits}/cuda*/lib64 and in VIRTUAL_ENV's Python";

    private readonly nint _handle;
    private readonly string _description;

    private CublasLibrary(nint handle, string description)
    {
        _handle = handle;
        _description = description;
    }

    /// <summary>All that are installed, the first choice first. Each is loaded when it is reached, and stays so.</summary>
    public static IEnumerable<CublasLibrary> Installed() =>
        Installed(Environment.GetEnvironmentVariable(Variable), Toolkits, Environment.GetEnvironmentVariable("VIRTUAL_ENV"));

    /// <summary>The same with the folders of <see cref="Paths"/>.</summary>
    internal static IEnumerable<CublasLibrary> Installed(string? named, string toolkits, string? python)
    {
        foreach (string path in Paths(named, toolkits, python))
        {
            if (NativeLibrary.TryLoad(path, out nint handle))
                yield return new CublasLibrary(handle, Describe(path, named));
        }
    }

    /// <summary>Where a library may be, the first choice first; a name without a folder stands for wherever the system looks.</summary>
    /// <param name="named">The folder that the user names, whose libraries are taken before newer ones elsewhere; null or empty for none.</param>
    /// <param name="toolkits">The folder that CUDA toolkits are in.</param>
    /// <param name="python">A virtual environment's folder; null for none.</param>
    internal static IEnumerable<string> Paths(string? named, string toolkits, string? python)
    {
        string[] elsewhere = ["", .. ToolkitFolders(toolkits), .. PythonFolders(python)];
        IEnumerable<string> paths = s_names.SelectMany(name => elsewhere.Select(folder => Path.Combine(folder, name)));
        return string.IsNullOrEmpty(named) ? paths : s_names.Select(name => Path.Combine(named, name)).Concat(paths);
    }

    /// <inheritdoc/>
    public nint Export(string name) => NativeLibrary.TryGetExport(_handle, name, out nint address) ? address : 0;

    /// <summary>The path that it was loaded by, and whether that is not where the user named one.</summary>
    public override string ToString() => _description;

    private static string Describe(string path, string? named) => string.IsNullOrEmpty(named) || Path.GetDirectoryName(path) == Path.TrimEndingDirectorySeparator(named)
        ? path
        : $"{path} ({Variable} names '{named}', which has none that can be used)";

    // cuda-12.10 is newer than cuda-12.4; a name without a version, a link as a rule, comes last.
    private static IEnumerable<string> ToolkitFolders(string folder) => !Directory.Exists(folder)
        ? []
        : Directory.EnumerateDirectories(folder, "cuda*").OrderByDescending(VersionOf).Select(toolkit => Path.Combine(toolkit, "lib64"));

    private static Version VersionOf(string toolkit)
    {
        string version = Path.GetFileName(toolkit)["cuda".Length..].TrimStart('-');
        return Version.TryParse(version.Contains('.', StringComparison.Ordinal) ? version : version + ".0", out Version? parsed) ? parsed : new Version();
    }

    // As PyTorch's wheels lay their libraries out.
    private static IEnumerable<string> PythonFolders(string? environment)
    {
        string libraries = Path.Combine(environment ?? "", "lib");
        return environment is null || !Directory.Exists(libraries)
            ? []
            : Directory.EnumerateDirectories(libraries, "python3*").SelectMany(python => (string[])
                [Path.Combine(python, "site-packages/nvidia/cu13/lib"), Path.Combine(python, "site-packages/nvidia/cublas/lib")]);
    }
}
