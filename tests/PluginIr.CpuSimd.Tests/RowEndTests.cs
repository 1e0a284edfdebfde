using Xunit;

namespace PluginIr.CpuSimd.Tests;

/// <summary>Rows that end within a vector, in memory that ends there too.</summary>
public sealed class RowEndTests
{
    private const DType Fp8 = DType.Float8E4M3FN;

    public static MatrixTheoryData<DType, int> DTypesAndSizes => new(Cases.DTypes, [1, 7, 24, 33, 40, 127]);

    [Theory]
    [MemberData(nameof(DTypesAndSizes))]
    public void Nothing_is_read_or_written_past_the_end_of_the_last_row(DType dtype, int hidden)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Pages that may not be touched are asked of Linux.");
        var context = new KernelContext();
        using Tensor x = Normal(1, dtype, 3, hidden), y = Normal(2, dtype, 3, hidden), gated = Normal(3, dtype, 3, 2 * hidden), weight = Normal(4, dtype, hidden);
        using Tensor scale = Tensor.From<float>([0.5f], 1), rowScales = Tensor.From<float>([0.5f, 2f, 0.25f], 3, 1);
        using Tensor table = Normal(5, dtype, 8, hidden), indices = Tensor.From<long>([7, 0, 7], 3);
        TensorSpec spec = x.Spec, quantized = spec.WithDType(Fp8), scales = new(DType.Float32, 3, 1);

