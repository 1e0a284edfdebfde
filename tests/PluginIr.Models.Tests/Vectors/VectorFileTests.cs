using System.Text.Json;
using PluginIr.Conformance;
using PluginIr.Models.Safetensors;
using PluginIr.Models.Tests.Support;
using PluginIr.Models.Vectors;
using PluginIr.Runtime;
using PluginIr.Runtime.Registry;
using PluginIr.Schemas;
using Xunit;

namespace PluginIr.Models.Tests.Vectors;

public sealed class VectorFileTests : IDisposable
{
    private const string Good =
        """{"id":4,"op":"scale","inputs":[["x","a"],["bias",null]],"attrs":{"factor":2},"outputs":[["out","b"]]}""";

    private static readonly OpSchema s_schema =
        OpSchema.Parse("""scale(Tensor x, Tensor? bias, float factor, int? n=None, bool up=True, dtype to=bfloat16, str mode="none") -> Tensor""");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_public_vectors_read()
    {
        using VectorFile file = VectorFile.Open(Path.Combine(AppContext.BaseDirectory, "vectors", "ops-public.safetensors"));
        Assert.Equal(234, file.Cases.Count);
        VectorCase norm = file.Cases[2];
        Assert.Equal("case 2 (rms_norm)", norm.ToString());
        Assert.Equal(["x", "weight"], norm.Inputs.Select(i => i.Name));
        Assert.Null(norm.Inputs[1].Value);
        Assert.NotNull(norm.Outputs.Single().Value);
    }

    [Fact]
    public void Every_public_case_binds_to_the_op_that_it_names()
    {
        RegistrySnapshot registry = new IrRuntime().Registry;
        using VectorFile file = VectorFile.Open(Path.Combine(AppContext.BaseDirectory, "vectors", "ops-public.safetensors"));
        foreach (VectorCase vector in file.Cases)
        {
            using OpArguments arguments = vector.Bind(registry.Op(vector.Op).Schema);
            Assert.Equal(vector.Inputs.Count, arguments.Tensors.Length);
        }
    }

    [Fact]
    public void A_case_binds_to_its_schema_and_takes_defaults()
    {
        using VectorFile file = Open(Good);
        using OpArguments arguments = file.Cases[0].Bind(s_schema);
        Assert.Equal([1f, 2f], arguments.Tensors[0]!.ToSingles());
        Assert.Null(arguments.Tensors[1]);
        Assert.Equal([2f, AttributeValue.None, true, DType.BFloat16, "none"], arguments.Attributes);
    }

    [Fact]
    public void A_case_binds_every_type_of_attribute()
    {
        using VectorFile file = Open(Good.Replace(
            "{\"factor\":2}", """{"factor":1e-06,"n":8,"up":false,"to":"float8_e4m3fn","mode":"tanh"}"""));
        using OpArguments arguments = file.Cases[0].Bind(s_schema);
        Assert.Equal([1e-6f, 8, false, DType.Float8E4M3FN, "tanh"], arguments.Attributes);
    }

    [Fact]
    public void Disposing_bound_arguments_leaves_the_case_readable()
    {
        using VectorFile file = Open(Good);
        file.Cases[0].Bind(s_schema).Dispose();
        Assert.Equal([1f, 2f], file.Cases[0].Inputs[0].Value!.ToSingles());
    }

    [Theory]
    [InlineData("\"factor\":2", "\"factor\":2,\"other\":1", "found 'other'")]
    [InlineData("\"factor\":2", "", "expected a value for 'float factor'; found none")]
    [InlineData("\"factor\":2", "\"factor\":\"two\"", "expected a value for 'float factor'; found \"two\"")]
    [InlineData("\"factor\":2", "\"factor\":null", "expected a value for 'float factor'; found null")]
    [InlineData("\"factor\":2", "\"factor\":2,\"n\":1.5", "expected a value for 'int? n=None'; found 1.5")]
    [InlineData("\"factor\":2", "\"factor\":2,\"to\":\"float64\"", "found \"float64\"")]
    [InlineData("[\"x\",\"a\"]", "[\"x\",null]", "expected a tensor for 'Tensor x'")]
    [InlineData("[\"x\",\"a\"],", "", "expected a tensor for 'Tensor x'")]
    [InlineData("[\"bias\",null]", "[\"y\",null]", "found 'y'")]
    [InlineData("[\"out\",\"b\"]", "[\"out\",\"b\"],[\"more\",\"b\"]", "expected the 1 outputs")]
    public void A_case_that_does_not_fit_its_schema_is_refused(string good, string bad, string message)
    {
        using VectorFile file = Open(Good.Replace(good, bad));
        string found = Assert.Throws<SafetensorsException>(() => file.Cases[0].Bind(s_schema)).Message;
        Assert.Contains("case 4 (scale)", found);
        Assert.Contains(message, found);
    }

    [Theory]
    [InlineData("\"id\":4,", "", "cases[0]: expected an object with id, op, inputs, attrs and outputs; found no id")]
    [InlineData("\"id\":4", "\"id\":\"4\"", "cases[0], id: expected a JSON number; found \"4\"")]
    [InlineData("\"id\":4", "\"id\":4.5", "cases[0], id: expected a 32-bit number; found 4.5")]
    [InlineData("\"op\":\"scale\"", "\"op\":null", "cases[0], op: expected a JSON string")]
    [InlineData("\"b\"]", "null]", "case 4 (scale), outputs: expected pairs [name, tensor]")]
    [InlineData("[\"x\",\"a\"]", "\"x\"", "case 4 (scale), inputs: expected pairs [name, tensor or null]; found \"x\"")]
    [InlineData("[\"x\",\"a\"]", "[\"x\",\"a\"],[\"x\",\"a\"]", "found 'x' twice")]
    [InlineData("\"a\"]", "\"gone\"]", "tensor 'gone'")]
    [InlineData("\"attrs\":{\"factor\":2}", "\"attrs\":[]", "case 4 (scale), attrs: expected a JSON object")]
    [InlineData("{\"factor\":2}", "{\"factor\":2", "__metadata__.cases is not valid JSON")]
    public void A_malformed_case_is_refused(string good, string bad, string message) =>
        Assert.Contains(message, Assert.Throws<SafetensorsException>(() => Open(Good.Replace(good, bad))).Message);

    [Fact]
    public void A_file_without_cases_is_refused()
    {
        string message = Assert.Throws<SafetensorsException>(() => VectorFile.Open(Path.Combine(TinyModel.Folder, "logits.safetensors"))).Message;
        Assert.Contains("expected a list of cases under __metadata__.cases; found none", message);
    }

    private VectorFile Open(string oneCase)
    {
        string cases = JsonSerializer.Serialize($"[{oneCase}]");
        return VectorFile.Open(SafetensorsWriter.WriteRaw(
            _folder.File("v.safetensors"),
            $$$"""{"__metadata__":{"cases":{{{cases}}}},"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[8,12]}}""",
            [0, 0, 128, 63, 0, 0, 0, 64, 0, 0, 0, 0]));
    }
}
