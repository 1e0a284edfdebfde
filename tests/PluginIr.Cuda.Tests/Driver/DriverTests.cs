using System.Runtime.InteropServices;
using PluginIr.Cuda.Devices;
using PluginIr.Cuda.Driver;
using PluginIr.Devices;
using Xunit;

namespace PluginIr.Cuda.Tests.Driver;

/// <summary>The runtime over a driver that notes what is called and fails where it is told to.</summary>
[Collection("driver")]
public sealed class DriverTests
{
    private static readonly unsafe nint s_source = (nint)NativeMemory.AllocZeroed(16);

    private readonly FakeDriver _fake = new();

    // Every function that a runtime reaches after it is started, with a call that reaches it.
    private static readonly Dictionary<string, Action<CudaDeviceRuntime>> s_reach = new()
    {
        ["cuCtxGetCurrent"] = r => r.Synchronize(0),
        ["cuCtxSynchronize"] = r => r.Synchronize(0),
        ["cuMemPoolSetAttribute"] = r => r.ResetPeak(0),
        ["cuMemPoolGetAttribute"] = r => r.MemoryOf(0),
        ["cuMemAllocAsync"] = r => r.Allocate(0, 16),
        ["cuMemFreeAsync"] = r => r.Free(0, 0, 16),
        ["cuMemHostAlloc"] = r => r.CopyToDevice(0, 0, s_source, 16),
        ["cuMemcpyHtoDAsync_v2"] = r => r.CopyToDevice(0, 0, s_source, 16),
        ["cuMemcpyDtoHAsync_v2"] = r => r.CopyToHost(0, 0, 0, 16),
        ["cuMemcpyDtoDAsync_v2"] = r => r.CopyOnDevice(0, 0, 0, 16),
        ["cuMemsetD8Async"] = r => r.Fill(0, 0, 1, 16),
        ["cuStreamCreate"] = r => r.CreateStream(0),
        ["cuStreamDestroy_v2"] = r => r.DestroyStream(0, 5),
        ["cuStreamSynchronize"] = r => r.SynchronizeStream(0),
        ["cuStreamWaitEvent"] = r => r.WaitForEvent(0, 5),
        ["cuEventCreate"] = r => r.CreateEvent(0),
        ["cuEventDestroy_v2"] = r => r.DestroyEvent(0, 5),
        ["cuEventRecord"] = r => r.RecordEvent(0, 5),
        ["cuEventSynchronize"] = r => r.SynchronizeEvent(0, 5),
        ["cuEventElapsedTime"] = r => r.ElapsedMilliseconds(0, 5, 6),
        ["cuStreamBeginCapture_v2"] = r => r.BeginCapture(0, 5),
        ["cuStreamEndCapture"] = r => r.EndCapture(0, 5),
        ["cuGraphInstantiateWithFlags"] = r => r.EndCapture(0, 5),
        ["cuGraphDestroy"] = r => r.EndCapture(0, 5),
        ["cuGraphLaunch"] = r => r.LaunchGraph(0, 5),
        ["cuGraphExecDestroy"] = r => r.DestroyGraph(0, 5),
        ["cuModuleLoadDataEx"] = r => r.Driver.LoadModule("ptx\0"u8),
        ["cuModuleUnload"] = r => r.Driver.UnloadModule(5),
        ["cuModuleGetFunction"] = r => r.Driver.Function(5, "kernel"),
        ["cuLaunchKernelEx"] = r => Launch(r.Driver, 5),
    };

    public static TheoryData<string> Reached => [.. s_reach.Keys];

    // And those that are called while a platform is looked at or a device is started.
    public static TheoryData<string> Probed =>
        ["cuInit", "cuDriverGetVersion", "cuDeviceGetCount", "cuDeviceGet", "cuDeviceGetName", "cuDeviceGetAttribute", "cuDeviceTotalMem_v2"];

    public static TheoryData<string> Starting =>
        ["cuDevicePrimaryCtxRetain", "cuCtxSetCurrent", "cuDeviceGetDefaultMemPool", "cuMemPoolSetAttribute", "cuStreamCreate"];