        Check("rms_norm", [x, weight], [spec], (i, o) => RmsNorm.Run(context, i[0], i[1], Cases.Epsilon, null, o[0]));
        Check("fused_add_rms_norm", [x, y, weight], [spec, spec], (i, o) => FusedAddRmsNorm.Run(context, i[0], i[1], i[2], Cases.Epsilon, null, o[0], o[1]));
        Check("add", [x, y], [spec], (i, o) => Add.Run(context, i[0], i[1], o[0]));
        Check("silu_and_mul", [gated], [spec], (i, o) => SiluAndMul.Run(context, i[0], o[0]));
        Check("gelu_and_mul", [gated], [spec], (i, o) => GeluAndMul.Run(context, i[0], "tanh", o[0]));
        Check("gelu_new", [x], [spec], (i, o) => GeluNew.Run(context, i[0], o[0]));
        Check("static_quant_fp8", [x, scale], [quantized], (i, o) => StaticQuantFp8.Run(context, i[0], i[1], Fp8, null, o[0]));
        Check("dynamic_quant_fp8", [x], [quantized, scales], (i, o) => DynamicQuantFp8.Run(context, i[0], true, Fp8, null, null, o[0], o[1]));
        Check("static_group_quant_fp8", [x, rowScales], [quantized], (i, o) => StaticGroupQuantFp8.Run(context, i[0], i[1], Fp8, o[0]));
        Check("dynamic_group_quant_fp8", [x], [quantized, scales], (i, o) =>
            DynamicGroupQuantFp8.Run(context, i[0], hidden, useUe8m0: false, Fp8, o[0], o[1]));
        Check("rms_norm_static_quant_fp8", [x, weight, scale], [quantized], (i, o) =>
            RmsNormStaticQuantFp8.Run(context, i[0], i[1], i[2], Cases.Epsilon, Fp8, null, o[0]));
        Check("rms_norm_dynamic_quant_fp8", [x, weight], [quantized, scales], (i, o) =>
            RmsNormDynamicQuantFp8.Run(context, i[0], i[1], Cases.Epsilon, Fp8, null, null, o[0], o[1]));
        Check("fused_add_rms_norm_static_quant_fp8", [x, y, weight, scale], [quantized, spec], (i, o) =>
            FusedAddRmsNormStaticQuantFp8.Run(context, i[0], i[1], i[2], i[3], Cases.Epsilon, Fp8, null, o[0], o[1]));
        Check("fused_add_rms_norm_dynamic_quant_fp8", [x, y, weight], [quantized, scales, spec], (i, o) =>
            FusedAddRmsNormDynamicQuantFp8.Run(context, i[0], i[1], i[2], Cases.Epsilon, Fp8, null, null, o[0], o[1], o[2]));
        Check("silu_and_mul_static_quant_fp8", [gated, scale], [quantized], (i, o) => SiluAndMulStaticQuantFp8.Run(context, i[0], i[1], Fp8, o[0]));
        Check("linear", [x, table], [new(dtype, 3, 8)], (i, o) => Linear.Run(context, i[0], i[1], o[0]));
        Check("linear_argmax", [x, table], [new(DType.Int64, 3)], (i, o) => LinearArgmax.Run(context, i[0], i[1], o[0]));
        Check("embedding", [indices, table], [spec], (i, o) => Embedding.Run(context, i[0], i[1], o[0]));
        Check("argmax", [x], [new(DType.Int64, 3)], (i, o) => Argmax.Run(context, i[0], o[0]));
    }

    [Theory]
    [MemberData(nameof(Cases.EveryDType), MemberType = typeof(Cases))]
    public void Nothing_is_read_or_written_past_the_end_of_the_last_head(DType dtype)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Pages that may not be touched are asked of Linux.");
        var context = new KernelContext();
        using Tensor positions = Tensor.From<long>([0, 3], 2);
        foreach (int size in (int[])[14, 80, 96])
        {
            using Tensor query = Normal(1, dtype, 2, 4, size), key = Normal(2, dtype, 2, 2, size), keys = Normal(3, dtype, 9, 2, size);
            foreach (int rotated in (int[])[size, size / 2 / 2 * 2])
            {
                using Tensor turns = Normal(4, dtype, 4, rotated);
                Check("rotary_embedding", [positions, query, key, turns], [query.Spec, key.Spec], (i, o) =>
                    RotaryEmbedding.Run(context, i[0], i[1], i[2], size, rotated, i[3], isNeoxStyle: true, o[0], o[1]));
            }

            using Tensor weight = Normal(5, dtype, size), angles = Normal(4, dtype, 4, size), cache = keys.Reshape(1, 9, 2, size);
            using Tensor lengths = Tensor.From<int>([9], 1);
            Check("rms_norm_rotary_embedding", [positions, query, key, weight, angles], [query.Spec, key.Spec], (i, o) =>
                RmsNormRotaryEmbedding.Run(context, i[0], i[1], i[2], i[3], i[3], Cases.Epsilon, size, size, i[4], isNeoxStyle: true, o[0], o[1]));
            Check("attention", [query, keys], [query.Spec], (i, o) => Attention.Run(context, i[0], i[1], i[1], 0.1f, causal: true, o[0]));
            Check("cached_attention", [query, cache, lengths], [query.Spec], (i, o) =>
                CachedAttention.Run(context, i[0], i[1], i[1], i[2], 0.1f, causal: true, o[0]));
        }
    }

    private static Tensor Normal(int seed, DType dtype, params ReadOnlySpan<long> shape)
    {
        long count = new TensorSpec(dtype, shape).ElementCount;
        return Tensor.FromSingles(dtype, Cases.Normal(seed, count), shape);
    }

    // Past the end there is no memory: touching it ends the process. What is computed is what is computed elsewhere.
    private static void Check(string op, Tensor[] inputs, TensorSpec[] outputs, Action<Tensor[], Tensor[]> run)
    {
        Tensor[] expected = Array.ConvertAll(outputs, o => Tensor.Zeros(o.DType, o.Shape));
        run(inputs, expected);
        Tensor[] found = Array.ConvertAll(outputs, Tensor.Empty);
        foreach (Tensor output in found)
            output.AsBytes().Fill(0xA5); // What no kernel computes here, so that one that writes nothing is found out.
        LastPage.Copy[] atEnd = [.. inputs.Concat(found).Select(LastPage.CopyOf)];
        Tensor[] copies = Array.ConvertAll(atEnd, c => c.Tensor);
        run(copies[..inputs.Length], copies[inputs.Length..]);
        for (int i = 0; i < expected.Length; i++)
        {
            TensorAssert.SameBits(expected[i], copies[inputs.Length + i], $"{op}, output {i}, of {inputs[0]}");
            expected[i].Dispose();
            found[i].Dispose();
        }

        foreach (LastPage.Copy copy in atEnd)
            copy.Dispose();
    }
}
