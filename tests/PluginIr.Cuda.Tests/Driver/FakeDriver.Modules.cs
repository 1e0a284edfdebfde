using System.Runtime.InteropServices;
using PluginIr.Cuda.Driver;

namespace PluginIr.Cuda.Tests.Driver;

// Modules, functions and launches.
internal sealed unsafe partial class FakeDriver
{
    private void ExportModules()
    {
        _exports["cuModuleLoadDataEx"] = (nint)(delegate* unmanaged<nint*, void*, uint, int*, void**, int>)&ModuleLoad;
        _exports["cuModuleUnload"] = (nint)(delegate* unmanaged<nint, int>)&ModuleUnload;
        _exports["cuModuleGetFunction"] = (nint)(delegate* unmanaged<nint*, nint, byte*, int>)&GetFunction;
        _exports["cuLaunchKernelEx"] = (nint)(delegate* unmanaged<LaunchConfig*, nint, void**, void**, int>)&Launch;
    }

    [UnmanagedCallersOnly]
    private static int ModuleLoad(nint* module, void* image, uint count, int* options, void** values)
    {
        System.Text.Encoding.UTF8.GetBytes(s_now.CompilerLog + "\0", new Span<byte>(values[0], 4096));
        s_now.OnModuleLoad?.Invoke();
        return Make("cuModuleLoadDataEx", module);
    }

    [UnmanagedCallersOnly]
    private static int ModuleUnload(nint module) => Do("cuModuleUnload", "");

    [UnmanagedCallersOnly]
    private static int GetFunction(nint* function, nint module, byte* name) => Make("cuModuleGetFunction", function, Marshal.PtrToStringUTF8((nint)name)!);

    // Notes the last one alone, in place: what a launch allocates is looked at.
    [UnmanagedCallersOnly]
    private static int Launch(LaunchConfig* config, nint function, void** arguments, void** extra)
    {
        s_now.LastLaunch = *config;
        s_now.LastAttribute = config->AttributeCount == 1 ? *config->Attributes : default;
        return s_now.Errors.Count == 0 ? 0 : s_now.Errors.GetValueOrDefault("cuLaunchKernelEx");
    }
}
