using PluginIr.Cuda.Blas;
using PluginIr.Cuda.Driver;
using PluginIr.Devices;
using Xunit;

namespace PluginIr.Cuda.Tests.Blas;

/// <summary>What is asked of cuBLAS, of a library that writes it down.</summary>
public sealed class CublasTests
{
    [Theory]
    [InlineData(DType.Float32, 0)]
    [InlineData(DType.Float16, 2)]
    [InlineData(DType.BFloat16, 14)]
    public void A_row_major_product_is_asked_for_as_its_transpose_and_summed_in_float32(DType dtype, int type)
    {
        var fake = new FakeCublas();
        var cublas = new Cublas(fake);
        cublas.Multiply(cublas.Create(), dtype, x: 100, weight: 200, output: 300, rows: 5, outer: 3, inner: 4);
        Assert.Equal(["cublasCreate_v2", "cublasSetMathMode 7 16", $"cublasGemmEx 7 10 3x5x4 1 200:{type}/4 100:{type}/4 0 300:{type}/3 68 -1"], fake.Calls);
    }

    [Fact]
    public void A_handle_that_cannot_be_set_up_is_given_back()
    {
        var fake = new FakeCublas { Failing = "cublasSetMathMode" };
        Assert.Throws<DeviceException>(() => new Cublas(fake).Create());
        Assert.Equal("cublasDestroy_v2 7", fake.Calls[^1]);
    }

    [Fact]
    public void The_workspace_is_given_after_the_stream_which_resets_it()
    {
        var fake = new FakeCublas();
        new Cublas(fake).Bind(7, stream: 9, workspace: 1000, bytes: 64);
        Assert.Equal(["cublasSetStream_v2 7 9", "cublasSetWorkspace_v2 7 1000 64"], fake.Calls);
    }

    [Theory]
    [InlineData("cublasCreate_v2")]
    [InlineData("cublasSetMathMode")]
    [InlineData("cublasDestroy_v2")]
    [InlineData("cublasSetStream_v2")]
    [InlineData("cublasSetWorkspace_v2")]
    [InlineData("cublasGemmEx")]
    public void An_error_is_thrown_with_the_librarys_own_name_for_it_and_the_call(string failing)
    {
        var cublas = new Cublas(new FakeCublas { Failing = failing });
        DeviceException failure = Assert.Throws<DeviceException>(() =>
        {
            nint handle = cublas.Create();
            cublas.Bind(handle, 9, 1000, 64);
            cublas.Multiply(handle, DType.Float32, 1, 2, 3, 1, 1, 1);
            cublas.Destroy(handle);
        });
        Assert.Equal(("CUBLAS_STATUS_EXECUTION_FAILED", 13, failing), (failure.Code, failure.Number, failure.Call));
    }

    [Fact]
    public void That_there_is_too_little_memory_is_known_as_such_and_not_laid_to_the_version()
    {
        DeviceException failure = Assert.Throws<DeviceException>(() => new Cublas(new FakeCublas { Failing = "cublasCreate_v2", Status = 3 }).Create());
        Assert.True(failure.IsOutOfMemory);
        Assert.Contains("smaller batch", failure.Message);
        Assert.DoesNotContain(CublasLibrary.Variable, failure.Message);
        failure = Assert.Throws<DeviceException>(() => new Cublas(new FakeCublas { Failing = "cublasCreate_v2" }).Create());
        Assert.False(failure.IsOutOfMemory);
        Assert.Contains(CublasLibrary.Variable, failure.Message);
    }

    [Fact]
    public void A_library_without_a_function_is_refused_by_its_name() =>
        Assert.Contains("cublasCreate_v2", Assert.Throws<EntryPointNotFoundException>(() => new Cublas(new Nothing())).Message);

    [Theory]
    [InlineData("cublasCreate_v2")]
    [InlineData("cublasGemmEx")]
    public void A_library_that_lacks_a_function_is_asked_nothing_and_the_next_one_taken(string missing)
    {
        FakeCublas old = new() { Missing = { missing } }, good = new(), never = new();
        CublasSearch search = CublasSearch.Of([old, good, never]);
        Cublas cublas = search.Found!;
        good.Use();
        cublas.Create();
        Assert.Equal((0, "cublasCreate_v2", 0), (old.Calls.Count, good.Calls[0], never.Calls.Count));
        Assert.Contains("cuBLAS is ", search.Report);
        Assert.Contains($"{missing} is not in ", search.Report);
    }

    [Fact]
    public void Without_a_library_that_has_all_functions_there_is_no_cublas()
    {
        Assert.Null(CublasSearch.Of([]).Found);
        Assert.Contains($"no cuBLAS, so that linear is slow for more than eight rows: looked for ", CublasSearch.Of([]).Report);
        var old = new FakeCublas { Missing = { "cublasGemmEx" } };
        Assert.Null(CublasSearch.Of([old]).Found);
        Assert.Empty(old.Calls);
    }

    [Fact]
    public void A_library_without_names_for_its_errors_is_taken_and_they_have_their_numbers()
    {
        Cublas cublas = CublasSearch.Of([new FakeCublas { Missing = { "cublasGetStatusName" }, Failing = "cublasCreate_v2" }]).Found!;
        Assert.Equal("CUBLAS_STATUS_13", Assert.Throws<DeviceException>(() => cublas.Create()).Code);
    }

    private sealed class Nothing : INativeLibrary
    {
        public nint Export(string name) => 0;
    }
}
