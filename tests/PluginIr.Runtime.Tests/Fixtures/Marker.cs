namespace PluginIr.Runtime.Tests.Fixtures;

/// <summary>Writes a kernel's number into an output, and reads it.</summary>
internal static class Marker
{
    public static void Write(Tensor output, float number)
    {
        Span<float> row = stackalloc float[(int)output.Last];
        row.Fill(number);
        for (long r = 0; r < output.Rows; r++)
            output.WriteRow(r, row);
    }

    /// <summary>The number of the kernel that wrote it; 0 for native on rows of zeros.</summary>
    public static float Of(Tensor output)
    {
        float[] row = new float[output.Last];
        output.ReadRow(0, row);
        return row[0];
    }
}
