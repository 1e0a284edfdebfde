using System.Globalization;
using System.Runtime.InteropServices;
using PluginIr.Cuda.Compiling;
using PluginIr.Cuda.Devices;
using PluginIr.Cuda.Driver;
using PluginIr.Cuda.Gpu.Copying;
using PluginIr.Cuda.Gpu.Functions;
using PluginIr.Cuda.Gpu.Norms;
using PluginIr.Cuda.Gpu.Pointwise;
using PluginIr.Cuda.Gpu.Quantizing;
using PluginIr.Cuda.Gpu.Rotary;
using PluginIr.Cuda.Gpu.Rows;
using PluginIr.Cuda.Launching;
using PluginIr.Devices;
using Xunit;

namespace PluginIr.Cuda.Tests.Driver;

/// <summary>What the launcher keeps for a device, over a driver and a cuBLAS that note what is called.</summary>
[Collection("driver")]
public sealed class LauncherTests : IDisposable
{
    private static readonly string[] s_mayNotBeCaptured = ["cuMemAllocAsync", "cuMemHostAlloc", "cuStreamSynchronize", "cuCtxSynchronize", "cuEventSynchronize"];

    private readonly LauncherFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void All_streams_of_a_device_share_one_handle_and_what_was_allocated_with_it()
    {
        _fixture.Multiply(16);
        for (nint stream = 1; stream <= 5; stream++)
            _fixture.Multiply(16, stream);
        Assert.Single(_fixture.Cublas.Calls, call => call == "cublasCreate_v2");
        Assert.Single(_fixture.TakeDriverCalls(), call => call == "cuMemAllocAsync");
    }

    [Fact]
    public void A_product_that_is_captured_neither_allocates_nor_waits_and_leaves_the_handle_on_the_compute_stream()
    {
        _fixture.Multiply(16);
        string workspace = Workspace(_fixture.TakeCublasCalls());
        _fixture.TakeDriverCalls();
        _fixture.Multiply(16, LauncherFixture.Captured);
        string[] calls = _fixture.TakeCublasCalls();
        Assert.Equal($"cublasSetStream_v2 7 {LauncherFixture.Captured}", calls[0]);
        Assert.StartsWith("cublasSetWorkspace", calls[1]);
        Assert.StartsWith("cublasGemmEx", calls[2]);
        Assert.Equal([$"cublasSetStream_v2 7 {_fixture.ComputeStream}", workspace], calls[3..]);
        Assert.Empty(_fixture.TakeDriverCalls().Intersect(s_mayNotBeCaptured));
    }

    [Fact]
    public void A_captured_products_workspace_is_apart_from_that_of_products_on_the_compute_stream()
    {
        _fixture.Multiply(16);
        string[] ofCalls = Workspace(_fixture.TakeCublasCalls()).Split(' ');
        _fixture.Multiply(16, LauncherFixture.Captured);
        string[] ofGraphs = _fixture.TakeCublasCalls()[1].Split(' ');
        Assert.Equal(ofCalls[3], ofGraphs[3]);
        Assert.True(Math.Abs(Address(ofCalls) - Address(ofGraphs)) >= Bytes(ofCalls));

        static long Address(string[] call) => long.Parse(call[2], CultureInfo.InvariantCulture);
        static long Bytes(string[] call) => long.Parse(call[3], CultureInfo.InvariantCulture);
    }

    [Fact]
    public void A_stream_with_the_address_of_one_that_was_captured_before_is_bound_anew()
    {
        _fixture.Multiply(16);
        _fixture.Multiply(16, LauncherFixture.Captured);
        _fixture.TakeCublasCalls();
        _fixture.Multiply(16, LauncherFixture.Captured);
        Assert.Equal($"cublasSetStream_v2 7 {LauncherFixture.Captured}", _fixture.TakeCublasCalls()[0]);
    }

    [Fact]
    public void Products_on_the_compute_stream_bind_it_once()
    {
        for (int i = 0; i < 3; i++)
            _fixture.Multiply(16);
        Assert.Equal(
            ["cublasGemmEx", "cublasGemmEx", "cublasGemmEx", "cublasSetStream_v2"],
            _fixture.TakeCublasCalls().Select(call => call.Split(' ')[0]).Where(name => name is "cublasGemmEx" or "cublasSetStream_v2").Order());
    }

