using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using PluginIr.Cuda.Driver;

namespace PluginIr.Cuda.Tests.Driver;

/// <summary>A driver made of managed functions: it notes every call, works on host memory, and returns the error that it is told to.</summary>
/// <remarks>One at a time: functions of the driver are static. Handles: devices 0 and 1, contexts 100 and 101, pools 200 and 201.</remarks>
internal sealed unsafe partial class FakeDriver : INativeLibrary
{
    private static FakeDriver s_now = null!;

    [ThreadStatic]
    private static nint t_context;

    private readonly Dictionary<string, nint> _exports = [];
    private readonly Queue<(nint Event, Action Work)> _queued = new();
    private int _handles = 1000;

    public FakeDriver()
    {
        s_now = this;
        t_context = 0;
        ExportAll();
    }

    /// <summary>What was called, in order, with what matters of its arguments.</summary>
    public ConcurrentQueue<string> Calls { get; } = new();

    /// <summary>By function: the error that it returns instead of working.</summary>
    public Dictionary<string, int> Errors { get; } = [];

    /// <summary>Functions that fail only so many more times.</summary>
    public Dictionary<string, int> FailuresLeft { get; } = [];

    /// <summary>Functions that an older driver does not have.</summary>
    public HashSet<string> Missing { get; } = [];

    public int DriverVersion { get; set; } = 12040;

    public int DeviceCount { get; set; } = 2;

    public int[] Capabilities { get; set; } = [90, 80];

    public ulong UsedBytes { get; set; }

    /// <summary>True to read the sources of copies to the device as late as it may, as with pinned memory.</summary>
    public bool ReadsLater { get; set; }

    /// <summary>Called when a module is about to be loaded.</summary>
    public Action? OnModuleLoad { get; set; }

    /// <summary>How the last kernel was launched.</summary>
    public LaunchConfig LastLaunch { get; private set; }

    /// <summary>Its attribute, if it had one.</summary>
    public LaunchAttribute LastAttribute { get; private set; }

    public string CompilerLog { get; set; } = "";

    /// <summary>All names that the driver has.</summary>
    public IEnumerable<string> Names => _exports.Keys;

    public nint Export(string name) => Missing.Contains(name) ? 0 : _exports.GetValueOrDefault(name);

    private static int Do(string name, string arguments, Action? work = null)
    {
        FakeDriver now = s_now;
        now.Calls.Enqueue(arguments.Length == 0 ? name : $"{name} {arguments}");
        if (now.Errors.TryGetValue(name, out int error))
        {
            if (!now.FailuresLeft.TryGetValue(name, out int left))
                return error;
            if (left > 0)
            {
                now.FailuresLeft[name] = left - 1;
                return error;
            }
        }

        work?.Invoke();
        return 0;
    }

    private static int Make(string name, nint* handle, string arguments = "")
    {
        int result = Do(name, arguments);
        if (result == 0)
            *handle = Interlocked.Increment(ref s_now._handles);
        return result;
    }

    private void ExportAll()
    {
        _exports["cuInit"] = (nint)(delegate* unmanaged<uint, int>)&Init;
        _exports["cuDriverGetVersion"] = (nint)(delegate* unmanaged<int*, int>)&GetVersion;
        _exports["cuGetErrorName"] = (nint)(delegate* unmanaged<int, byte**, int>)&ErrorName;
        _exports["cuGetErrorString"] = (nint)(delegate* unmanaged<int, byte**, int>)&ErrorText;
        ExportDevices();
        ExportMemory();
        ExportStreams();
        ExportModules();
    }

    [UnmanagedCallersOnly]
    private static int Init(uint flags) => Do("cuInit", "");

    [UnmanagedCallersOnly]
    private static int GetVersion(int* version)
    {
        *version = s_now.DriverVersion;
        return Do("cuDriverGetVersion", "");
    }

    // Real names for those that the tests look at; the driver keeps its texts for ever.
    [UnmanagedCallersOnly]
    private static int ErrorName(int error, byte** name)
    {
        if (error == 9999)
            return 1;
        *name = (byte*)Marshal.StringToCoTaskMemUTF8(error == 2 ? "CUDA_ERROR_OUT_OF_MEMORY" : error == 100 ? "CUDA_ERROR_NO_DEVICE" : $"CUDA_ERROR_FAKE_{error}");
        return 0;
    }

    [UnmanagedCallersOnly]
    private static int ErrorText(int error, byte** text)
    {
        if (error == 9999)
            return 1;
        *text = (byte*)Marshal.StringToCoTaskMemUTF8("what the driver says");
        return 0;
    }
}
