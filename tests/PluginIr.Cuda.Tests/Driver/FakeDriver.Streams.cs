using System.Runtime.InteropServices;

namespace PluginIr.Cuda.Tests.Driver;

// Streams, events and captured graphs.
internal sealed unsafe partial class FakeDriver
{
    private void ExportStreams()
    {
        _exports["cuStreamCreate"] = (nint)(delegate* unmanaged<nint*, uint, int>)&StreamCreate;
        _exports["cuStreamDestroy_v2"] = (nint)(delegate* unmanaged<nint, int>)&StreamDestroy;
        _exports["cuStreamSynchronize"] = (nint)(delegate* unmanaged<nint, int>)&StreamSynchronize;
        _exports["cuStreamWaitEvent"] = (nint)(delegate* unmanaged<nint, nint, uint, int>)&StreamWait;
        _exports["cuEventCreate"] = (nint)(delegate* unmanaged<nint*, uint, int>)&EventCreate;
        _exports["cuEventDestroy_v2"] = (nint)(delegate* unmanaged<nint, int>)&EventDestroy;
        _exports["cuEventRecord"] = (nint)(delegate* unmanaged<nint, nint, int>)&EventRecord;
        _exports["cuEventSynchronize"] = (nint)(delegate* unmanaged<nint, int>)&EventSynchronize;
        _exports["cuEventElapsedTime"] = (nint)(delegate* unmanaged<float*, nint, nint, int>)&Elapsed;
        _exports["cuStreamBeginCapture_v2"] = (nint)(delegate* unmanaged<nint, int, int>)&BeginCapture;
        _exports["cuStreamEndCapture"] = (nint)(delegate* unmanaged<nint, nint*, int>)&EndCapture;
        _exports["cuGraphInstantiateWithFlags"] = (nint)(delegate* unmanaged<nint*, nint, ulong, int>)&Instantiate;
        _exports["cuGraphLaunch"] = (nint)(delegate* unmanaged<nint, nint, int>)&GraphLaunch;
        _exports["cuGraphDestroy"] = (nint)(delegate* unmanaged<nint, int>)&GraphDestroy;
        _exports["cuGraphExecDestroy"] = (nint)(delegate* unmanaged<nint, int>)&GraphExecDestroy;
    }

    [UnmanagedCallersOnly]
    private static int StreamCreate(nint* stream, uint flags) => Make("cuStreamCreate", stream, $"{flags}");

    [UnmanagedCallersOnly]
    private static int StreamDestroy(nint stream) => Do("cuStreamDestroy_v2", $"{stream}");

    [UnmanagedCallersOnly]
    private static int StreamSynchronize(nint stream) => Do("cuStreamSynchronize", $"{stream}");

    [UnmanagedCallersOnly]
    private static int StreamWait(nint stream, nint @event, uint flags) => Do("cuStreamWaitEvent", $"{stream} {@event}");

    [UnmanagedCallersOnly]
    private static int EventCreate(nint* made, uint flags) => Make("cuEventCreate", made, $"{flags}");

    [UnmanagedCallersOnly]
    private static int EventDestroy(nint @event) => Do("cuEventDestroy_v2", "");

    [UnmanagedCallersOnly]
    private static int EventRecord(nint @event, nint stream) => Do("cuEventRecord", $"{@event} on {stream}", () => s_now._queued.Enqueue((@event, () => { })));

    [UnmanagedCallersOnly]
    private static int EventSynchronize(nint @event) => Do("cuEventSynchronize", $"{@event}", () => DoQueued(@event));

    [UnmanagedCallersOnly]
    private static int Elapsed(float* milliseconds, nint start, nint end)
    {
        *milliseconds = 1.5f;
        return Do("cuEventElapsedTime", "");
    }

    [UnmanagedCallersOnly]
    private static int BeginCapture(nint stream, int mode) => Do("cuStreamBeginCapture_v2", $"{stream} {mode}");

    [UnmanagedCallersOnly]
    private static int EndCapture(nint stream, nint* graph) => Make("cuStreamEndCapture", graph, $"{stream}");

    [UnmanagedCallersOnly]
    private static int Instantiate(nint* executable, nint graph, ulong flags) => Make("cuGraphInstantiateWithFlags", executable);

    [UnmanagedCallersOnly]
    private static int GraphLaunch(nint executable, nint stream) => Do("cuGraphLaunch", $"on {stream}");

    [UnmanagedCallersOnly]
    private static int GraphDestroy(nint graph) => Do("cuGraphDestroy", "");

    [UnmanagedCallersOnly]
    private static int GraphExecDestroy(nint graph) => Do("cuGraphExecDestroy", "");
}