    [Fact]
    public void A_product_that_fails_while_it_is_captured_leaves_no_later_one_on_its_stream()
    {
        _fixture.Multiply(16);
        _fixture.Cublas.Failing = "cublasGemmEx";
        Assert.Throws<DeviceException>(() => _fixture.Multiply(16, LauncherFixture.Captured));
        _fixture.Cublas.Failing = null;
        _fixture.TakeCublasCalls();
        _fixture.Multiply(16);
        Assert.Equal($"cublasSetStream_v2 7 {_fixture.ComputeStream}", _fixture.TakeCublasCalls()[0]);
    }

    [Theory]
    [InlineData("cublasCreate_v2")]
    [InlineData("cublasSetMathMode")]
    public void A_handle_that_cannot_be_made_leaves_no_memory_behind_and_is_tried_again(string failing)
    {
        _fixture.Cublas.Failing = failing;
        Assert.Throws<DeviceException>(() => _fixture.Multiply(16));
        Assert.Equal(["cuMemAllocAsync", "cuMemFreeAsync"], _fixture.TakeDriverCalls().Where(call => call.StartsWith("cuMemAlloc", StringComparison.Ordinal) || call == "cuMemFreeAsync"));
        _fixture.Cublas.Failing = null;
        _fixture.Multiply(16);
        Assert.StartsWith("cublasGemmEx", _fixture.Cublas.Calls[^1]);
    }

    [Fact]
    public void A_handle_is_not_made_where_its_workspace_cannot_be()
    {
        _fixture.Driver.Errors["cuMemAllocAsync"] = 2;
        Assert.True(Assert.Throws<DeviceException>(() => _fixture.Multiply(16)).IsOutOfMemory);
        Assert.Empty(_fixture.Cublas.Calls);
    }

    [Theory]
    [InlineData("cublasSetStream_v2")]
    [InlineData("cublasSetWorkspace_v2")]
    public void A_handle_that_could_not_be_bound_is_kept_and_bound_by_the_next_product(string failing)
    {
        _fixture.Cublas.Failing = failing;
        Assert.Throws<DeviceException>(() => _fixture.Multiply(16));
        _fixture.Cublas.Failing = null;
        _fixture.TakeCublasCalls();
        _fixture.Multiply(16);
        Assert.Equal(["cublasSetStream_v2", "cublasSetWorkspace_v2", "cublasGemmEx"], _fixture.TakeCublasCalls().Select(call => call.Split(' ')[0]));
        Assert.Single(_fixture.TakeDriverCalls(), call => call == "cuMemAllocAsync");
    }

    [Fact]
    public void A_first_product_is_not_captured_as_it_would_allocate()
    {
        Assert.Contains("Run it once first", Assert.Throws<InvalidOperationException>(() => _fixture.Multiply(16, LauncherFixture.Captured)).Message);
        Assert.Empty(_fixture.Cublas.Calls);
        Assert.Empty(_fixture.TakeDriverCalls().Intersect(s_mayNotBeCaptured));
    }

    [Fact]
    public void A_call_that_is_captured_has_scratch_memory_apart_from_other_calls_made_by_the_run_before_it()
    {
        View first = _fixture.Launcher.Scratch(0).OfAtLeast(new KernelContext(), 3 << 20);
        _fixture.TakeDriverCalls();
        View captured = _fixture.Launcher.Scratch(0).OfAtLeast(new KernelContext { Stream = LauncherFixture.Captured }, 3 << 20);
        Assert.True(Math.Abs(captured.Address - first.Address) >= first.Length);
        Assert.Equal(captured, _fixture.Launcher.Scratch(0).OfAtLeast(new KernelContext { Stream = LauncherFixture.Captured }, 1));
        Assert.Empty(_fixture.TakeDriverCalls());
    }

    [Theory]
    [InlineData(3 << 20)]
    [InlineData((2 << 20) + 1)]
    public void Where_the_device_has_too_little_memory_for_twice_the_scratch_it_gets_what_the_call_needs(long needed)
    {
        var asked = new List<long>();
        var scratch = new ScratchMemory(bytes =>
        {
            asked.Add(bytes);
            return bytes <= 7 << 20 ? 1 << 20 : throw new DeviceException("FULL", 2, "allocate", "free some.") { IsOutOfMemory = true };
        });
        View small = scratch.OfAtLeast(new KernelContext(), 2 << 20);
        Assert.Equal(2 << 20, small.Length);
        Assert.InRange(scratch.OfAtLeast(new KernelContext(), needed).Length, needed, needed + 255);
        Assert.Equal([4 << 20, 8 << 20, 2 * ((needed + 255) & ~255L)], asked);
        Assert.True(Assert.Throws<DeviceException>(() => scratch.OfAtLeast(new KernelContext(), 4 << 20)).IsOutOfMemory);
    }

