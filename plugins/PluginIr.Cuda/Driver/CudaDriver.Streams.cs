namespace PluginIr.Cuda.Driver;

// Streams, events, and graphs captured from streams.
internal sealed unsafe partial class CudaDriver
{
    private readonly delegate* unmanaged<nint*, uint, int> _streamCreate = (delegate* unmanaged<nint*, uint, int>)Find(library, "cuStreamCreate");
    private readonly delegate* unmanaged<nint, int> _streamDestroy = (delegate* unmanaged<nint, int>)Find(library, "cuStreamDestroy_v2");
    private readonly delegate* unmanaged<nint, int> _streamSynchronize = (delegate* unmanaged<nint, int>)Find(library, "cuStreamSynchronize");
    private readonly delegate* unmanaged<nint, nint, uint, int> _streamWaitEvent = (delegate* unmanaged<nint, nint, uint, int>)Find(library, "cuStreamWaitEvent");
    private readonly delegate* unmanaged<nint*, uint, int> _eventCreate = (delegate* unmanaged<nint*, uint, int>)Find(library, "cuEventCreate");
    private readonly delegate* unmanaged<nint, int> _eventDestroy = (delegate* unmanaged<nint, int>)Find(library, "cuEventDestroy_v2");
    private readonly delegate* unmanaged<nint, nint, int> _eventRecord = (delegate* unmanaged<nint, nint, int>)Find(library, "cuEventRecord");
    private readonly delegate* unmanaged<nint, int> _eventSynchronize = (delegate* unmanaged<nint, int>)Find(library, "cuEventSynchronize");
    private readonly delegate* unmanaged<float*, nint, nint, int> _eventElapsedTime = (delegate* unmanaged<float*, nint, nint, int>)Find(library, "cuEventElapsedTime");
    private readonly delegate* unmanaged<nint, int, int> _streamBeginCapture = (delegate* unmanaged<nint, int, int>)Find(library, "cuStreamBeginCapture_v2");
    private readonly delegate* unmanaged<nint, nint*, int> _streamEndCapture = (delegate* unmanaged<nint, nint*, int>)Find(library, "cuStreamEndCapture");
    private readonly delegate* unmanaged<nint*, nint, ulong, int> _graphInstantiate = (delegate* unmanaged<nint*, nint, ulong, int>)Find(library, "cuGraphInstantiateWithFlags");
    private readonly delegate* unmanaged<nint, nint, int> _graphLaunch = (delegate* unmanaged<nint, nint, int>)Find(library, "cuGraphLaunch");
    private readonly delegate* unmanaged<nint, int> _graphDestroy = (delegate* unmanaged<nint, int>)Find(library, "cuGraphDestroy");
    private readonly delegate* unmanaged<nint, int> _graphExecDestroy = (delegate* unmanaged<nint, int>)Find(library, "cuGraphExecDestroy");

    /// <summary>cuStreamCreate: one that does not wait for the legacy stream, nor it for this one.</summary>
    public nint CreateStream()
    {
        const uint NonBlocking = 1;
        nint stream;
        Check(_streamCreate(&stream, NonBlocking), "cuStreamCreate");
        return stream;
    }

    /// <summary>cuStreamDestroy.</summary>
    public void DestroyStream(nint stream) => Check(_streamDestroy(stream), "cuStreamDestroy_v2");

    /// <summary>cuStreamSynchronize.</summary>
    public void SynchronizeStream(nint stream) => Check(_streamSynchronize(stream), "cuStreamSynchronize");

    /// <summary>cuStreamWaitEvent.</summary>
    public void WaitForEvent(nint stream, nint @event) => Check(_streamWaitEvent(stream, @event, 0), "cuStreamWaitEvent");

    /// <summary>cuEventCreate.</summary>
    public nint CreateEvent(bool isTimed)
    {
        const uint DisableTiming = 2;
        nint made;
        Check(_eventCreate(&made, isTimed ? 0 : DisableTiming), "cuEventCreate");
        return made;
    }

    /// <summary>cuEventDestroy.</summary>
    public void DestroyEvent(nint @event) => Check(_eventDestroy(@event), "cuEventDestroy_v2");

    /// <summary>cuEventRecord.</summary>
    public void RecordEvent(nint @event, nint stream) => Check(_eventRecord(@event, stream), "cuEventRecord");

    /// <summary>cuEventSynchronize.</summary>
    public void SynchronizeEvent(nint @event) => Check(_eventSynchronize(@event), "cuEventSynchronize");

    /// <summary>cuEventElapsedTime: milliseconds.</summary>
    public float ElapsedTime(nint start, nint end)
    {
        float milliseconds;
        Check(_eventElapsedTime(&milliseconds, start, end), "cuEventElapsedTime");
        return milliseconds;
    }

    /// <summary>cuStreamBeginCapture: other threads may go on with whatever they do, such as allocating, and so may this one on other streams.</summary>
    public void BeginCapture(nint stream)
    {
        const int Relaxed = 2;
        Check(_streamBeginCapture(stream, Relaxed), "cuStreamBeginCapture_v2");
    }

    /// <summary>cuStreamEndCapture and cuGraphInstantiate: what was captured, ready to be launched.</summary>
    public nint EndCapture(nint stream)
    {
        nint graph, executable;
        Check(_streamEndCapture(stream, &graph), "cuStreamEndCapture");
        int result = _graphInstantiate(&executable, graph, 0);
        Check(_graphDestroy(graph), "cuGraphDestroy");
        Check(result, "cuGraphInstantiateWithFlags");
        return executable;
    }

    /// <summary>cuGraphLaunch.</summary>
    public void LaunchGraph(nint executable, nint stream) => Check(_graphLaunch(executable, stream), "cuGraphLaunch");

    /// <summary>cuGraphExecDestroy.</summary>
    public void DestroyGraph(nint executable) => Check(_graphExecDestroy(executable), "cuGraphExecDestroy");
}