    [Theory, MemberData(nameof(Reached))]
    public void An_error_of_any_function_comes_out_with_the_drivers_name_the_number_and_the_call(string function)
    {
        CudaDeviceRuntime runtime = Started();
        foreach (int code in (int[])[1, 2, 100, 201, 700, 719, 999])
        {
            _fake.Errors[function] = code;
            DeviceException failure = Assert.Throws<DeviceException>(() => s_reach[function](runtime));
            string name = code == 2 ? "CUDA_ERROR_OUT_OF_MEMORY" : code == 100 ? "CUDA_ERROR_NO_DEVICE" : $"CUDA_ERROR_FAKE_{code}";
            Assert.Equal((name, code, function, code == 2), (failure.Code, failure.Number, failure.Call, failure.IsOutOfMemory));
            Assert.Contains(name, failure.Message);
        }
    }

    [Theory]
    [InlineData(700, true)]
    [InlineData(702, true)]
    [InlineData(709, true)]
    [InlineData(710, true)]
    [InlineData(714, true)]
    [InlineData(719, true)]
    [InlineData(701, false)]
    [InlineData(704, false)]
    [InlineData(705, false)]
    [InlineData(708, false)]
    [InlineData(712, false)]
    [InlineData(713, false)]
    [InlineData(720, false)]
    public void Errors_from_which_no_context_comes_back_say_so_and_no_others(int code, bool isLast)
    {
        CudaDeviceRuntime runtime = Started();
        _fake.Errors["cuCtxSynchronize"] = code;
        Assert.Equal(isLast, Assert.Throws<DeviceException>(() => runtime.Synchronize(0)).Message.Contains("restart it", StringComparison.Ordinal));
    }

    [Fact]
    public void Damaged_memory_comes_with_advice()
    {
        CudaDeviceRuntime runtime = Started();
        _fake.Errors["cuCtxSynchronize"] = 214;
        Assert.Contains("nvidia-smi", Assert.Throws<DeviceException>(() => runtime.Synchronize(0)).Message);
    }

    [Theory, MemberData(nameof(Starting))]
    public void A_device_that_does_not_start_says_which_call_failed(string function)
    {
        var runtime = new CudaDeviceRuntime(CudaPlatform.Probe(_fake));
        _fake.Errors[function] = 2;
        Assert.Equal(("CUDA_ERROR_OUT_OF_MEMORY", function), Assert.Throws<DeviceException>(() => runtime.Start(0, 0)) is var e ? (e.Code, e.Call) : default);
    }

    [Theory, MemberData(nameof(Probed))]
    public void A_driver_that_refuses_while_it_is_looked_at_is_a_reason_not_a_failure(string function)
    {
        _fake.Errors[function] = 100;
        Assert.Contains($"{function} returned CUDA_ERROR_NO_DEVICE (100)", CudaPlatform.Probe(_fake).Support.Reason);
    }

    [Fact]
    public void Every_function_of_the_driver_is_reached_by_a_test_of_its_errors() =>
        Assert.Equal(
            ["cuGetErrorName", "cuGetErrorString", "cuMemFreeHost", "cuMemPoolTrimTo"],
            _fake.Names.Except(Reached.Select(r => r.Data)).Except(Probed.Select(p => p.Data)).Except(Starting.Select(s => s.Data)).Order());

    [Fact]
    public void What_a_driver_lacks_is_named_as_the_reason()
    {
        _fake.Missing.Add("cuMemAllocAsync");
        string reason = CudaPlatform.Probe(_fake).Support.Reason!;
        Assert.Contains("too old: cuMemAllocAsync is not in", reason);
        Assert.Contains("11.8", reason);
    }

    [Fact]
    public void Without_a_driver_a_new_enough_one_or_a_device_the_reason_says_so()
    {
        Assert.Contains("install the NVIDIA driver", CudaPlatform.Probe(null).Support.Reason);
        _fake.DriverVersion = 11070;
        Assert.Contains("for CUDA 11.7; 11.8 or newer", CudaPlatform.Probe(_fake).Support.Reason);
        _fake.DriverVersion = 11080;
        Assert.True(CudaPlatform.Probe(_fake).Support.IsSupported);
        _fake.DeviceCount = 0;
        Assert.Contains("CUDA_VISIBLE_DEVICES", CudaPlatform.Probe(_fake).Support.Reason);
    }

