using PluginIr.CpuSimd.Elements;
using PluginIr.CpuSimd.Lanes;
using PluginIr.CpuSimd.Quantizing;
using Xunit;

namespace PluginIr.CpuSimd.Tests;

public sealed unsafe class QuantizationTests
{
    private const int Step = 4093; // A prime: every exponent meets many fractions.

    private readonly KernelContext _context = new();

    public static MatrixTheoryData<DType, DType, Width> Conversions => new(Cases.DTypes, [DType.Float8E4M3FN, DType.Float8E5M2], Cases.Widths);

    [Theory]
    [MemberData(nameof(Cases.EveryWidth), MemberType = typeof(Cases))]
    public void Every_float8_value_and_every_midpoint_rounds_as_native_does(Width width)
    {
        CheckEncoding(width, DType.Float8E4M3FN, value => ((Float8E4M3FN)value).Bits, bits => (float)new Float8E4M3FN(bits));
        CheckEncoding(width, DType.Float8E5M2, value => ((Float8E5M2)value).Bits, bits => (float)new Float8E5M2(bits));
    }

    [Theory]
    [MemberData(nameof(Conversions))]
    public void Every_op_is_native_bit_for_bit_at_every_size(DType dtype, DType fp8, Width width)
    {
        foreach (int hidden in Cases.Sizes)
        {
            foreach (int rows in (int[])[1, 3])
                CheckOps(dtype, fp8, width, Cases.Normal(hidden, rows * hidden), rows, hidden);
        }
    }

    [Theory]
    [MemberData(nameof(Conversions))]
    public void Special_values_come_out_as_native_has_them(DType dtype, DType fp8, Width width)
    {
        float[] special =
        [
            float.NaN, -float.NaN, float.PositiveInfinity, float.NegativeInfinity, 0f, -0f, 1e-40f, -1e-40f, 448f, 449f, -480f, 57344f, 61440f, 1e30f,
            float.MaxValue, float.Epsilon,
        ];
        const int Hidden = 37;
        float[] values = Cases.Normal(1, special.Length * Hidden);
        for (int i = 0; i < special.Length; i++)
            values[(i * Hidden) + (2 * i)] = special[i];
        CheckOps(dtype, fp8, width, values, special.Length, Hidden);
    }

    [Fact]
    public void Padding_rows_are_zero()
    {
        using Tensor x = Tensor.FromSingles(DType.BFloat16, Cases.Normal(1, 30), 2, 15), scale = Tensor.FromSingles(DType.Float32, [0.1f], 1);
        using Tensor output = Tensor.Empty(DType.Float8E4M3FN, 5, 15), scales = Tensor.Empty(DType.Float32, 2, 1);
        output.AsBytes().Fill(0xA5);
        StaticQuantFp8.Run(_context, x, scale, DType.Float8E4M3FN, 5, output);
        Assert.False(output.AsBytes()[30..].ContainsAnyExcept((byte)0));
        output.AsBytes().Fill(0xA5);
        DynamicQuantFp8.Run(_context, x, true, DType.Float8E4M3FN, null, 5, output, scales);
        Assert.False(output.AsBytes()[30..].ContainsAnyExcept((byte)0));
    }

