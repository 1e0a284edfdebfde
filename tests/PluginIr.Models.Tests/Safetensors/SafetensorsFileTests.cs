using PluginIr.Models.Safetensors;
using PluginIr.Models.Tests.Support;
using Xunit;

namespace PluginIr.Models.Tests.Safetensors;

public sealed class SafetensorsFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_dtype_reads_back_as_written()
    {
        string path = _folder.File("all.safetensors");
        (string Name, Tensor Value)[] written =
        [
            .. DTypeExtensions.Every.Select(d => (d.Name(), Tensor.FromSingles(d, [0f, 1f, d == DType.Bool ? 1f : 2f, 1f, 0f, 1f], 2, 3))),
        ];
        SafetensorsWriter.Write(path, written);

        using SafetensorsFile file = SafetensorsFile.Open(path);

        foreach ((string name, Tensor value) in written)
        {
            using Tensor read = file.Get(name);
            Assert.Equal(value.Spec, read.Spec);
            Assert.Equal(value.AsBytes(), read.AsBytes());
        }
    }

    [Fact]
    public void An_aligned_tensor_is_a_view_of_the_map_and_not_a_copy()
    {
        using SafetensorsFile file = Small(alignment: 8);
        using Tensor first = file.Get("a"), again = file.Get("a");
        Assert.Equal(first.Address, again.Address);
    }

    [Fact]
    public void A_misaligned_tensor_is_a_copy_with_the_same_elements()
    {
        using SafetensorsFile file = Small(alignment: 1);
        using Tensor first = file.Get("a"), again = file.Get("a");
        Assert.NotEqual(first.Address, again.Address);
        Assert.Equal([1f, 2f, 3f], first.ToSingles());
    }

    [Fact]
    public void A_tensor_stays_readable_after_its_file_is_disposed()
    {
        SafetensorsFile file = Small(alignment: 8);
        Tensor tensor = file.Get("a");
        file.Dispose();
        Assert.Equal([1f, 2f, 3f], tensor.ToSingles());
        tensor.Dispose();
        Assert.Throws<ObjectDisposedException>(() => file.Get("a"));
    }

    [Fact]
    public void The_map_goes_when_the_file_and_its_last_tensor_are_disposed()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Reads /proc/self/maps, which only Linux has.");
        SafetensorsFile file = Small(alignment: 8);
        Tensor tensor = file.Get("a");

        file.Dispose();
        Assert.Contains(file.Path, File.ReadAllText("/proc/self/maps"));

        tensor.Dispose();
        Assert.DoesNotContain(file.Path, File.ReadAllText("/proc/self/maps"));
    }

    [Fact]
    public void Writing_to_a_tensor_leaves_the_file_alone()
    {
        using SafetensorsFile file = Small(alignment: 8);
        byte[] before = File.ReadAllBytes(file.Path);
        using Tensor tensor = file.Get("a");
        tensor.AsSpan<float>().Fill(7f);
        Assert.Equal(before, File.ReadAllBytes(file.Path));
    }

    [Fact]
    public void Metadata_is_exposed()
    {
        using SafetensorsFile file = SafetensorsFile.Open(
            SafetensorsWriter.WriteRaw(_folder.File("m"), """{"__metadata__":{"format":"pt"}}""", []));
        Assert.Equal("pt", Assert.Single(file.Metadata, m => m.Key == "format").Value);
        Assert.Empty(file.Entries);
    }

    [Fact]
    public void Tensors_without_elements_read()
    {
        using SafetensorsFile file = SafetensorsFile.Open(SafetensorsWriter.WriteRaw(
            _folder.File("e"),
            """{"none":{"dtype":"F32","shape":[0,4],"data_offsets":[0,0]},"one":{"dtype":"U8","shape":[],"data_offsets":[0,1]},"end":{"dtype":"U8","shape":[0],"data_offsets":[1,1]}}""",
            [9]));
        using Tensor none = file.Get("none"), one = file.Get("one"), end = file.Get("end");
        Assert.Equal("f32[0,4]", none.ToString());
        Assert.Equal([9f], one.ToSingles());
        Assert.Equal(0, end.ElementCount);
    }

    [Fact]
    public void An_unknown_dtype_is_an_error_only_when_its_tensor_is_asked_for()
    {
        using SafetensorsFile file = SafetensorsFile.Open(SafetensorsWriter.WriteRaw(
            _folder.File("f64"),
            """{"wide":{"dtype":"F64","shape":[1],"data_offsets":[0,8]},"a":{"dtype":"U8","shape":[2],"data_offsets":[8,10]}}""",
            new byte[10]));
        using Tensor known = file.Get("a");
        var error = Assert.Throws<SafetensorsException>(() => file.Get("wide"));
        Assert.Contains("'wide'", error.Message);
        Assert.Contains("found F64 [1]", error.Message);
        Assert.Contains("BF16", error.Message);
    }

    [Fact]
    public void A_rank_that_no_tensor_has_is_an_error_only_when_its_tensor_is_asked_for()
    {
        using SafetensorsFile file = SafetensorsFile.Open(SafetensorsWriter.WriteRaw(
            _folder.File("r9"), """{"deep":{"dtype":"U8","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,1]}}""", new byte[1]));
        Assert.Contains("at most 8 dimensions", Assert.Throws<SafetensorsException>(() => file.Get("deep")).Message);
    }

    [Fact]
    public void A_name_that_is_not_there_is_an_error_that_names_it()
    {
        using SafetensorsFile file = Small(alignment: 8);
        Assert.Contains("'b'", Assert.Throws<SafetensorsException>(() => file.Get("b")).Message);
    }

    private SafetensorsFile Small(int alignment)
    {
        // A name of the right length makes the header's end odd unless it is padded.
        string path = _folder.File("small.safetensors");
        using Tensor tensor = Tensor.From<float>([1f, 2f, 3f], 3);
        SafetensorsWriter.Write(path, [("a", tensor)], alignment);
        return SafetensorsFile.Open(path);
    }
}