    [Fact]
    public void Devices_below_sm_80_are_left_out_and_named_when_there_is_no_other()
    {
        _fake.Capabilities = [75, 90];
        CudaPlatform mixed = CudaPlatform.Probe(_fake);
        Assert.Equal((1, "sm_90", 1), (Assert.Single(mixed.Devices).Handle, mixed.Devices[0].Description.Architecture, mixed.Devices.Count));
        _fake.Capabilities = [75, 70];
        Assert.Contains("sm_80 or newer", CudaPlatform.Probe(_fake).Support.Reason);
        Assert.Contains("Fake GPU (sm_75), Fake GPU (sm_70)", CudaPlatform.Probe(_fake).Support.Reason);
    }

    [Fact]
    public void Looking_at_a_platform_makes_no_context()
    {
        CudaPlatform.Probe(_fake);
        Assert.DoesNotContain(_fake.Calls, c => c.StartsWith("cuDevicePrimaryCtx", StringComparison.Ordinal));
    }

    [Fact]
    public void The_next_generation_goes_on_with_the_stream_which_disposing_does_not_give_back()
    {
        CudaPlatform platform = CudaPlatform.Probe(_fake);
        var first = new CudaDeviceRuntime(platform);
        nint stream = first.Start(0, 0);
        nint address = first.Allocate(0, 64);
        var next = new CudaDeviceRuntime(platform);
        Assert.Equal(stream, next.Start(0, stream));
        _fake.UsedBytes = 64;
        first.Dispose();
        next.Free(0, address, 64);
        Assert.Contains($"cuMemFreeAsync on {stream}", _fake.Calls);
        Assert.Single(_fake.Calls, c => c.StartsWith("cuStreamCreate", StringComparison.Ordinal));
        Assert.DoesNotContain(_fake.Calls, c => c.StartsWith("cuStreamDestroy", StringComparison.Ordinal));
        Assert.DoesNotContain("cuMemPoolTrimTo 200 0", _fake.Calls);
        _fake.UsedBytes = 0;
        next.Dispose();
        Assert.Contains("cuMemPoolTrimTo 200 0", _fake.Calls);
    }

    [Fact]
    public void A_thread_that_has_another_devices_context_gets_the_right_one_and_is_not_told_twice()
    {
        CudaDeviceRuntime runtime = Started();
        runtime.Start(1, 0);
        _fake.Calls.Clear();
        runtime.Synchronize(0);
        runtime.Synchronize(0);
        runtime.Synchronize(1);
        Assert.Equal(["cuCtxSetCurrent 100", "cuCtxSynchronize 100", "cuCtxSynchronize 100", "cuCtxSetCurrent 101", "cuCtxSynchronize 101"], _fake.Calls);
    }

    [Fact]
    public void A_full_pool_gives_back_what_it_keeps_once_queued_frees_are_done_and_is_tried_again()
    {
        CudaDeviceRuntime runtime = Started();
        _fake.Errors["cuMemAllocAsync"] = 2;
        _fake.FailuresLeft["cuMemAllocAsync"] = 1;
        _fake.Calls.Clear();
        runtime.Free(0, runtime.Allocate(0, 512), 512);
        Assert.Equal(["cuMemAllocAsync", "cuStreamSynchronize", "cuMemPoolTrimTo", "cuMemAllocAsync", "cuMemFreeAsync"], _fake.Calls.Select(c => c.Split(' ')[0]));
    }

