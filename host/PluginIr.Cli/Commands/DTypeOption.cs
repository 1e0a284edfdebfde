namespace PluginIr.Cli.Commands;

/// <summary><c>--dtype</c>.</summary>
internal static class DTypeOption
{
    private static readonly DType[] s_computed = [DType.Float32, DType.BFloat16, DType.Float16];

    /// <summary>Any dtype, by its canonical or its short name.</summary>
    /// <exception cref="InputException">It is none.</exception>
    public static DType Of(string text) => Of(text, Enum.GetValues<DType>());

    /// <summary>A dtype that models and measured ops compute in.</summary>
    /// <exception cref="InputException">It is none.</exception>
    public static DType OfComputation(string text) => Of(text, s_computed);

    private static DType Of(string text, DType[] expected) => DTypeExtensions.TryParse(text, out DType dtype) && expected.Contains(dtype)
        ? dtype
        : throw new InputException($"--dtype must be one of {string.Join(", ", expected.Select(d => d.ShortName()))}; found '{text}'.");
}
