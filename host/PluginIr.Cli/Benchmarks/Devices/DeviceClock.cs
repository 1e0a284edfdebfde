using PluginIr.Devices;
using PluginIr.Dispatch;
using PluginIr.Runtime;

namespace PluginIr.Cli.Benchmarks.Devices;

/// <summary>Times what is queued on a device, by the device's own clock.</summary>
/// <remarks>For measurements alone: it keeps the runtime that serves from being disposed until it is disposed itself.</remarks>
internal sealed class DeviceClock : IDisposable
{
    private readonly CallLease _lease;
    private readonly DeviceRuntime _runtime;
    private readonly int _device;
    private readonly nint _start, _end;

    public DeviceClock(IrRuntime ir, Device device)
    {
        _lease = ir.Lease();
        _runtime = ir.RuntimeOf(ir.Registry, device);
        _device = device.Ordinal;
        _start = _runtime.CreateEvent(_device, isTimed: true);
        _end = _runtime.CreateEvent(_device, isTimed: true);
    }

    /// <summary>The nanoseconds that the device takes for what is queued by a body that runs so many times.</summary>
    public double Time(int calls, Action<int> body)
    {
        _runtime.RecordEvent(_device, _start);
        for (int i = 0; i < calls; i++)
            body(i);
        _runtime.RecordEvent(_device, _end);
        _runtime.SynchronizeEvent(_device, _end);
        return _runtime.ElapsedMilliseconds(_device, _start, _end) * 1e6;
    }

    /// <summary>How fast the device copies within its memory, in bytes a nanosecond, those read and those written counted.</summary>
    /// <param name="bytes">How many are copied.</param>
    /// <param name="rounds">Of how many measurements the median is taken.</param>
    public double CopySpeed(long bytes, int rounds)
    {
        const int Calls = 4;
        nint source = _runtime.Allocate(_device, (nuint)bytes), target = _runtime.Allocate(_device, (nuint)bytes);
        try
        {
            _runtime.Fill(_device, source, 1, (nuint)bytes);
            List<double> times = [.. Enumerable.Range(0, rounds + 1).Select(_ => Time(Calls, _ => _runtime.CopyOnDevice(_device, target, source, (nuint)bytes)))];
            return 2.0 * bytes * Calls / Alternation.Median(times.Skip(1));
        }
        finally
        {
            _runtime.Free(_device, source, (nuint)bytes);
            _runtime.Free(_device, target, (nuint)bytes);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _runtime.DestroyEvent(_device, _start);
        _runtime.DestroyEvent(_device, _end);
        _lease.Dispose();
    }
}
