namespace PluginIr.Cli.Benchmarks.Ops;

/// <summary>A peer that is ready to do a case's work.</summary>
internal abstract class PeerRun : IDisposable
{
    /// <summary>The library's name in results, such as <c>onnxruntime</c>. Where a library has two ways, the faster counts.</summary>
    public abstract string Peer { get; }

    /// <summary>Where its results are: the work's outputs, or memory of its own with the same shapes in another dtype.</summary>
    public abstract IReadOnlyList<Tensor> Outputs { get; }

    /// <summary>Does the work once.</summary>
    public abstract void Run();

    /// <summary>Frees what it holds.</summary>
    public virtual void Dispose()
    {
    }
}
