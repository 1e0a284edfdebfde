namespace PluginIr.Fixtures.Emulated;

/// <summary>Launches what kernels do.</summary>
internal static class Launch
{
    /// <summary>Queues work on the call's stream. It sees the tensors where the device's memory really is.</summary>
    public static void On(KernelContext context, Tensor?[] tensors, Action<KernelContext, Tensor?[]> work)
    {
        Tensor?[] inside = Array.ConvertAll(tensors, Inside);
        EmulatedRuntime.Queue(context.Stream, () => work(context, inside));
    }

    // The device's tensors may be disposed of before what was recorded is replayed; their memory is not.
    private static Tensor? Inside(Tensor? tensor)
    {
        if (tensor is null)
            return null;
        long[] strides = new long[tensor.Rank];
        for (int i = 0; i < strides.Length; i++)
            strides[i] = tensor.Stride(i);
        var buffer = new TensorBuffer(Device.Cpu, EmulatedRuntime.Host(tensor.Start), (nuint)(tensor.End - tensor.Start), owner: null);
        return new Tensor(tensor.Spec, buffer, tensor.Address - tensor.Start, strides);
    }
}
