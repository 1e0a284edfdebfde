using System.Runtime.InteropServices;
using PluginIr.Devices;

namespace PluginIr.Fixtures.Tape;

/// <summary>A device runtime whose device is made of host memory, at addresses that the host cannot use.</summary>
[DeviceRuntime("tape", Supported = nameof(Probe))]
internal sealed unsafe class TapeRuntime : DeviceRuntime
{
    private const nint Made = 7001;

    public override IReadOnlyList<DeviceDescription> Devices { get; } = [new("Tape drive", "t1", TapeDrive.Memory[2]), new("Second drive", "t1", TapeDrive.Memory[2])];

    public override string? Note => TapeDrive.Failing == "Note" ? throw new NotSupportedException("the label is gone") : "rewound";

    internal static Support Probe() => Support.When(TapeDrive.Queue is not null, "no tape drive: nothing has put one into the process");

    /// <summary>Host memory behind a device's address.</summary>
    public static nint Host(nint address) => address - TapeDrive.Offset;

    public static void Enqueue(Action work) => TapeDrive.Queue!.Add(work);

    public override nint Start(int device, nint computeStream)
    {
        TapeDrive.Calls.Enqueue($"start {device} with {computeStream}");
        return computeStream == 0 ? Made + device : computeStream;
    }

    public override nint Allocate(int device, nuint bytes)
    {
        long[] memory = TapeDrive.Memory;
        lock (memory)
        {
            if (memory[0] + (long)bytes > memory[2])
                throw new DeviceException("TAPE_ERROR_END_OF_TAPE", 2, "tapeAllocate", $"{memory[0]} of {memory[2]} bytes are in use; use a longer tape.") { IsOutOfMemory = true };
            memory[0] += (long)bytes;
            memory[1] = Math.Max(memory[1], memory[0]);
        }

        return (nint)NativeMemory.AlignedAlloc(bytes, Alignment) + TapeDrive.Offset;
    }

    // What is queued after this may have the room at once.
    public override void Free(int device, nint address, nuint bytes)
    {
        Enqueue(() => NativeMemory.AlignedFree((void*)Host(address)));
        lock (TapeDrive.Memory)
            TapeDrive.Memory[0] -= (long)bytes;
    }

    public override void CopyToDevice(int device, nint target, nint source, nuint bytes, nint stream = 0)
    {
        nint staged = (nint)NativeMemory.Alloc(bytes);
        NativeMemory.Copy((void*)source, (void*)staged, bytes);
        Enqueue(() =>
        {
            NativeMemory.Copy((void*)staged, (void*)Host(target), bytes);
            NativeMemory.Free((void*)staged);
        });
    }

    public override void CopyToHost(int device, nint target, nint source, nuint bytes, nint stream = 0)
    {
        Enqueue(() => NativeMemory.Copy((void*)Host(source), (void*)target, bytes));
        Synchronize(device);
    }

    public override void CopyOnDevice(int device, nint target, nint source, nuint bytes, nint stream = 0) =>
        Enqueue(() => NativeMemory.Copy((void*)Host(source), (void*)Host(target), bytes));

    public override void Fill(int device, nint target, byte value, nuint bytes, nint stream = 0) =>
        Enqueue(() => NativeMemory.Fill((void*)Host(target), bytes, value));

    public override void Synchronize(int device)
    {
        if (TapeDrive.IsTorn)
            throw new NotSupportedException("the tape is torn");
        if (TapeDrive.Failing == $"Synchronize {device}")
            throw new DeviceException("TAPE_ERROR_WORN_OUT", 3, "tapeSynchronize", "use another device.");
        using var done = new ManualResetEventSlim();
        Enqueue(done.Set);
        done.Wait();
    }

    public override DeviceMemory MemoryOf(int device) => new(TapeDrive.Memory[0], TapeDrive.Memory[1], TapeDrive.Memory[0]);

    public override void ResetPeak(int device) => TapeDrive.Memory[1] = TapeDrive.Memory[0];

    public override nint CreateStream(int device) => Made;

    public override void DestroyStream(int device, nint stream)
    {
    }

    public override void SynchronizeStream(int device, nint stream = 0) => Synchronize(device);

    public override nint CreateEvent(int device, bool isTimed = false) => Made;

    public override void DestroyEvent(int device, nint @event)
    {
    }

    public override void RecordEvent(int device, nint @event, nint stream = 0)
    {
    }

    public override void WaitForEvent(int device, nint @event, nint stream = 0)
    {
    }

    public override void SynchronizeEvent(int device, nint @event) => Synchronize(device);

    public override float ElapsedMilliseconds(int device, nint start, nint end) => 0;

    public override bool CanCapture => true;

    public override void BeginCapture(int device, nint stream)
    {
    }

    public override nint EndCapture(int device, nint stream) => Made;

    public override void LaunchGraph(int device, nint graph, nint stream = 0)
    {
    }

    public override void DestroyGraph(int device, nint graph)
    {
    }

    public override void Dispose()
    {
        TapeDrive.Calls.Enqueue("dispose");
        TapeDrive.Disposing?.Invoke();
        base.Dispose();
    }
}
