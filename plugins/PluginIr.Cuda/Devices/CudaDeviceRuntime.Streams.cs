namespace PluginIr.Cuda.Devices;

// Streams, events and graphs.
internal sealed partial class CudaDeviceRuntime
{
    /// <inheritdoc/>
    public override bool CanCapture => true;

    /// <inheritdoc/>
    public override nint CreateStream(int device)
    {
        Entered(device);
        return _driver.CreateStream();
    }

    /// <inheritdoc/>
    public override void DestroyStream(int device, nint stream)
    {
        Entered(device);
        _driver.DestroyStream(stream);
    }

    /// <inheritdoc/>
    public override void SynchronizeStream(int device, nint stream = 0) => _driver.SynchronizeStream(Entered(device).Stream(stream));

    /// <inheritdoc/>
    public override nint CreateEvent(int device, bool isTimed = false)
    {
        Entered(device);
        return _driver.CreateEvent(isTimed);
    }

    /// <inheritdoc/>
    public override void DestroyEvent(int device, nint @event)
    {
        Entered(device);
        _driver.DestroyEvent(@event);
    }

    /// <inheritdoc/>
    public override void RecordEvent(int device, nint @event, nint stream = 0) => _driver.RecordEvent(@event, Entered(device).Stream(stream));

    /// <inheritdoc/>
    public override void WaitForEvent(int device, nint @event, nint stream = 0) => _driver.WaitForEvent(Entered(device).Stream(stream), @event);

    /// <inheritdoc/>
    public override void SynchronizeEvent(int device, nint @event)
    {
        Entered(device);
        _driver.SynchronizeEvent(@event);
    }

    /// <inheritdoc/>
    public override float ElapsedMilliseconds(int device, nint start, nint end)
    {
        Entered(device);
        return _driver.ElapsedTime(start, end);
    }

    /// <inheritdoc/>
    public override void BeginCapture(int device, nint stream)
    {
        Entered(device);
        _driver.BeginCapture(stream);
    }

    /// <inheritdoc/>
    public override nint EndCapture(int device, nint stream)
    {
        Entered(device);
        return _driver.EndCapture(stream);
    }

    /// <inheritdoc/>
    public override void LaunchGraph(int device, nint graph, nint stream = 0) => _driver.LaunchGraph(graph, Entered(device).Stream(stream));

    /// <inheritdoc/>
    public override void DestroyGraph(int device, nint graph)
    {
        Entered(device);
        _driver.DestroyGraph(graph);
    }
}
