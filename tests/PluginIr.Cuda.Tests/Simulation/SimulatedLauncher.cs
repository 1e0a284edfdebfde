using System.Numerics;
using System.Reflection;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using PluginIr.Cuda.Launching;
using Xunit;
using Context = ILGPU.Context;

namespace PluginIr.Cuda.Tests.Simulation;

/// <summary>
/// Launches kernels on ILGPU's simulation of a GPU, where every thread of a group is a thread of the host and warps have 32. Tensors are in
/// host memory.
/// </summary>
internal sealed class SimulatedLauncher : KernelLauncher
{
    private readonly Context _context;
    // A simulated multiprocessor has a thread for each that a group may have, and each waits at each barrier: one for each size of group.
    private readonly Dictionary<int, CPUAccelerator> _accelerators = [];
    private readonly Dictionary<(GpuKernel, CPUAccelerator), Kernel> _kernels = [];
    private readonly ScratchMemory _scratch = new(bytes => System.Runtime.InteropServices.Marshal.AllocHGlobal((nint)bytes));

    public SimulatedLauncher() => _context = Context.Create().ToContext();

    public override void Launch<TArguments>(
        KernelContext context, int device, GpuKernel kernel, LaunchShape shape, in TArguments arguments)
    {
        MethodInfo method = kernel.Method();
        Assert.True(shape.Threads <= kernel.MaxThreads && shape.Threads % 32 == 0 && shape.GroupsX > 0 && shape.GroupsY is > 0 and <= LaunchShape.MaxGroupsY, $"{kernel} was launched with {shape}.");
        CPUAccelerator accelerator = AcceleratorFor(shape.Threads);
        if (!_kernels.TryGetValue((kernel, accelerator), out Kernel? loaded))
            _kernels.Add((kernel, accelerator), loaded = accelerator.LoadKernel(method));
        var buffers = new List<MemoryBuffer>();
        object converted = ToKernel(arguments, method.GetParameters()[0].ParameterType, accelerator, buffers);
        loaded.Launch(accelerator.DefaultStream, new KernelConfig(new Index2D(shape.GroupsX, shape.GroupsY), new Index2D(shape.Threads, 1)), converted);
        accelerator.Synchronize();
        foreach (MemoryBuffer buffer in buffers)
            buffer.Dispose();
    }

    public override ScratchMemory Scratch(int device) => _scratch;

    public override void Dispose()
    {
        foreach (View part in _scratch.All)
            System.Runtime.InteropServices.Marshal.FreeHGlobal(part.Address);
        foreach (CPUAccelerator accelerator in _accelerators.Values)
            accelerator.Dispose();
        _context.Dispose();
    }

    private CPUAccelerator AcceleratorFor(int threads)
    {
        int warps = (int)BitOperations.RoundUpToPowerOf2((uint)threads / 32);
        if (!_accelerators.TryGetValue(warps, out CPUAccelerator? accelerator))
        {
            accelerator = new CPUDevice(32, warps, 1).CreateCPUAccelerator(_context, CPUAcceleratorMode.Auto, ThreadPriority.Normal);
            _accelerators.Add(warps, accelerator);
        }

        return accelerator;
    }

    // The same struct with views of ILGPU's in place of addresses.
    private static object ToKernel(object host, Type type, CPUAccelerator accelerator, List<MemoryBuffer> buffers)
    {
        if (host is View view)
        {
            if (view.Address == 0)
                return default(ArrayView<byte>);
            MemoryBuffer buffer = CPUMemoryBuffer.Create(accelerator, view.Address, view.Length, 1);
            buffers.Add(buffer);
            return buffer.AsArrayView<byte>(0, view.Length);
        }

        if (host.GetType() == type)
            return host;
        object kernel = Activator.CreateInstance(type)!;
        foreach (FieldInfo field in type.GetFields())
            field.SetValue(kernel, ToKernel(host.GetType().GetField(field.Name)!.GetValue(host)!, field.FieldType, accelerator, buffers));
        return kernel;
    }
}
