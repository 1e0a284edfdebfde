namespace PluginIr.Cuda.Launching;

/// <summary>The tensors and options of a rotary embedding. See <see cref="Gpu.Rotary.RotaryArguments{TView}"/> for what they mean.</summary>
internal ref struct RotaryCall
{
    public required Tensor Positions, Query, Key, QueryOut, KeyOut, Cache;
    public Tensor? QueryWeight, KeyWeight;
    public required int HeadSize, RotaryDim;
    public required bool IsNeox;
    public float Epsilon;
}
