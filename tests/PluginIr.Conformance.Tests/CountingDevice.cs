namespace PluginIr.Conformance.Tests;

/// <summary>A device whose memory happens to be the host's, with copies both ways.</summary>
internal sealed class CountingDevice : IConformanceDevice
{
    public KernelContext Context { get; } = new();

    public int Placed { get; private set; }

    public int Fetched { get; private set; }

    public Tensor Place(Tensor host)
    {
        Placed++;
        return Copy(host);
    }

    public Tensor Fetch(Tensor placed)
    {
        Fetched++;
        return Copy(placed);
    }

    private static Tensor Copy(Tensor source)
    {
        Tensor copy = Tensor.Empty(source.Spec);
        copy.CopyFrom(source);
        return copy;
    }
}
