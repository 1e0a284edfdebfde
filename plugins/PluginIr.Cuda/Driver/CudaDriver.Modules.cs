using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace PluginIr.Cuda.Driver;

// Code, and running it.
internal sealed unsafe partial class CudaDriver
{
    private readonly delegate* unmanaged<nint*, void*, uint, int*, void**, int> _moduleLoadDataEx =
        (delegate* unmanaged<nint*, void*, uint, int*, void**, int>)Find(library, "cuModuleLoadDataEx");

    private readonly delegate* unmanaged<nint, int> _moduleUnload = (delegate* unmanaged<nint, int>)Find(library, "cuModuleUnload");

    private readonly delegate* unmanaged<nint*, nint, byte*, int> _moduleGetFunction =
        (delegate* unmanaged<nint*, nint, byte*, int>)Find(library, "cuModuleGetFunction");

    private readonly delegate* unmanaged<LaunchConfig*, nint, void**, void**, int> _launchKernel =
        (delegate* unmanaged<LaunchConfig*, nint, void**, void**, int>)Find(library, "cuLaunchKernelEx");

    /// <summary>cuModuleLoadDataEx: loads PTX, which the driver compiles, or a cubin, into the current context.</summary>
    /// <param name="image">The code; PTX must end in a zero byte.</param>
    /// <exception cref="Devices.DeviceException">The driver refuses; the message has its compiler's log.</exception>
    public nint LoadModule(ReadOnlySpan<byte> image)
    {
        const int ErrorLogBuffer = 5, ErrorLogBufferBytes = 6, LogBytes = 8192;
        byte* log = stackalloc byte[LogBytes];
        log[0] = 0;
        int* options = stackalloc int[2] { ErrorLogBuffer, ErrorLogBufferBytes };
        void** values = stackalloc void*[2];
        values[0] = log;
        values[1] = (void*)LogBytes;
        nint module;
        int result;
        fixed (byte* data = image)
            result = _moduleLoadDataEx(&module, data, 2, options, values);
        if (result != CudaError.Success)
            Throw(result, "cuModuleLoadDataEx", log[0] == 0 ? null : "The driver's compiler says: " + Marshal.PtrToStringUTF8((nint)log)!.Trim());
        return module;
    }

    /// <summary>cuModuleUnload. Nothing of it may be queued any more.</summary>
    public void UnloadModule(nint module) => Check(_moduleUnload(module), "cuModuleUnload");

    /// <summary>cuModuleGetFunction.</summary>
    public nint Function(nint module, string name)
    {
        nint function;
        nint text = Marshal.StringToCoTaskMemUTF8(name);
        try
        {
            int result = _moduleGetFunction(&function, module, (byte*)text);
            if (result != CudaError.Success)
                Throw(result, "cuModuleGetFunction", $"The function is '{name}'.");
            return function;
        }
        finally
        {
            Marshal.FreeCoTaskMem(text);
        }
    }

    /// <summary>cuLaunchKernelEx: queues a kernel in the current context. Nothing is allocated or locked here.</summary>
    /// <param name="function">What <see cref="Function"/> returned.</param>
    /// <param name="config">Grid, blocks, stream and attributes.</param>
    /// <param name="arguments">A pointer to each argument's value; read before this returns.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Launch(nint function, LaunchConfig* config, void** arguments) => Check(_launchKernel(config, function, arguments, null), "cuLaunchKernelEx");
}
