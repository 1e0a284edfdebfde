namespace PluginIr.Models.Qwen3;

/// <summary>Makes the table that rotary_embedding reads its angles' cosines and sines from.</summary>
internal static class RotaryTable
{
    /// <summary>The cosines, then the sines, of <c>position · theta^(-2i / headSize)</c> for each position.</summary>
    /// <returns>float32 [positions, headSize].</returns>
    /// <remarks>Frequencies and angles are rounded to float32 where transformers does so; late positions would differ otherwise.</remarks>
    public static Tensor Create(int positions, int headSize, double theta)
    {
        int pairs = headSize / 2;
        Span<float> frequencies = new float[pairs];
        for (int i = 0; i < pairs; i++)
            frequencies[i] = 1f / (float)Math.Pow(theta, 2.0 * i / headSize);

        Tensor table = Tensor.Empty(DType.Float32, positions, headSize);
        Span<float> row = new float[headSize];
        for (int position = 0; position < positions; position++)
        {
            for (int i = 0; i < pairs; i++)
                (row[pairs + i], row[i]) = MathF.SinCos(position * frequencies[i]);
            table.WriteRow(position, row);
        }

        return table;
    }
}
