namespace PluginIr.Conformance;

/// <summary>Strews the values that kernels get wrong over generated arguments.</summary>
/// <remarks>
/// Activations get at most one sort in each row, so that a NaN does not hide what an infinity would have shown. Every other
/// floating-point tensor gets a single value, and only NaN, an infinity or a zero: a scale that is subnormal or huge would make
/// x / scale and x · (1 / scale) differ, which the tolerances forgive elsewhere. One-element tensors are left alone: they are
/// settings. Very large is 1e30, whose square overflows, yet no sum of a few multiples of it does: whether that overflows would
/// depend on the order of summation.
/// </remarks>
internal static class SpecialValues
{
    private const int SingleValues = 8;
    private const int Sorts = SingleValues + 3; // and a row of zeros, one of subnormals, one left alone

    public static void Strew(OpArguments arguments, ConformanceSubject subject, int seed)
    {
        var random = new Random(~seed);
        bool[] isActivation = new bool[arguments.Tensors.Length];
        foreach (int activation in subject.Activations)
            isActivation[activation] = arguments.Tensors[activation] is { } tensor && tensor.DType.IsFloatingPoint();
        bool hasActivations = Array.IndexOf(isActivation, true) >= 0;

        for (int i = 0; i < isActivation.Length; i++)
        {
            if (arguments.Tensors[i] is not { ElementCount: > 0 } tensor || !tensor.DType.IsFloatingPoint())
                continue;
            if (isActivation[i] || !hasActivations)
                StrewRows(tensor, random);
            else if (tensor.ElementCount > 1 && random.Next(2) == 0)
                Put(tensor, random.NextInt64(tensor.ElementCount), Single(tensor.DType, random.Next(6)));
        }
    }

    private static void StrewRows(Tensor tensor, Random random)
    {
        int first = random.Next(Sorts);
        for (long row = 0; row < tensor.Rows; row++)
        {
            int sort = (int)((first + row) % Sorts);
            long start = row * tensor.Last;
            if (sort < SingleValues)
                Put(tensor, start + random.NextInt64(tensor.Last), Single(tensor.DType, sort));
            else if (sort < Sorts - 1)
            {
                float value = sort == SingleValues ? 0f : Subnormal(tensor.DType);
                for (long i = 0; i < tensor.Last; i++)
                    Put(tensor, start + i, value);
            }
        }
    }

    // The first six are for every tensor, the others for activations only.
    private static float Single(DType dtype, int sort) => sort switch
    {
        0 => float.NaN,
        1 => float.PositiveInfinity,
        2 => float.NegativeInfinity,
        3 => 0f,
        4 => -0f,
        5 => -float.NaN,
        6 => Subnormal(dtype),
        _ => Large(dtype),
    };

    private static float Subnormal(DType dtype) => dtype switch
    {
        DType.Float32 or DType.BFloat16 => 1e-40f,
        DType.Float16 => 6e-8f,
        DType.Float8E4M3FN => MathF.ScaleB(1, -9),
        _ => MathF.ScaleB(1, -16),
    };

    private static float Large(DType dtype) => dtype switch
    {
        DType.Float32 or DType.BFloat16 => 1e30f,
        DType.Float16 => 60000f,
        DType.Float8E4M3FN => Float8E4M3FN.MaxValue,
        _ => Float8E5M2.MaxValue,
    };

    private static void Put(Tensor tensor, long element, float value)
    {
        int size = tensor.DType.Size();
        ElementConversion.FromSingles(new ReadOnlySpan<float>(in value), tensor.AsBytes().Slice((int)element * size, size), tensor.DType);
    }
}
