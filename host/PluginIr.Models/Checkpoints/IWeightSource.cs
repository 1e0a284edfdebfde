namespace PluginIr.Models.Checkpoints;

/// <summary>Where a model's weights come from. It owns them.</summary>
internal interface IWeightSource : IDisposable
{
    /// <summary>One weight, in the dtype that the model runs in.</summary>
    Tensor Load(string name, params ReadOnlySpan<long> shape);

    /// <summary>Two matrices of one shape in one, the first's rows before the second's: [2 · rows, columns].</summary>
    Tensor LoadStacked(string first, string second, long rows, long columns);
}
