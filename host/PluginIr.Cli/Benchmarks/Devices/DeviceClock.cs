using PluginIr.Devices;
using PluginIr.Dispatch;
using PluginIr.Runtime;

namespace PluginIr.Cli.Benchmarks.Devices;

/// <summary>Times what is queued on a device, by the device's own clock.</summary>
/// <remarks>For measurements alone: it keeps the runtime that serves from being disposed until it is disposed itself.</remarks>
internal sealed class DeviceClock : IDisposable
{
    // As much as triton.testing.do_bench clears, which is more than any present device's last cache.
    private const nuint ClearedBytes = 256 << 20;

    // Medians of short calls fall into two groups half a microsecond apart by where their tensors lie and by chance: few calls to a median, and many medians,
    // so that their lower quartile is in the lower group, and is no outlier.
    private const int Calls = 10;

    private readonly CallLease _lease;
    private readonly DeviceRuntime _runtime;
    private readonly int _device;
    private nint _cleared;

    public DeviceClock(IrRuntime ir, Device device)
    {
        _lease = ir.Lease();
        _runtime = ir.RuntimeOf(ir.Registry, device);
        _device = device.Ordinal;
    }

    /// <summary>The nanoseconds that the device takes for a call whose inputs are in none of its caches: the lower quartile of some medians of ten calls.</summary>
    /// <remarks>
    /// As <c>triton.testing.do_bench</c> measures: before each call much memory is written, and events are recorded before and after it. The writing takes
    /// the device so long that the host is ahead with the launch, whose own time does not count.
    /// </remarks>
    /// <param name="medians">How many medians.</param>
    /// <param name="body">The call.</param>
    /// <param name="prepare">What is done before the calls of each median; null for nothing.</param>
    public double TimeCold(int medians, Action body, Action? prepare = null) => Enumerable.Range(0, medians).Select(_ =>
    {
        prepare?.Invoke();
        return TimeBout(body);
    }).Order().ElementAt(medians / 4);

    /// <summary>How fast the device copies within its memory, in bytes a nanosecond, those read and those written counted.</summary>
    /// <param name="bytes">How many are copied.</param>
    /// <param name="medians">See <see cref="TimeCold"/>.</param>
    public double CopySpeed(long bytes, int medians)
    {
        nint source = _runtime.Allocate(_device, (nuint)bytes), target = _runtime.Allocate(_device, (nuint)bytes);
        try
        {
            _runtime.Fill(_device, source, 1, (nuint)bytes);
            return 2.0 * bytes / TimeCold(medians, () => _runtime.CopyOnDevice(_device, target, source, (nuint)bytes));
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
        if (_cleared != 0)
            _runtime.Free(_device, _cleared, ClearedBytes);
        _lease.Dispose();
    }

    private double TimeBout(Action body)
    {
        if (_cleared == 0)
            _cleared = _runtime.Allocate(_device, ClearedBytes);
        nint[] events = new nint[2 * Calls];
        int made = 0;
        try
        {
            for (; made < events.Length; made++)
                events[made] = _runtime.CreateEvent(_device, isTimed: true);
            for (int i = 0; i < events.Length; i += 2)
            {
                _runtime.Fill(_device, _cleared, 0, ClearedBytes);
                _runtime.RecordEvent(_device, events[i]);
                body();
                _runtime.RecordEvent(_device, events[i + 1]);
            }

            _runtime.SynchronizeEvent(_device, events[^1]);
            return 1e6 * Alternation.Median(
                Enumerable.Range(0, Calls).Select(i => (double)_runtime.ElapsedMilliseconds(_device, events[2 * i], events[(2 * i) + 1])));
        }
        finally
        {
            foreach (nint used in events.AsSpan(0, made))
                _runtime.DestroyEvent(_device, used);
        }
    }
}
