namespace PluginIr.Cuda.Launching;

/// <summary>Device memory as a kernel's argument: what ILGPU makes of an <c>ArrayView&lt;byte&gt;</c> parameter.</summary>
/// <param name="address">The first byte, in the device's address space.</param>
/// <param name="length">How many bytes a kernel may ask for; kernels here know their sizes and do not.</param>
internal readonly struct View(nint address, long length)
{
    public readonly nint Address = address;
    public readonly long Length = length;

    /// <summary>A tensor's memory, from its lowest element to its highest; nothing for none.</summary>
    public static View Of(Tensor? tensor) => tensor is null ? default : new View(tensor.Start, tensor.End - tensor.Start);
}
