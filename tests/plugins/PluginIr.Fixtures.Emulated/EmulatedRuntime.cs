using System.Diagnostics;
using System.Runtime.InteropServices;
using PluginIr.Devices;

namespace PluginIr.Fixtures.Emulated;

/// <summary>A device made of host memory, at addresses that the host cannot use. What is queued is done at once, unless its stream records.</summary>
/// <remarks>
/// Handles are those of the garbage collector, to types of .NET alone, so that they outlive a generation as a driver's do. A captured graph holds the
/// code that it calls, as a driver's does: a generation whose graphs nobody destroys is never unloaded. The environment variable EMULATED_DEVICES says
/// how many there are; 0 takes them out of the machine.
/// </remarks>
[DeviceRuntime("emulated", Supported = nameof(Probe))]
public sealed unsafe class EmulatedRuntime : DeviceRuntime
{
    private const long Bytes = 1L << 34;
    private const nint ComputeStream = 1;
    private static readonly nint s_offset = unchecked((nint)(1L << 60));
    private static readonly int s_count = int.Parse(Environment.GetEnvironmentVariable("EMULATED_DEVICES") ?? "2", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>
    /// Graphs that were captured, launched and destroyed, bytes in use and the most that were, recordings under way, and 1 when those
    /// have failed: of all builds in this process, as the driver has them.
    /// </summary>
    public static readonly long[] Counts = OfProcess();

    private const int Captured = 0, Launched = 1, Destroyed = 2, InUse = 3, Peak = 4, Recording = 5, Invalidated = 6;

    public override IReadOnlyList<DeviceDescription> Devices { get; } =
        [.. Enumerable.Range(0, s_count).Select(i => new DeviceDescription($"Emulated device {i}", "e1", Bytes))];

    public override bool CanCapture => true;

    /// <summary>Called when something has been recorded.</summary>
    public static Action? Recorded { get; set; }

    /// <summary>Host memory behind a device's address.</summary>
    public static nint Host(nint address) => address - s_offset;

    internal static Support Probe() => Support.When(s_count > 0, "EMULATED_DEVICES is 0, so there is none");

    /// <summary>Does work, or records it when its stream does so.</summary>
    internal static void Queue(nint stream, Action work)
    {
        if (stream is 0 or ComputeStream || Box(stream)[0] is not { } recording)
        {
            work();
            return;
        }

        recording.Add(work);
        Recorded?.Invoke();
    }

    public override nint Start(int device, nint computeStream) => ComputeStream;

    public override nint Allocate(int device, nuint bytes)
    {
        long used = Interlocked.Add(ref Counts[InUse], (long)bytes);
        Counts[Peak] = Math.Max(Counts[Peak], used);
        return (nint)NativeMemory.AlignedAlloc(bytes, Alignment) + s_offset;
    }

    public override void Free(int device, nint address, nuint bytes)
    {
        Interlocked.Add(ref Counts[InUse], -(long)bytes);
        NativeMemory.AlignedFree((void*)Host(address));
    }

    public override void CopyToDevice(int device, nint target, nint source, nuint bytes, nint stream = 0) =>
        NativeMemory.Copy((void*)source, (void*)Host(target), bytes);

    public override void CopyToHost(int device, nint target, nint source, nuint bytes, nint stream = 0) =>
        NativeMemory.Copy((void*)Host(source), (void*)target, bytes);

    public override void CopyOnDevice(int device, nint target, nint source, nuint bytes, nint stream = 0) =>
        Queue(stream, () => NativeMemory.Copy((void*)Host(source), (void*)Host(target), bytes));

    public override void Fill(int device, nint target, byte value, nuint bytes, nint stream = 0) =>
        Queue(stream, () => NativeMemory.Fill((void*)Host(target), bytes, value));

    // As CUDA's driver has it.
    public override void Synchronize(int device)
    {
        if (Interlocked.Read(ref Counts[Recording]) == 0)
            return;
        Interlocked.Exchange(ref Counts[Invalidated], 1);
        throw new DeviceException("EMULATED_ERROR_CAPTURE", 9, "emulatedSynchronize", "a stream of the device is being recorded.");
    }

    public override DeviceMemory MemoryOf(int device) => new(Counts[InUse], Counts[Peak], Counts[InUse]);

    public override void ResetPeak(int device) => Counts[Peak] = Counts[InUse];

    public override nint CreateStream(int device) => GCHandle.ToIntPtr(GCHandle.Alloc(new List<Action>?[1]));

    public override void DestroyStream(int device, nint stream) => GCHandle.FromIntPtr(stream).Free();

    public override void SynchronizeStream(int device, nint stream = 0)
    {
    }

    public override nint CreateEvent(int device, bool isTimed = false) => GCHandle.ToIntPtr(GCHandle.Alloc(new long[1]));

    public override void DestroyEvent(int device, nint @event) => GCHandle.FromIntPtr(@event).Free();

    public override void RecordEvent(int device, nint @event, nint stream = 0) => Time(@event)[0] = Stopwatch.GetTimestamp();

    public override void WaitForEvent(int device, nint @event, nint stream = 0)
    {
    }

    public override void SynchronizeEvent(int device, nint @event)
    {
    }

    public override float ElapsedMilliseconds(int device, nint start, nint end) =>
        (float)Stopwatch.GetElapsedTime(Time(start)[0], Time(end)[0]).TotalMilliseconds;

    public override void BeginCapture(int device, nint stream)
    {
        Interlocked.Exchange(ref Counts[Invalidated], 0);
        Interlocked.Increment(ref Counts[Recording]);
        Box(stream)[0] = [];
    }

    public override nint EndCapture(int device, nint stream)
    {
        Action[] recorded = [.. Box(stream)[0]!];
        Box(stream)[0] = null;
        Interlocked.Decrement(ref Counts[Recording]);
        if (Interlocked.Read(ref Counts[Invalidated]) != 0)
            throw new DeviceException("EMULATED_ERROR_CAPTURE_INVALIDATED", 10, "emulatedEndCapture", "somebody waited for the device meanwhile.");
        Interlocked.Increment(ref Counts[Captured]);
        return GCHandle.ToIntPtr(GCHandle.Alloc(recorded));
    }

    public override void LaunchGraph(int device, nint graph, nint stream = 0)
    {
        Interlocked.Increment(ref Counts[Launched]);
        foreach (Action work in (Action[])GCHandle.FromIntPtr(graph).Target!)
            work();
    }

    public override void DestroyGraph(int device, nint graph)
    {
        Interlocked.Increment(ref Counts[Destroyed]);
        GCHandle.FromIntPtr(graph).Free();
    }

    // As cublasDestroy, which waits for the device, and does not say when it could not.
    public override void Dispose()
    {
        if (Interlocked.Read(ref Counts[Recording]) != 0)
            Interlocked.Exchange(ref Counts[Invalidated], 1);
        base.Dispose();
    }

    private static long[] OfProcess()
    {
        const string Name = "emulated.counts";
        if (AppDomain.CurrentDomain.GetData(Name) is null)
            AppDomain.CurrentDomain.SetData(Name, new long[7]);
        return (long[])AppDomain.CurrentDomain.GetData(Name)!;
    }

    private static List<Action>?[] Box(nint stream) => (List<Action>?[])GCHandle.FromIntPtr(stream).Target!;

    private static long[] Time(nint @event) => (long[])GCHandle.FromIntPtr(@event).Target!;
}
