using PluginIr.Devices;
using PluginIr.Dispatch;
using PluginIr.Runtime.Devices;
using PluginIr.Runtime.Registry;

namespace PluginIr.Runtime;

// Memory on devices. All of it goes through the runtime that serves the device now, from inside an entered snapshot, so that none is disposed meanwhile.
public sealed partial class IrRuntime
{
    private readonly WaitingBuffers _waiting = new();
    private readonly DeviceBufferOwner _deviceOwner;

    /// <summary>How many bytes were freed while no runtime served their device. They are given back when one comes.</summary>
    public long WaitingDeviceBytes => _waiting.Bytes;

    private Tensor AllocateOnDevice(TensorSpec spec, Device device)
    {
        CallSlot slot = Enter(OpId.None, out Snapshot entered);
        try
        {
            return AllocateOnDevice(spec, device, (RegistrySnapshot)entered);
        }
        finally
        {
            slot.Leave();
        }
    }

    private Tensor AllocateOnDevice(TensorSpec spec, Device device, RegistrySnapshot entered)
    {
        nuint bytes = (nuint)Math.Max(spec.ByteCount, 1);
        DeviceRuntime runtime = RuntimeOf(entered, device);
        nint address;
        try
        {
            address = runtime.Allocate(device.Ordinal, bytes);
        }
        catch (DeviceException full) when (full.IsOutOfMemory)
        {
            // Tensors that were dropped without being disposed hold memory that the collector knows nothing of.
            Log.DeviceFull(_logger, device.ToString(), spec.ToString(), full.Message);
            GC.Collect();
            GC.WaitForPendingFinalizers();
            address = runtime.Allocate(device.Ordinal, bytes);
        }

        return new Tensor(spec, new TensorBuffer(device, address, bytes, _deviceOwner));
    }

    // From any thread, the finalizer's too: nothing may be thrown.
    private void FreeOnDevice(WaitingBuffer buffer)
    {
        CallSlot slot = Enter(OpId.None, out Snapshot entered);
        try
        {
            if (((RegistrySnapshot)entered).DeviceRuntimeOf(buffer.Device.Kind) is not { Runtime: not null } loaded)
            {
                _waiting.Add(buffer);
                Log.BufferWaits(_logger, (long)buffer.Bytes, buffer.Device.ToString(), _waiting.Bytes);

                // A runtime may have come meanwhile, and looked for waiting buffers before there was this one.
                if (Registry.DeviceRuntimeOf(buffer.Device.Kind) is { Runtime: not null })
                    FreeWaiting(buffer.Device.Kind);
                return;
            }

            loaded.For(buffer.Device, _computeStreams).Free(buffer.Device.Ordinal, buffer.Address, buffer.Bytes);
        }
        catch (Exception failure)
        {
            Log.FreeFailed(_logger, (long)buffer.Bytes, buffer.Device.ToString(), failure);
        }
        finally
        {
            slot.Leave();
        }
    }

    private void FreeWaiting(DeviceKind kind)
    {
        foreach (WaitingBuffer buffer in _waiting.Take(kind))
            FreeOnDevice(buffer);
    }

    private sealed class DeviceBufferOwner(IrRuntime runtime) : BufferOwner
    {
        public override void Free(Device device, nint address, nuint byteCount) => runtime.FreeOnDevice(new WaitingBuffer(device, address, byteCount));
    }
}