    [Fact]
    public void A_call_that_needs_more_scratch_memory_than_there_is_is_not_captured()
    {
        ScratchMemory scratch = _fixture.Launcher.Scratch(0);
        Assert.Contains("3145728 bytes", Assert.Throws<InvalidOperationException>(
            () => scratch.OfAtLeast(new KernelContext { Stream = LauncherFixture.Captured }, 3 << 20)).Message);
        Assert.Empty(scratch.All);
    }

    [Fact]
    public unsafe void On_a_device_that_has_failed_everything_is_given_back_all_the_same_and_the_first_failure_told()
    {
        GpuKernel[] kernels = [new(32, typeof(ZeroKernel)), new(64, typeof(ZeroKernel))];
        foreach (GpuKernel kernel in kernels)
            _fixture.Launch(kernel);
        _fixture.Multiply(16);
        _fixture.Launcher.Scratch(0).OfAtLeast(new KernelContext(), 1);
        byte* source = stackalloc byte[1];
        nint target = _fixture.Runtime.Allocate(0, 16);
        _fixture.Runtime.CopyToDevice(0, target, (nint)source, 1);
        _fixture.TakeDriverCalls();
        foreach (string function in (string[])["cuMemFreeAsync", "cuModuleUnload", "cuMemFreeHost", "cuEventDestroy_v2", "cuMemPoolGetAttribute"])
            _fixture.Driver.Errors[function] = 700;
        _fixture.Cublas.Failing = "cublasDestroy_v2";

        Assert.Equal("cublasDestroy_v2", Assert.Throws<DeviceException>(_fixture.Launcher.Dispose).Call);
        Assert.Equal("cublasDestroy_v2 7", _fixture.Cublas.Calls[^1]);
        Assert.All(kernels, kernel => Assert.Empty(kernel.Functions));
        string[] calls = _fixture.TakeDriverCalls();
        Assert.Equal((2, 2), (calls.Count(call => call == "cuMemFreeAsync"), calls.Count(call => call == "cuModuleUnload")));

        Assert.Equal("cuMemFreeHost", Assert.Throws<DeviceException>(_fixture.Runtime.Dispose).Call);
        Assert.Contains("cuEventDestroy_v2", _fixture.TakeDriverCalls());
        Assert.Null(CudaDeviceRuntime.Current);
    }

    [Fact]
    public void What_is_not_stored_is_compiled_ahead_up_to_32_kernels_and_disposing_waits_for_it()
    {
        using var fixture = new LauncherFixture();
        fixture.Launcher.CompileAhead(PtxTarget.Sm90);
        fixture.Launcher.CompileAhead(PtxTarget.Sm90);
        fixture.Launcher.Dispose();
        Assert.Equal(32, KernelCatalog.All.Count(kernel => fixture.Cache.Find(kernel, PtxTarget.Sm90) is not null));
    }

    [Fact]
    public void More_groups_along_y_than_a_device_takes_are_refused_with_the_kernel_and_the_limit()
    {
        var kernel = new GpuKernel(32, typeof(ZeroKernel));
        NotSupportedException failure = Assert.Throws<NotSupportedException>(
            () => _fixture.Launcher.Launch(new KernelContext(), 0, kernel, new LaunchShape(7, 65536, 32), 0));
        Assert.Contains("ZeroKernel cannot be launched with 7 x 65536 groups of 32 threads: a device takes 65535", failure.Message);
    }

    [Theory]
    [InlineData(90, 12030, true)]
    [InlineData(100, 13000, true)]
    [InlineData(90, 12020, false)]
    [InlineData(80, 13000, false)]
    [InlineData(89, 13000, false)]
    public void A_kernel_may_begin_before_the_last_has_ended_where_device_and_driver_have_that(int capability, int driver, bool overlaps)
    {
        using var fixture = new LauncherFixture(driver: new FakeDriver { Capabilities = [capability], DeviceCount = 1, DriverVersion = driver });
        fixture.Launch(new GpuKernel(32, typeof(ZeroKernel)));
        Assert.Equal(overlaps ? 1u : 0, fixture.Driver.LastLaunch.AttributeCount);
        Assert.Equal(overlaps ? (6u, 1) : default, (fixture.Driver.LastAttribute.Id, fixture.Driver.LastAttribute.Value));
    }

