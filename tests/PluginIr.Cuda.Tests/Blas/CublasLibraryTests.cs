using PluginIr.Cuda.Blas;
using Xunit;

namespace PluginIr.Cuda.Tests.Blas;

/// <summary>Where cuBLAS is looked for, and in which order.</summary>
public sealed class CublasLibraryTests : IDisposable
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    public CublasLibraryTests() => Directory.CreateDirectory(_folder);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_folder_that_the_user_names_comes_before_newer_libraries_elsewhere()
    {
        string[] paths = [.. CublasLibrary.Paths("/named", _folder, null)];
        Assert.All(paths[..3], path => Assert.StartsWith("/named", path));
        Assert.All(paths[3..], path => Assert.Empty(Path.GetDirectoryName(path)!));
    }

    [Fact]
    public void Newer_libraries_come_before_older_ones_wherever_they_are()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "cuda-12.4"));
        int[] versions = [.. CublasLibrary.Paths("", _folder, null).Select(path => Enumerable.Range(11, 3).Single(version => Path.GetFileName(path).Contains($"{version}")))];
        Assert.Equal([13, 13, 12, 12, 11, 11], versions);
    }

    [Fact]
    public void Toolkits_are_ordered_by_their_versions_and_not_by_their_names()
    {
        foreach (string name in (string[])["cuda", "cuda-12.4", "cuda-12.10", "cuda-9.2", "cuda-13"])
            Directory.CreateDirectory(Path.Combine(_folder, name));
        string[] toolkits = [.. CublasLibrary.Paths(null, _folder, null).Skip(1).Take(5).Select(path => Path.GetRelativePath(_folder, path).Split('/', '\\')[0])];
        Assert.Equal(["cuda-13", "cuda-12.10", "cuda-12.4", "cuda-9.2", "cuda"], toolkits);
    }

    [Fact]
    public void A_library_is_described_by_its_path_and_by_whether_the_folder_that_the_user_names_has_none()
    {
        // Any library does: whether it is cuBLAS is seen by its functions.
        string any = Directory.GetFiles(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "*System.Native.*")[0];
        string empty = Path.Combine(_folder, "empty"), lib = Path.Combine(_folder, "cuda-12.4", "lib64"), file = Path.GetFileName(CublasLibrary.Paths(null, _folder, null).First());
        Directory.CreateDirectory(empty);
        Directory.CreateDirectory(lib);
        File.Copy(any, Path.Combine(lib, file));
        CublasLibrary found = CublasLibrary.Installed(empty, _folder, null).First(l => l.ToString().StartsWith(_folder, StringComparison.Ordinal));
        Assert.Equal($"{Path.Combine(lib, file)} (CUBLAS_FOLDER names '{empty}', which has none that can be used)", found.ToString());
        CublasLibrary named = CublasLibrary.Installed(lib, empty, null).First();
        Assert.Equal(Path.Combine(lib, file), named.ToString());
    }

    [Fact]
    public void A_library_stays_loaded_even_when_it_lacks_what_is_asked_of_it()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "What is loaded is looked up in /proc.");
        string any = Directory.GetFiles(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "*System.Native.*")[0];
        string lib = Path.Combine(_folder, "lacking"), file = Path.Combine(lib, Path.GetFileName(CublasLibrary.Paths(null, _folder, null).First()));
        Directory.CreateDirectory(lib);
        File.Copy(any, file);
        Assert.Null(CublasSearch.Of(CublasLibrary.Installed(lib, _folder, null).Take(1)).Found);
        Assert.Contains(File.ReadLines("/proc/self/maps"), line => line.EndsWith(file, StringComparison.Ordinal));
    }

    [Fact]
    public void A_virtual_environments_libraries_are_looked_for_where_wheels_put_them()
    {
        string python = Path.Combine(_folder, "lib", "python3.12");
        Directory.CreateDirectory(python);
        string[] folders = [.. CublasLibrary.Paths(null, Path.Combine(_folder, "none"), _folder).Select(path => Path.GetDirectoryName(path)!).Distinct()];
        Assert.Equal(["", Path.Combine(python, "site-packages/nvidia/cu13/lib"), Path.Combine(python, "site-packages/nvidia/cublas/lib")], folders);
    }
}
