using PluginIr.Models.Safetensors;
using PluginIr.Models.Tests.Support;
using Xunit;

namespace PluginIr.Models.Tests.Safetensors;

public sealed class SafetensorsHeaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_file_that_the_refused_ones_are_made_from_opens()
    {
        using SafetensorsFile file = Open("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8);
        Assert.Equal(["a"], file.Entries.Keys);
    }

    [Theory]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", 4, "tensor 'a': expected 8 bytes for F32 [2]; found 4")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 7, "end within the 7 bytes of data; found 0 to 8")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 9, "expected the data to end with 'a' at byte 8; found 9 bytes")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", 8, "begin not after end; found [8,0]")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0]}}""", 8, "two numbers, [begin, end]; found [0]")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,8]}}""", 8, "two numbers, [begin, end]; found [0,8,8]")]
    [InlineData("""{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", 8, "tensor 'a', shape: expected whole numbers from 0 to 2^63-1; found -2")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2.5],"data_offsets":[0,8]}}""", 8, "found 2.5")]
    [InlineData("""{"a":{"dtype":"F32","shape":["2"],"data_offsets":[0,8]}}""", 8, "found \"2\"")]
    [InlineData("""{"a":{"dtype":"F32","shape":2,"data_offsets":[0,8]}}""", 8, "expected a list of whole numbers; found 2")]
    [InlineData("""{"a":{"dtype":"F32","shape":[9223372036854775808],"data_offsets":[0,8]}}""", 8, "found 9223372036854775808")]
    [InlineData("""{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,8]}}""", 8, "expected a shape that fits in memory")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,9223372036854775807]}}""", 8, "expected 8 bytes for F32 [2]; found 9223372036854775807")]
    [InlineData("""{"a":{"dtype":"F64","shape":[2],"data_offsets":[0,9223372036854775807]}}""", 8, "end within the 8 bytes")]
    [InlineData("""{"a":{"dtype":4,"shape":[2],"data_offsets":[0,8]}}""", 8, "tensor 'a', dtype: expected a string; found 4")]
    [InlineData("""{"a":{"shape":[2],"data_offsets":[0,8]}}""", 8, "tensor 'a': expected dtype, shape and data_offsets; found no dtype")]
    [InlineData("""{"a":{"dtype":"F32","data_offsets":[0,8]}}""", 8, "found no shape")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2]}}""", 8, "found no data_offsets")]
    [InlineData("""{"a":7}""", 8, "expected an object with dtype, shape and data_offsets; found 7")]
    [InlineData("""[1]""", 8, "the header: expected an object; found [1]")]
    [InlineData("""{"a":""", 8, "the header is not valid JSON")]
    [InlineData("", 8, "the header is not valid JSON")]
    [InlineData("""{"\ud800":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8, "the header is not valid JSON")]
    [InlineData("""{"__metadata__":{"k":1}}""", 0, "__metadata__ 'k': expected a string; found 1")]
    [InlineData("""{"__metadata__":[]}""", 0, "__metadata__: expected an object of strings; found []")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "'a'")]
    [InlineData("""{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", 4, "'dtype'")]
    [InlineData("""{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}}""", 12, "tensor 'b': expected it to begin at byte 8, after 'a'; found byte 4, so the two overlap")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""", 12, "tensor 'b': expected it to begin at byte 4, after 'a'; found byte 8, which leaves a hole")]
    [InlineData("""{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", 8, "after the start of the data; found byte 4, which leaves a hole")]
    public void A_wrong_header_is_refused_with_what_was_expected_and_found(string header, int dataBytes, string message)
    {
        var error = Assert.Throws<SafetensorsException>(() => Open(header, dataBytes));
        Assert.Contains(message, error.Message);
        Assert.StartsWith(error.File, error.Message);
    }

    [Theory]
    [InlineData(new byte[0], "found an empty file")]
    [InlineData(new byte[] { 1, 0, 0 }, "expected at least 8 bytes, the header's length; found 3")]
    [InlineData(new byte[] { 3, 0, 0, 0, 0, 0, 0, 0, 123, 125 }, "expected a header of 3 bytes; found 2 bytes after its length")]
    [InlineData(new byte[] { 255, 255, 255, 255, 255, 255, 255, 255, 123, 125 }, "at most 100000000 bytes; found 18446744073709551615")]
    [InlineData(new byte[] { 1, 225, 245, 5, 0, 0, 0, 0, 123, 125 }, "at most 100000000 bytes; found 100000001")]
    [InlineData(new byte[] { 4, 0, 0, 0, 0, 0, 0, 0, 123, 34, 255, 34 }, "the header is not valid JSON")]
    public void A_header_that_does_not_fit_its_file_is_refused(byte[] content, string message)
    {
        string path = _folder.File("f");
        File.WriteAllBytes(path, content);
        Assert.Contains(message, Assert.Throws<SafetensorsException>(() => SafetensorsFile.Open(path)).Message);
    }

    [Fact]
    public void A_file_that_is_not_there_and_a_folder_are_named()
    {
        string path = _folder.File("none.safetensors");
        Assert.StartsWith($"{path}: cannot be read", Assert.Throws<SafetensorsException>(() => SafetensorsFile.Open(path)).Message);
        Assert.StartsWith($"{_folder.Path}: is a folder", Assert.Throws<SafetensorsException>(() => SafetensorsFile.Open(_folder.Path)).Message);
    }

    private SafetensorsFile Open(string header, int dataBytes) =>
        SafetensorsFile.Open(SafetensorsWriter.WriteRaw(_folder.File("f"), header, new byte[dataBytes]));
}
