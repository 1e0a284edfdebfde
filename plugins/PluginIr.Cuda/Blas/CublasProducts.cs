using PluginIr.Cuda.Devices;
using PluginIr.Cuda.Launching;

namespace PluginIr.Cuda.Blas;

/// <summary>Matrix products by cuBLAS, with one handle and two workspaces for each device: one for calls and one for what is captured.</summary>
/// <remarks>
/// What is queued on the compute stream is done in order, and what was captured is replayed on that stream. But a replay may come between the launches of
/// which a call's product consists, and would write over what passes from one to the next; its own launches are queued all at once. A handle is bound to
/// the compute stream, but for the moment in which a product is captured on another: that stream is soon destroyed, and another may get its address.
/// </remarks>
/// <param name="cublas">The library.</param>
internal sealed class CublasProducts(Cublas cublas) : IDisposable
{
    private const int WorkspaceBytes = 32 << 20;

    private readonly Lock _lock = new();
    private readonly Dictionary<int, BoundHandle> _handles = [];

    /// <summary>Queues <c>output = x · weightᵀ</c> on the context's stream.</summary>
    /// <exception cref="InvalidOperationException">It is captured before any product was queued on the device.</exception>
    public void Multiply(KernelContext context, Tensor x, Tensor weight, View output, int outer)
    {
        int ordinal = x.Device.Ordinal, rows = checked((int)x.Rows), inner = checked((int)x.Last);
        CudaDevice device = CudaDeviceRuntime.Current!.Device(ordinal);
        device.MakeCurrent();

        // A handle is one thread's at a time.
        lock (_lock)
        {
            if (!_handles.TryGetValue(ordinal, out BoundHandle? bound))
            {
                // What makes a handle waits and allocates, which nothing that is captured may.
                if (context.Stream != 0)
                    throw new InvalidOperationException($"linear on {x.Device} cannot be captured yet: cuBLAS has no handle there. Run it once first.");
                _handles.Add(ordinal, bound = Make(ordinal));
            }

            bool isCaptured = context.Stream != 0;
            if (isCaptured || !bound.IsOnComputeStream)
                Bind(bound, device, context.Stream);
            cublas.Multiply(bound.Handle, x.DType, x.Address, weight.Address, output.Address, rows, outer, inner);
            if (isCaptured)
                Bind(bound, device, 0);
        }
    }

    /// <summary>Gives the handles and their memory back. Nothing that was queued is still to be done, and the contexts are alive.</summary>
    public void Dispose()
    {
        var teardown = new Teardown();
        foreach ((int ordinal, BoundHandle bound) in _handles)
        {
            teardown.Do(() => Destroy(ordinal, bound.Handle));
            teardown.Do(() => CudaDeviceRuntime.Current!.Free(ordinal, bound.Workspaces, 2 * WorkspaceBytes));
        }

        _handles.Clear();
        teardown.ThrowFirst();
    }

    private void Destroy(int ordinal, nint handle)
    {
        CudaDeviceRuntime.Current!.Device(ordinal).MakeCurrent();
        cublas.Destroy(handle);
    }

    // Whichever fails, the other is not kept: who calls again begins anew.
    private BoundHandle Make(int ordinal)
    {
        CudaDeviceRuntime runtime = CudaDeviceRuntime.Current!;
        nint workspaces = runtime.Allocate(ordinal, 2 * WorkspaceBytes);
        try
        {
            return new BoundHandle(cublas.Create(), workspaces);
        }
        catch
        {
            // That this may fail as well follows from the first failure, which is the one to tell of.
            new Teardown().Do(() => runtime.Free(ordinal, workspaces, 2 * WorkspaceBytes));
            throw;
        }
    }

    // Where it fails half-way, the next product binds again.
    private void Bind(BoundHandle bound, CudaDevice device, nint stream)
    {
        bound.IsOnComputeStream = false;
        cublas.Bind(bound.Handle, device.Stream(stream), bound.Workspaces + (stream == 0 ? 0 : WorkspaceBytes), WorkspaceBytes);
        bound.IsOnComputeStream = stream == 0;
    }

    private sealed class BoundHandle(nint handle, nint workspaces)
    {
        public nint Handle { get; } = handle;

        public nint Workspaces { get; } = workspaces;

        public bool IsOnComputeStream { get; set; }
    }
}