    [Fact]
    public unsafe void A_launch_is_laid_out_as_the_driver_has_it_in_cuda_h()
    {
        Assert.Equal((56, 32, 40, 48), (sizeof(LaunchConfig), Offset<LaunchConfig>(nameof(LaunchConfig.Stream)),
            Offset<LaunchConfig>(nameof(LaunchConfig.Attributes)), Offset<LaunchConfig>(nameof(LaunchConfig.AttributeCount))));
        Assert.Equal((72, 8), (sizeof(LaunchAttribute), Offset<LaunchAttribute>(nameof(LaunchAttribute.Value))));

        static int Offset<T>(string field) => (int)Marshal.OffsetOf<T>(field);
    }

    [Fact]
    public void Which_cublas_is_used_is_for_operators_to_see_once_it_has_been_looked_for()
    {
        Assert.Null(_fixture.Runtime.Note);
        _fixture.Multiply(16);
        Assert.Equal($"cuBLAS is {_fixture.Cublas}", _fixture.Runtime.Note);
    }

    [Fact]
    public void The_first_launch_for_a_dtype_loads_what_its_calls_take_at_other_sizes_and_nothing_of_other_dtypes()
    {
        GpuKernel[][] tables =
        [
            [.. new PointwiseTable(typeof(Same), typeof(AsInput)).Kernels], [.. new GateTable(typeof(Silu), typeof(AsInput)).Kernels],
            [.. new NormTable(typeof(Normalized), typeof(AsInput)).Kernels], [.. new NormTable(typeof(AsItIs), typeof(AsInput)).Kernels],
            [.. new GroupQuantTable(typeof(OwnScale)).Kernels], [.. new RotaryTable(typeof(Plain)).Kernels], [.. new CopyTable(typeof(GatherKernel)).Kernels],
            [.. new ProductTable().Kernels], [.. new AttentionTable().Kernels], [.. new ArgmaxTable().Kernels],
        ];
        int[] lengths = [3, 3, 8, 8, 3, 4, 3, 3, 3, 3];
        foreach ((GpuKernel[] table, int length) in tables.Zip(lengths))
        {
            _fixture.Launch(table[0]);
            Assert.Equal(length, _fixture.TakeDriverCalls().Count(call => call == "cuModuleLoadDataEx"));
            foreach (GpuKernel other in table[0].Row)
                _fixture.Launch(other);
            Assert.DoesNotContain("cuModuleLoadDataEx", _fixture.TakeDriverCalls());
        }
    }

    [Fact]
    public void A_norm_whose_weights_are_of_another_dtype_is_loaded_by_itself()
    {
        GpuKernel mixed = new NormTable(typeof(Normalized), typeof(AsInput)).Kernels.First(kernel => kernel.Name.Contains("<Float32Element, BFloat16Element", StringComparison.Ordinal));
        _fixture.Launch(mixed);
        Assert.Single(_fixture.TakeDriverCalls(), call => call == "cuModuleLoadDataEx");
    }

    [Fact]
    public void A_kernel_that_is_being_loaded_holds_up_no_other_kernels_first_launch()
    {
        GpuKernel slow = new(32, typeof(ZeroKernel)), other = new(64, typeof(ZeroKernel));
        bool isDone = false;
        _fixture.Driver.OnModuleLoad = () =>
        {
            _fixture.Driver.OnModuleLoad = null;
            isDone = Task.Run(() =>
            {
                _fixture.Launch(other);
                _fixture.Launcher.Scratch(0);
            }).Wait(TimeSpan.FromSeconds(30));
        };
        _fixture.Launch(slow);
        Assert.True(isDone);
    }

    [Fact]
    public void A_module_without_its_function_is_unloaded_with_the_others()
    {
        _fixture.Driver.Errors["cuModuleGetFunction"] = 500;
        Assert.Throws<DeviceException>(() => _fixture.Launch(new GpuKernel(32, typeof(ZeroKernel))));
        _fixture.Launcher.Dispose();
        Assert.Single(_fixture.TakeDriverCalls(), call => call == "cuModuleUnload");
    }

    [Fact]
    public void Devices_have_memory_of_their_own()
    {
        _fixture.Runtime.Start(1, 0);
        Assert.NotSame(_fixture.Launcher.Scratch(0), _fixture.Launcher.Scratch(1));
        Assert.Same(_fixture.Launcher.Scratch(1), _fixture.Launcher.Scratch(1));
    }

    private static string Workspace(string[] calls) => Assert.Single(calls, call => call.StartsWith("cublasSetWorkspace", StringComparison.Ordinal));
}
