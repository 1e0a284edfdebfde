namespace PluginIr.Cli.Benchmarks.Ops;

/// <summary>A loop over elements of any floating-point dtype.</summary>
internal interface IScalarLoop
{
    /// <summary>Runs it. Compiled at full optimisation at once, so that no reading of it is of code that is on its way there.</summary>
    /// <typeparam name="T">The element type.</typeparam>
    void Run<T>() where T : unmanaged;

    /// <summary>Runs it for a dtype.</summary>
    static void Run<TLoop>(DType dtype, TLoop loop) where TLoop : IScalarLoop
    {
        switch (dtype)
        {
            case DType.Float32:
                loop.Run<float>();
                break;
            case DType.Float16:
                loop.Run<Half>();
                break;
            case DType.BFloat16:
                loop.Run<BFloat16>();
                break;
            default:
                throw new ArgumentException($"Loops are over f32, f16 and bf16; found {dtype.ShortName()}.", nameof(dtype));
        }
    }
}
