namespace PluginIr.Fixtures.Tape;

/// <summary>Kernels that queue native's work on the drive.</summary>
[KernelProvider("tape", Device = "tape", Supported = nameof(Supported))]
internal static partial class TapeKernels
{
    private static readonly KernelContext s_drive = new();

    [Kernel("add", Inplace = Inplace.May, Alignment = 16)]
    private static void Add(KernelContext context, Tensor x, Tensor y, Tensor output) => Queue(
        [x, y, output], tensors =>
        {
            PluginIr.Ops.Add.Native(s_drive, tensors[0], tensors[1], tensors[2]);
#if TAPE_WRONG
            NoteError(tensors[2]);
#endif
        });

    [Kernel("rms_norm", Strided = true)]
    private static void RmsNorm(KernelContext context, Tensor x, Tensor? weight, float epsilon, int? varianceSize, Tensor output) => Queue(
        [x, weight, output], tensors => PluginIr.Ops.RmsNorm.Native(s_drive, tensors[0], tensors[1], epsilon, varianceSize, tensors[2]));

    private static Support Supported() => TapeRuntime.Probe();

    // What is queued must not look at the caller's tensors, which may be disposed of before it is done; their memory is freed after it.
    private static void Queue(Tensor?[] tensors, Action<Tensor[]> work)
    {
        Tensor[] onDrive = Array.ConvertAll(tensors, t => t is null ? null! : OnDrive(t));
        TapeRuntime.Enqueue(() =>
        {
            work(onDrive);
            foreach (Tensor? tensor in onDrive)
                tensor?.Dispose();
        });
    }

    private static Tensor OnDrive(Tensor tensor)
    {
        long[] strides = new long[tensor.Rank];
        for (int i = 0; i < strides.Length; i++)
            strides[i] = tensor.Stride(i);
        var buffer = new TensorBuffer(Device.Cpu, TapeRuntime.Host(tensor.Start), (nuint)(tensor.End - tensor.Start), owner: null);
        return new Tensor(tensor.Spec, buffer, tensor.Address - tensor.Start, strides);
    }

#if TAPE_WRONG
    private static void NoteError(Tensor output)
    {
        if (output.ElementCount == 0)
            return;
        using Tensor last = output.Reshape(-1).Slice(0, output.ElementCount - 1, 1);
        last.WriteRow(0, [123456]);
    }
#endif
}
