using PluginIr.Models.Checkpoints;
using PluginIr.Models.Safetensors;
using PluginIr.Models.Tests.Support;
using Xunit;

namespace PluginIr.Models.Tests.Checkpoints;

public sealed class CheckpointTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_undivided_checkpoint_has_the_weights_of_its_file()
    {
        WriteFile("model.safetensors", "a", 1f);
        using Checkpoint checkpoint = Checkpoint.Open(_folder.Path);
        using Tensor a = checkpoint.Get("a", 1);
        Assert.Equal([1f], a.ToSingles());
        Assert.True(checkpoint.Contains("a"));
        Assert.False(checkpoint.Contains("b"));
    }

    [Fact]
    public void A_divided_checkpoint_has_the_weights_of_all_its_files()
    {
        WriteFile("one.safetensors", "a", 1f);
        WriteFile("two.safetensors", "b", 2f);
        WriteIndex("""{"metadata":{"total_size":8},"weight_map":{"a":"one.safetensors","b":"two.safetensors"}}""");

        using Checkpoint checkpoint = Checkpoint.Open(_folder.Path);

        using Tensor a = checkpoint.Get("a", 1), b = checkpoint.Get("b", 1);
        Assert.Equal([1f, 2f], [a.ToSingles()[0], b.ToSingles()[0]]);
        Assert.Equal(["a", "b"], checkpoint.Names.Order());
    }

    [Fact]
    public void A_weight_stays_readable_after_its_checkpoint_is_disposed()
    {
        WriteFile("model.safetensors", "a", 1f);
        Checkpoint checkpoint = Checkpoint.Open(_folder.Path);
        using Tensor a = checkpoint.Get("a", 1);
        checkpoint.Dispose();
        Assert.Equal([1f], a.ToSingles());
    }

    [Fact]
    public void A_missing_weight_is_named_with_the_shape_that_was_expected()
    {
        WriteFile("model.safetensors", "a", 1f);
        using Checkpoint checkpoint = Checkpoint.Open(_folder.Path);
        string message = Assert.Throws<CheckpointException>(() => checkpoint.Get("model.norm.weight", 4)).Message;
        Assert.Contains("weight 'model.norm.weight': expected [4]; found no such weight", message);
    }

    [Theory]
    [InlineData(new long[] { 2 }, "weight 'a': expected [2]; found [1]")]
    [InlineData(new long[] { 1, 1 }, "weight 'a': expected [1,1]; found [1]")]
    [InlineData(new long[0], "weight 'a': expected []; found [1]")]
    public void A_misshapen_weight_is_named_with_both_shapes(long[] shape, string message)
    {
        WriteFile("model.safetensors", "a", 1f);
        using Checkpoint checkpoint = Checkpoint.Open(_folder.Path);
        Assert.Contains(message, Assert.Throws<CheckpointException>(() => checkpoint.Get("a", shape)).Message);
    }

    [Fact]
    public void A_folder_without_weights_is_refused()
    {
        string message = Assert.Throws<CheckpointException>(() => Checkpoint.Open(_folder.Path)).Message;
        Assert.Contains("expected model.safetensors, or model.safetensors.index.json and its files; found neither", message);
    }

    [Theory]
    [InlineData("""{"weight_map":{"a":"gone.safetensors"}}""", "gone.safetensors'; found no such file")]
    [InlineData("""{"weight_map":{"b":"one.safetensors"}}""", "weight 'b': expected it in")]
    [InlineData("""{"weight_map":{"a":7}}""", "weight 'a': expected the name of a file; found Number")]
    [InlineData("""{"weight_map":["a"]}""", "found no weight_map object")]
    [InlineData("""{}""", "found no weight_map object")]
    [InlineData("""[]""", "found no weight_map object")]
    [InlineData("""{"weight_map":""", "the index is not valid JSON")]
    [InlineData("""{"weight_map":{"a":"one.safetensors","a":"one.safetensors"}}""", "the index is not valid JSON")]
    [InlineData("""{"weight_map":{"a":"\ud800"}}""", "the index is not valid JSON")]
    public void A_wrong_index_is_refused(string index, string message)
    {
        WriteFile("one.safetensors", "a", 1f);
        WriteIndex(index);
        Assert.Contains(message, Assert.Throws<CheckpointException>(() => Checkpoint.Open(_folder.Path)).Message);
    }

    [Theory]
    [InlineData("../outside.safetensors")]
    [InlineData("sub/../../outside.safetensors")]
    [InlineData("/etc/passwd")]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("")]
    [InlineData("a\\\\..\\\\b")]
    [InlineData("a\\u0000b")]
    public void An_index_cannot_point_outside_its_folder(string file)
    {
        WriteIndex($$$"""{"weight_map":{"a":"{{{file}}}"}}""");
        string message = Assert.Throws<CheckpointException>(() => Checkpoint.Open(_folder.Path)).Message;
        Assert.Contains("weight 'a': expected the name of a file in the index's own folder", message);
    }

    [Fact]
    public void A_damaged_file_of_a_divided_checkpoint_is_named()
    {
        WriteFile("one.safetensors", "a", 1f);
        File.WriteAllBytes(_folder.File("two.safetensors"), [1, 2, 3]);
        WriteIndex("""{"weight_map":{"a":"one.safetensors","b":"two.safetensors"}}""");
        Assert.EndsWith("two.safetensors", Assert.Throws<SafetensorsException>(() => Checkpoint.Open(_folder.Path)).File);
    }

    private void WriteFile(string file, string name, float value)
    {
        using Tensor tensor = Tensor.From([value], 1);
        SafetensorsWriter.Write(_folder.File(file), [(name, tensor)]);
    }

    private void WriteIndex(string json) => _folder.Write("model.safetensors.index.json", json);
}
