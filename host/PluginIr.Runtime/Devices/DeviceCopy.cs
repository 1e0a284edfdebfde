using PluginIr.Devices;

namespace PluginIr.Runtime.Devices;

/// <summary>One copy of which at least one side is on a device.</summary>
internal readonly ref struct DeviceCopy
{
    // Each piece of a strided tensor is a copy of its own, of some microseconds.
    private const int MaxPieces = 1 << 16;

    private readonly IrRuntime _runtime;
    private readonly Tensor _source;
    private readonly Tensor _target;

    /// <summary>Checks the tensors.</summary>
    public DeviceCopy(IrRuntime runtime, Tensor source, Tensor target)
    {
        ObjectDisposedException.ThrowIf(source.IsDisposed, source);
        ObjectDisposedException.ThrowIf(target.IsDisposed, target);
        if (!source.Spec.Equals(target.Spec))
            throw new ArgumentException($"Cannot copy {source} to {target}: dtype and shape must be equal.", nameof(source));
        _runtime = runtime;
        _source = source;
        _target = target;
    }

    /// <summary>Copies.</summary>
    public void Run()
    {
        if (_source.ElementCount == 0 || _source.IsSameView(_target))
            return;
        bool isWithin = _source.Device == _target.Device;
        if (isWithin)
            RequireApart();
        bool isBetween = !isWithin && !_source.Device.IsCpu && !_target.Device.IsCpu;
        if (_source.IsContiguous && _target.IsContiguous && !isBetween)
            _runtime.CopyContiguous(_source, _target);
        else if (isWithin)
            WithinDevice();
        else if (_target.Device.IsCpu)
            ToHost();
        else if (_source.Device.IsCpu)
            ToDevice();
        else
            Between();
        GC.KeepAlive(_source);
        GC.KeepAlive(_target);
    }

    private void RequireApart()
    {
        if (_source.Overlaps(_target))
        {
            throw new ArgumentException(
                $"Cannot copy {_source} to {_target}: the two overlap. Copy to memory of its own first.", nameof(_target));
        }
    }

    private void WithinDevice()
    {
        Tensor source = _source, target = _target;
        RequireFewPieces(source, target);
        _runtime.OnDevice(source.Device, (runtime, device) =>
        {
            var runs = new StridedRuns(source, target);
            for (long i = 0; i < runs.Count; i++)
            {
                (nint from, nint to) = runs[i];
                runtime.CopyOnDevice(device, to, from, (nuint)runs.RunBytes);
            }
        });
    }

    // All that the source's elements lie in is fetched at once, and put in order on the host.
    private void ToHost()
    {
        Tensor source = _source, target = _target;
        int size = source.DType.Size();
        long[] strides = new long[source.Rank];
        for (int i = 0; i < strides.Length; i++)
            strides[i] = source.Stride(i);
        using Tensor extent = Tensor.Empty(new TensorSpec(DType.UInt8, source.End - source.Start));
        _runtime.OnDevice(source.Device, (runtime, device) => runtime.CopyToHost(device, extent.Address, source.Start, (nuint)extent.Spec.ByteCount));
        using Tensor view = extent.AsStrided(source.Spec, (source.Address - source.Start) / size, strides);
        target.CopyFrom(view);
    }

    private void ToDevice()
    {
        using Tensor source = _source.ToContiguous();
        Tensor target = _target;
        RequireFewPieces(source, target);
        _runtime.OnDevice(target.Device, (runtime, device) =>
        {
            var runs = new StridedRuns(source, target);
            for (long i = 0; i < runs.Count; i++)
            {
                (nint from, nint to) = runs[i];
                runtime.CopyToDevice(device, to, from, (nuint)runs.RunBytes);
            }
        });
    }

    private void Between()
    {
        using Tensor host = Tensor.Empty(_source.Spec);
        new DeviceCopy(_runtime, _source, host).Run();
        new DeviceCopy(_runtime, host, _target).Run();
    }

    private static void RequireFewPieces(Tensor source, Tensor target)
    {
        long pieces = new StridedRuns(source, target).Count;
        if (pieces > MaxPieces)
        {
            throw new InvalidOperationException(
                $"Copying {source} to {target} would take {pieces} copies of their own, as their strides make them; {MaxPieces} at most are done. " +
                "Bring the elements into row-major order on the host, and copy to a contiguous tensor.");
        }
    }
}
