using PluginIr.Devices;

namespace PluginIr.Cuda.Driver;

/// <summary>The driver's error numbers that something is said or done about. Source: cuda.h, CUresult.</summary>
internal static class CudaError
{
    public const int Success = 0;
    public const int OutOfMemory = 2;
    public const int NoDevice = 100;
    public const int EccUncorrectable = 214;
    public const int InvalidPtx = 218;
    public const int UnsupportedPtxVersion = 222;
    public const int IllegalAddress = 700;
    public const int LaunchOutOfResources = 701;
    public const int SystemDriverMismatch = 803;

    /// <summary>The exception for an error.</summary>
    /// <param name="result">The driver's number.</param>
    /// <param name="name">The driver's name for it.</param>
    /// <param name="description">The driver's words for it.</param>
    /// <param name="call">The function that returned it.</param>
    /// <param name="detail">What else is known, such as the compiler's log.</param>
    public static DeviceException ToException(int result, string name, string description, string call, string? detail) =>
        new(name, result, call, string.Join(" ", new[] { description + ".", Remedy(result), detail }.OfType<string>())) { IsOutOfMemory = result == OutOfMemory };

    private static string? Remedy(int result) => result switch
    {
        OutOfMemory => "Dispose of tensors, use a smaller batch or model, or see with nvidia-smi who else uses the device.",
        NoDevice => "See with nvidia-smi whether the driver finds a GPU, and whether CUDA_VISIBLE_DEVICES hides it.",
        InvalidPtx or UnsupportedPtxVersion => "Update the driver, or build the kernels for an older PTX version.",
        SystemDriverMismatch => "The kernel module and the driver library are of different versions; restart the machine after an update of the driver.",
        LaunchOutOfResources => "The kernel wants more registers or shared memory than a block can have; launch it with fewer threads.",

        EccUncorrectable => "The device's memory is damaged where the process used it. Restart the process, and see with nvidia-smi -q -d ECC whether it comes again.",

        // Errors of kernels that ran are found by a later call, and the context does not come back from them: illegal address, time-out, context
        // destroyed, assertion, hardware stack, illegal instruction, misaligned address, invalid address space, invalid program counter, launch failed. What is
        // between them is misuse of the driver that harms nothing.
        IllegalAddress or 702 or 709 or 710 or (>= 714 and <= 719) =>
            "A kernel that was queued before has failed, and the device cannot be used any more by this process; restart it. compute-sanitizer names the kernel.",
        _ => null,
    };
}
