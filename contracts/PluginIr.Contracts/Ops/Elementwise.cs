namespace PluginIr.Ops;

/// <summary>The loops of ops that apply a function to each element, or to one half of a row that gates the other.</summary>
internal static unsafe class Elementwise
{
    /// <summary><c>out = function(x)</c>, rounded once.</summary>
    public static void Map(KernelContext context, Tensor x, Tensor output, delegate*<float, float> function)
    {
        using Scratch<float> memory = context.Scratch<float>(x.Last);
        Span<float> row = memory;
        for (long r = 0, rows = x.Rows; r < rows; r++)
        {
            x.ReadRow(r, row);
            foreach (ref float value in row)
                value = function(value);
            output.WriteRow(r, row);
        }
    }

    /// <summary><c>out = function(a) · b</c> for rows (a, b) of x; the function's value is rounded before the product.</summary>
    public static void MapAndMultiply(KernelContext context, Tensor x, Tensor output, delegate*<float, float> function)
    {
        using Scratch<float> memory = context.Scratch<float>(x.Last);
        Span<float> row = memory;
        for (long r = 0, rows = x.Rows; r < rows; r++)
        {
            x.ReadRow(r, row);
            output.WriteRow(r, MapAndMultiplyRow(row, x.DType, function));
        }
    }

    /// <summary>The same for one row, whose first half it returns.</summary>
    public static Span<float> MapAndMultiplyRow(Span<float> row, DType dtype, delegate*<float, float> function)
    {
        Span<float> gate = row[..(row.Length / 2)], factors = row[(row.Length / 2)..];
        foreach (ref float value in gate)
            value = function(value);
        ElementConversion.Round(gate, dtype);
        for (int i = 0; i < gate.Length; i++)
            gate[i] *= factors[i];
        return gate;
    }
}
