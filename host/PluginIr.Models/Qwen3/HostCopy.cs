using PluginIr.Dispatch;

namespace PluginIr.Models.Qwen3;

/// <summary>Brings a step's results to the host, into the same memory every time. For one thread at a time.</summary>
/// <param name="ir">What copies.</param>
internal sealed class HostCopy(IrDispatcher ir) : IDisposable
{
    private Tensor? _memory;

    /// <summary>The tensor in host memory, once it is computed: itself when it is there already.</summary>
    /// <param name="result">The tensor, on any device.</param>
    /// <returns>A tensor that is good until the next call.</returns>
    public Tensor Of(Tensor result)
    {
        if (result.Device.IsCpu)
            return result;
        if (_memory is null || !_memory.Spec.Equals(result.Spec))
        {
            _memory?.Dispose();
            _memory = Tensor.Empty(result.Spec);
        }

        ir.Copy(result, _memory);
        return _memory;
    }

    /// <inheritdoc/>
    public void Dispose() => _memory?.Dispose();
}
