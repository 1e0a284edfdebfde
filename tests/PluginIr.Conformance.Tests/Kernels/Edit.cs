namespace PluginIr.Conformance.Tests.Kernels;

/// <summary>Changes elements of a tensor, whatever its dtype and strides: how right results are spoiled.</summary>
internal static class Edit
{
    public static void Each(Tensor tensor, Func<float, float> change)
    {
        float[] row = new float[tensor.Last];
        for (long r = 0; r < tensor.Rows; r++)
        {
            tensor.ReadRow(r, row);
            tensor.WriteRow(r, Array.ConvertAll(row, value => change(value)));
        }
    }

    public static void Last(Tensor tensor, Func<float, float> change)
    {
        if (tensor.ElementCount == 0)
            return;
        float[] row = new float[tensor.Last];
        tensor.ReadRow(tensor.Rows - 1, row);
        row[^1] = change(row[^1]);
        tensor.WriteRow(tensor.Rows - 1, row);
    }

    /// <summary>The next float32 up; other dtypes round it away.</summary>
    public static void NudgeLast(Tensor tensor) => Last(tensor, MathF.BitIncrement);
}
