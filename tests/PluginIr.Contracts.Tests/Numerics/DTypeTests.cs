namespace PluginIr.Contracts.Tests.Numerics;

public sealed class DTypeTests
{
    public static TheoryData<DType> All => [.. DTypeExtensions.Every];

    [Theory]
    [MemberData(nameof(All))]
    public void Both_names_of_a_dtype_parse_back(DType dtype)
    {
        Assert.Equal(dtype, DTypeExtensions.Parse(dtype.Name()));
        Assert.Equal(dtype, DTypeExtensions.Parse(dtype.ShortName()));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_set_of_one_dtype_has_that_member(DType dtype) => Assert.Equal([dtype], dtype.ToSet().Members());

    [Theory]
    [MemberData(nameof(All))]
    public void The_element_type_is_as_large_as_the_dtype_says(DType dtype)
    {
        int size = dtype.ElementType() == typeof(bool) ? 1 : System.Runtime.InteropServices.Marshal.SizeOf(dtype.ElementType());
        Assert.Equal(size, dtype.Size());
    }

    [Fact]
    public void The_sets_hold_what_their_names_say()
    {
        Assert.Equal([DType.Float32, DType.Float16, DType.BFloat16], DTypes.Floating.Members());
        Assert.Equal(DTypeExtensions.Every, DTypes.All.Members());
        Assert.Empty(DTypes.None.Members());
    }

    [Fact]
    public void The_dtype_of_each_clr_type_is_the_one_whose_elements_it_holds()
    {
        Assert.Equal(
            DTypeExtensions.Every,
            [DTypeExtensions.Of<float>(), DTypeExtensions.Of<Half>(), DTypeExtensions.Of<BFloat16>(), DTypeExtensions.Of<Float8E4M3FN>(),
             DTypeExtensions.Of<Float8E5M2>(), DTypeExtensions.Of<sbyte>(), DTypeExtensions.Of<int>(), DTypeExtensions.Of<long>(),
             DTypeExtensions.Of<byte>(), DTypeExtensions.Of<bool>()]);
        Assert.Contains("Double", Assert.Throws<NotSupportedException>(() => DTypeExtensions.Of<double>()).Message);
    }

    [Fact]
    public void An_unknown_name_is_refused_with_the_names_there_are()
    {
        string message = Assert.Throws<FormatException>(() => DTypeExtensions.Parse("float64")).Message;
        Assert.Contains("'float64'", message);
        Assert.Contains("bfloat16", message);
        Assert.False(DTypeExtensions.TryParse(null, out _));
    }
}
