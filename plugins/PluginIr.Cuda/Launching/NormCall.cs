namespace PluginIr.Cuda.Launching;

/// <summary>The tensors and options of a call that works on whole rows. See <see cref="Gpu.Norms.NormArguments{TView}"/> for what they mean.</summary>
internal ref struct NormCall
{
    public required Tensor X;
    public Tensor? Residual;
    public required Tensor Output;
    public Tensor? ResidualOut;
    public Tensor? Weight;
    public Tensor? Scale;
    public Tensor? ScaleOut;
    public float Epsilon;
    public int? VarianceSize;
}