    [Fact]
    public unsafe void Large_copies_go_through_two_pinned_slots_in_turn_and_arrive_whole()
    {
        CudaDeviceRuntime runtime = Started();
        byte[] source = new byte[(2 * CudaDevice.LargeSlotBytes) + 12345], back = new byte[source.Length];
        new Random(1).NextBytes(source);
        nint address = runtime.Allocate(0, (nuint)source.Length);
        _fake.Calls.Clear();
        fixed (byte* from = source, to = back)
        {
            runtime.CopyToDevice(0, address, (nint)from, (nuint)source.Length);
            runtime.CopyToHost(0, (nint)to, address, (nuint)source.Length);
        }

        Assert.Equal(source, back);
        Assert.Single(_fake.Calls, c => c.StartsWith("cuMemHostAlloc", StringComparison.Ordinal));
        Assert.Equal(3, _fake.Calls.Count(c => c.StartsWith("cuMemcpyHtoDAsync", StringComparison.Ordinal)));

        // The third part waits until the device has read the first.
        Assert.Single(_fake.Calls, c => c.StartsWith("cuEventSynchronize", StringComparison.Ordinal));
        runtime.Free(0, address, (nuint)source.Length);
        runtime.Dispose();
        Assert.Single(_fake.Calls, c => c == "cuMemFreeHost");
    }

    [Fact]
    public unsafe void Small_copies_too_have_read_their_source_when_they_return_and_wait_only_when_no_slot_is_free()
    {
        const int Bytes = 64, Copies = 40;
        CudaDeviceRuntime runtime = Started();
        nint address = runtime.Allocate(0, Bytes * Copies);
        byte[] source = new byte[Bytes], back = new byte[Bytes * Copies];
        _fake.ReadsLater = true;
        _fake.Calls.Clear();
        fixed (byte* from = source, to = back)
        {
            for (int i = 0; i < Copies; i++)
            {
                source.AsSpan().Fill((byte)(i + 1));
                runtime.CopyToDevice(0, address + (i * Bytes), (nint)from, Bytes);
                source.AsSpan().Clear();
            }

            runtime.CopyToHost(0, (nint)to, address, Bytes * Copies);
        }

        Assert.Equal(Enumerable.Range(0, Copies).SelectMany(i => Enumerable.Repeat((byte)(i + 1), Bytes)), back);
        Assert.Single(_fake.Calls, c => c.StartsWith("cuMemHostAlloc", StringComparison.Ordinal));
        Assert.Equal(Copies - 32, _fake.Calls.Count(c => c.StartsWith("cuEventSynchronize", StringComparison.Ordinal)));
        runtime.Free(0, address, Bytes * Copies);
        runtime.Dispose();
        Assert.Single(_fake.Calls, c => c == "cuMemFreeHost");
        Assert.Equal(32, _fake.Calls.Count(c => c == "cuEventDestroy_v2"));
    }

    [Fact]
    public void A_module_that_the_driver_does_not_compile_comes_with_the_compilers_log()
    {
        CudaDeviceRuntime runtime = Started();
        _fake.Errors["cuModuleLoadDataEx"] = 218;
        _fake.CompilerLog = "ptxas error : line 3";
        Assert.Contains("ptxas error : line 3", Assert.Throws<DeviceException>(() => runtime.Driver.LoadModule("x\0"u8)).Message);
    }

    [Fact]
    public void An_error_that_the_driver_does_not_know_has_its_number()
    {
        CudaDeviceRuntime runtime = Started();
        _fake.Errors["cuCtxSynchronize"] = 9999;
        Assert.Equal("CUDA_ERROR_9999", Assert.Throws<DeviceException>(() => runtime.Synchronize(0)).Code);
    }

    [Fact]
    public void A_launch_allocates_nothing()
    {
        CudaDeviceRuntime runtime = Started();
        CudaDevice device = runtime.Device(0);
        for (int i = 0; i < 100; i++)
            LaunchOn(runtime.Driver, device);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            LaunchOn(runtime.Driver, device);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static void LaunchOn(CudaDriver driver, CudaDevice device)
    {
        device.MakeCurrent();
        Launch(driver, device.Stream(0));
    }

    private static unsafe void Launch(CudaDriver driver, nint stream)
    {
        void** arguments = stackalloc void*[1];
        LaunchConfig config = new() { GridX = 1, GridY = 1, GridZ = 1, BlockX = 32, BlockY = 1, BlockZ = 1, Stream = stream };
        driver.Launch(5, &config, arguments);
    }

    private CudaDeviceRuntime Started()
    {
        var runtime = new CudaDeviceRuntime(CudaPlatform.Probe(_fake));
        runtime.Start(0, 0);
        return runtime;
    }
}
