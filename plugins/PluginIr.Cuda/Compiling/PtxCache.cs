using System.Security.Cryptography;
using System.Text;
using PluginIr.Cuda.Launching;

namespace PluginIr.Cuda.Compiling;

/// <summary>Compiled kernels on disk, so that no process compiles what another has compiled.</summary>
/// <remarks>
/// A file's name is the hash of everything that its contents depend on: the sources that it is compiled from, ILGPU's version, the target,
/// the kernel, its group size and how many groups are to fit. Nothing is ever changed under a name, so files need no locks; they appear by a rename, whole or not at all. The
/// first line is the hash of the rest: a file that is cut off or damaged is not there, and is written again.
/// </remarks>
internal sealed class PtxCache
{
    /// <summary>The environment variable that names the folder.</summary>
    public const string Variable = "PTX_CACHE_FOLDER";

    private static readonly string s_ilgpu = IlgpuVersion();

    /// <summary>A cache.</summary>
    /// <param name="folder">Its folder, which is made when something is stored.</param>
    public PtxCache(string folder) => Folder = folder;

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>The cache in the folder that the variable names or, without it, in <c>PluginIr/ptx</c> under the user's local data.</summary>
    public static PtxCache Default()
    {
        string? folder = Environment.GetEnvironmentVariable(Variable);
        return new PtxCache(string.IsNullOrEmpty(folder)
            ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "PluginIr", "ptx")
            : folder);
    }

    /// <summary>The file for a kernel.</summary>
    public string PathOf(GpuKernel kernel, PtxTarget target)
    {
        string key = string.Join('\n', kernel.SourcesHash, s_ilgpu, target, kernel.MaxThreads, kernel.MinGroups, kernel.Name);
        return Path.Combine(Folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key))) + ".ptx");
    }

    /// <summary>True when there is a file for a kernel, which may be damaged.</summary>
    public bool Has(GpuKernel kernel, PtxTarget target) => File.Exists(PathOf(kernel, target));

    /// <summary>What is stored for a kernel; null when there is nothing or it is damaged.</summary>
    public PtxModule? Find(GpuKernel kernel, PtxTarget target)
    {
        byte[] contents;
        try
        {
            contents = File.ReadAllBytes(PathOf(kernel, target));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        int hashLength = 2 * SHA256.HashSizeInBytes;
        if (contents.Length <= hashLength || contents[hashLength] != '\n')
            return null;
        ReadOnlySpan<byte> rest = contents.AsSpan(hashLength + 1);
        if (Encoding.ASCII.GetString(contents, 0, hashLength) != Convert.ToHexStringLower(SHA256.HashData(rest)))
            return null;
        string text = Encoding.UTF8.GetString(rest);
        int end = text.IndexOf('\n', StringComparison.Ordinal);
        return new PtxModule(text[..end], text[(end + 1)..]);
    }

    /// <summary>Stores a module. Where the disk does not let it, nothing is stored, and the next process compiles again.</summary>
    /// <returns>Why it could not be stored; null when it was.</returns>
    public string? Store(GpuKernel kernel, PtxTarget target, PtxModule module)
    {
        byte[] rest = Encoding.UTF8.GetBytes($"{module.EntryPoint}\n{module.Text}");
        string path = PathOf(kernel, target), temporary = $"{path}.{Guid.NewGuid():n}";
        try
        {
            Directory.CreateDirectory(Folder);
            using (FileStream file = File.Create(temporary))
            {
                file.Write(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(rest)) + "\n"));
                file.Write(rest);
            }

            File.Move(temporary, path, overwrite: true);
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // A read-only or full disk costs time at the next start and nothing else.
            Delete(temporary);
            return failure.Message;
        }
    }

    // Part of a file, under a name that nobody looks for.
    private static void Delete(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // It was never made, or the disk takes nothing at all any more.
        }
    }

    // From this assembly's references: ILGPU's own would have to be loaded to be asked.
    private static string IlgpuVersion() => typeof(PtxCache).Assembly.GetReferencedAssemblies().Single(a => a.Name == "ILGPU").FullName;
}