    private void CheckOps(DType dtype, DType fp8, Width width, float[] values, int rows, int hidden)
    {
        string what = $"{width} {rows}x{hidden}";
        using GuardedTensor x = GuardedTensor.From(dtype, values, rows, hidden);
        using Tensor expected = Tensor.Empty(fp8, rows, hidden);
        foreach (float scale in (float[])[0.013f, 1f])
        {
            using Tensor one = Tensor.FromSingles(DType.Float32, [scale], 1);
            Ops.StaticQuantFp8.Native(_context, x.Tensor, one, fp8, null, expected);
            Check($"{what} static", output => Specialized.RunAt(width, dtype, new StaticQuantFp8.Work(x.Tensor, one, output)));
        }

        int groups = hidden % 8 == 0 ? hidden / 8 : 1;
        float[] positive = [.. Cases.Normal(3, rows * groups).Select(value => MathF.Abs(value) + 0.01f)];
        using Tensor groupScales = Tensor.FromSingles(DType.Float32, positive, rows, groups);
        Ops.StaticGroupQuantFp8.Native(_context, x.Tensor, groupScales, fp8, expected);
        Check($"{what} static groups", output => Specialized.RunAt(width, dtype, new StaticGroupQuantFp8.Work(x.Tensor, groupScales, output)));

        using Tensor expectedScales = Tensor.Empty(DType.Float32, rows, 1), scales = Tensor.Empty(DType.Float32, rows, 1);
        Ops.DynamicQuantFp8.Native(_context, x.Tensor, true, fp8, null, null, expected, expectedScales);
        Check($"{what} dynamic", output => Specialized.RunAt(width, dtype, new DynamicQuantFp8.RowWork(x.Tensor, null, output, scales)));
        CheckScales(what, expectedScales, scales);

        foreach (int size in (int[])[16, 128])
        {
            foreach (bool powers in (bool[])[false, true])
            {
                int count = (hidden + size - 1) / size;
                using Tensor expectedGroups = Tensor.Empty(DType.Float32, rows, count), dynamicGroups = Tensor.Empty(DType.Float32, rows, count);
                Ops.DynamicGroupQuantFp8.Native(_context, x.Tensor, size, powers, fp8, expected, expectedGroups);
                Check($"{what} dynamic groups", output => Specialized.RunAt(
                    width, dtype, new DynamicGroupQuantFp8.Work(x.Tensor, size, powers, output, dynamicGroups)));
                CheckScales(what, expectedGroups, dynamicGroups);
            }
        }

        void Check(string name, Action<Tensor> run)
        {
            using GuardedTensor output = new(fp8, rows, hidden);
            run(output.Tensor);
            AssertSameNumbers(expected, output.Tensor, name);
            Assert.True(output.GuardsAreIntact, $"{name}: wrote outside the output.");
        }
    }

    // The bits, but for the sign of a NaN.
    private static void AssertSameNumbers(Tensor expected, Tensor actual, string what)
    {
        float[] values = expected.ToSingles();
        ReadOnlySpan<byte> wanted = expected.AsBytes(), found = actual.AsBytes();
        for (int i = 0; i < values.Length; i++)
        {
            int mask = float.IsNaN(values[i]) ? 0x7F : 0xFF;
            if ((wanted[i] & mask) != (found[i] & mask))
                Assert.Fail($"{what}: element {i} is 0x{found[i]:X2}; native has 0x{wanted[i]:X2}.");
        }
    }

    private static void CheckScales(string what, Tensor expected, Tensor actual)
    {
        float[] wanted = expected.ToSingles(), found = actual.ToSingles();
        for (int i = 0; i < wanted.Length; i++)
            Assert.True(wanted[i].Equals(found[i]), $"{what}: scale {i} is {found[i]:R}; native has {wanted[i]:R}.");
    }

    private static void CheckEncoding(Width width, DType fp8, Func<float, byte> encode, Func<byte, float> decode)
    {
        var format = Float8Format.Of(fp8);
        List<float> values = [];
        for (int bits = 0; bits < 256; bits++)
        {
            float value = decode((byte)bits), next = decode((byte)((bits & 0x80) | Math.Min(0x7F, (bits & 0x7F) + 1)));
            float middle = (value + next) / 2;
            values.AddRange([value, middle, MathF.BitIncrement(middle), MathF.BitDecrement(middle)]);
        }

        for (long bits = 0; bits <= uint.MaxValue; bits += Step)
            values.Add(BitConverter.UInt32BitsToSingle((uint)bits));
        values.RemoveAll(value => MathF.Abs(value) > format.Largest);
        values.AddRange(new float[(16 - (values.Count % 16)) % 16]);

        float[] all = [.. values];
        byte[] found = new byte[all.Length];
        fixed (float* source = all)
        fixed (byte* target = found)
        {
            switch (width)
            {
                case Width.Bits128: EncodeAll<Lanes128>(format, source, target, all.Length); break;
                case Width.Bits256: EncodeAll<Lanes256>(format, source, target, all.Length); break;
                default: EncodeAll<Lanes512>(format, source, target, all.Length); break;
            }
        }

        for (int i = 0; i < all.Length; i++)
        {
            if (found[i] != encode(all[i]))
                Assert.Fail($"{fp8} {width}: {all[i]:R} became 0x{found[i]:X2}; native has 0x{encode(all[i]):X2}.");
        }
    }

    private static void EncodeAll<TLanes>(Float8Format format, float* source, byte* target, int count) where TLanes : struct, ILanes<TLanes>
    {
        for (int i = 0; i < count; i += TLanes.Count)
            format.Encode(Float32Element.Load<TLanes>((Float32Element*)(source + i))).StoreLowestBytes(target + i);
    }
}
