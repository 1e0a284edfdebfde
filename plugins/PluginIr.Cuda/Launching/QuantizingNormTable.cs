using PluginIr.Cuda.Gpu.Float8;

namespace PluginIr.Cuda.Launching;

/// <summary>The kernels of an op that works on whole rows and writes float8, for each float8 dtype.</summary>
/// <param name="input">A <see cref="Gpu.Norms.IRowInput"/>.</param>
/// <param name="output">A <see cref="Gpu.Rows.IRowOutput"/> with a type parameter for the <see cref="IFloat8"/>.</param>
internal sealed class QuantizingNormTable(Type input, Type output)
{
    private readonly NormTable[] _tables = [.. ElementTypes.Float8.Select(float8 => new NormTable(input, output.MakeGenericType(float8)))];

    /// <summary>All of them.</summary>
    public IEnumerable<GpuKernel> Kernels => _tables.SelectMany(table => table.Kernels);

    /// <summary>Launches the one for a call.</summary>
    public void Launch(KernelContext context, in NormCall call) =>
        _tables[ElementTypes.IndexOfFloat8(call.Output.DType)].Launch(context, in call);
}
