using PluginIr.Dispatch;

namespace PluginIr.Models.Checkpoints;

/// <summary>Another source's weights on a device: each is copied there once, and its host memory given back at once.</summary>
/// <param name="source">The source, which this one owns.</param>
/// <param name="ir">What allocates and copies.</param>
/// <param name="device">Where to.</param>
internal sealed class DeviceWeights(IWeightSource source, IrDispatcher ir, Device device) : IWeightSource
{
    private readonly List<Tensor> _weights = [];

    /// <inheritdoc/>
    public Tensor Load(string name, params ReadOnlySpan<long> shape) => Place(source.Load(name, shape));

    /// <inheritdoc/>
    public Tensor LoadStacked(string first, string second, long rows, long columns) => Place(source.LoadStacked(first, second, rows, columns));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor weight in _weights)
            weight.Dispose();
        source.Dispose();
    }

    private Tensor Place(Tensor onHost)
    {
        using (onHost)
        {
            Tensor placed = ir.Allocate(onHost.Spec, device);
            _weights.Add(placed);
            ir.Copy(onHost, placed);
            return placed;
        }
    }
}
