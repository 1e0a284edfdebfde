using PluginIr.Dispatch;
using PluginIr.Registration;
using PluginIr.Schemas;

namespace PluginIr.Contracts.Tests.Schemas;

public sealed class SchemaTests
{
    [Fact]
    public void A_schema_is_read_into_its_parts()
    {
        OpSchema schema = OpSchema.Parse(
            "op_1(Tensor x, Tensor? w, float e=1e-5, int? n=None, bool b=True, dtype d=float16, str s=\"a, b\")" +
            " -> (Tensor out, Tensor scale)");
        Assert.Equal("op_1", schema.Name);
        Assert.Equal(["x", "w", "e", "n", "b", "d", "s"], schema.Parameters.Select(p => p.Name));
        Assert.Equal(["Tensor", "Tensor?", "float", "int?", "bool", "dtype", "str"], schema.Parameters.Select(p => p.TypeText));
        Assert.Equal([null, null, "1E-05", "None", "True", "float16", "\"a, b\""], schema.Parameters.Select(p => p.DefaultText));
        Assert.Equal(["out", "scale"], schema.Outputs);
        Assert.Equal((2, 5), (schema.TensorCount, schema.AttributeCount));
    }

    [Fact]
    public void A_single_output_is_called_out() => Assert.Equal(["out"], OpSchema.Parse("f(Tensor x) -> Tensor").Outputs);

    [Theory]
    [InlineData(" f ( Tensor  x ,float   e = 0.00001 )->Tensor ", "f(Tensor x, float e=1E-05) -> Tensor")]
    [InlineData("f(Tensor? x=None)->(Tensor a,Tensor b)", "f(Tensor? x=None) -> (Tensor a, Tensor b)")]
    [InlineData("f(Tensor x, int n=+5) -> Tensor", "f(Tensor x, int n=5) -> Tensor")]
    [InlineData("f(Tensor intensity, float e=1) -> Tensor", "f(Tensor intensity, float e=1) -> Tensor")]
    public void The_canonical_text_does_not_depend_on_spelling(string text, string canonical)
    {
        OpSchema schema = OpSchema.Parse(text);
        Assert.Equal(canonical, schema.Text);
        Assert.Equal(schema, OpSchema.Parse(canonical));
        Assert.Equal(OpId.Intern(text), OpId.Intern(canonical));
    }

    [Fact]
    public void Ops_that_differ_in_a_default_are_different_ops()
    {
        OpSchema one = OpSchema.Parse("schema_test(Tensor x, float e=1) -> Tensor");
        OpSchema two = OpSchema.Parse("schema_test(Tensor x, float e=2) -> Tensor");
        Assert.NotEqual(one, two);
        Assert.NotEqual(OpId.Intern(one.Text), OpId.Intern(two.Text));
    }

    [Theory]
    [InlineData("", 1, "the op's name")]
    [InlineData("F(Tensor x) -> Tensor", 1, "the op's name")]
    [InlineData("f٣(Tensor x) -> Tensor", 2, "'('")]
    [InlineData("f Tensor x) -> Tensor", 3, "'('")]
    [InlineData("f(tensor x) -> Tensor", 3, "a type")]
    [InlineData("f(Tensors x) -> Tensor", 3, "a type")]
    [InlineData("f(Tensor X) -> Tensor", 10, "a parameter's name")]
    [InlineData("f(Tensor x -> Tensor", 12, "')'")]
    [InlineData("f(Tensor x) Tensor", 13, "'->'")]
    [InlineData("f(Tensor x) -> int", 16, "'Tensor'")]
    [InlineData("f(Tensor x) -> (Tensor)", 23, "an output's name")]
    [InlineData("f(Tensor x) -> Tensor y", 23, "the end")]
    [InlineData("f(Tensor x, int n=1.5) -> Tensor", 19, "a default of type int")]
    [InlineData("f(Tensor x, int n=None) -> Tensor", 19, "a default of type int")]
    [InlineData("f(Tensor x, bool b=true) -> Tensor", 20, "a default of type bool")]
    [InlineData("f(Tensor x, str s=none) -> Tensor", 19, "a default of type str")]
    [InlineData("f(Tensor x, str s=\"none) -> Tensor", 19, "a closing quote")]
    [InlineData("f(Tensor x, int n=1, float e) -> Tensor", 29, "a default for 'e'")]
    [InlineData("f(Tensor x, Tensor x) -> Tensor", 21, "'x' a second time")]
    [InlineData("f(Tensor x) -> (Tensor a, Tensor a)", 35, "'a' a second time")]
    public void Malformed_text_is_refused_with_the_column_and_what_was_expected(string text, int column, string expected)
    {
        string message = Assert.Throws<FormatException>(() => OpSchema.Parse(text)).Message;
        Assert.Contains($"column {column}: expected", message);
        Assert.Contains(expected, message);
    }

    [Theory]
    [MemberData(nameof(BuiltInOps.Names), MemberType = typeof(BuiltInOps))]
    public void The_text_of_a_built_in_op_is_canonical(string name)
    {
        OpDescriptor op = BuiltInOps.Get(name);
        Assert.Equal(op.Schema, OpSchema.Parse(op.Schema).Text);
        Assert.Equal(op.Schema, op.Native.Schema);
    }

    [Theory]
    [InlineData("float e", "1E-05")]
    [InlineData("int n", "-3")]
    [InlineData("int? n", "None")]
    [InlineData("bool b", "False")]
    [InlineData("dtype d", "bfloat16")]
    [InlineData("str s", "\"tanh\"")]
    [InlineData("str s", "\"\"")]
    public void An_attribute_value_prints_as_it_parses(string parameter, string text)
    {
        SchemaParameter declared = OpSchema.Parse($"f(Tensor x, {parameter}) -> Tensor").Parameters[1];
        AttributeValue value = AttributeValue.Parse(text, declared);
        Assert.True(value.Fits(declared));
        Assert.Equal(text, value.ToString());
        Assert.Equal(value, AttributeValue.Parse(value.ToString(), declared));
    }

    [Theory]
    [InlineData("float e", "None")]
    [InlineData("int n", "1.5")]
    [InlineData("bool b", "true")]
    [InlineData("dtype d", "float64")]
    [InlineData("str s", "tanh")]
    public void Text_of_another_type_is_no_attribute_value(string parameter, string text)
    {
        SchemaParameter declared = OpSchema.Parse($"f(Tensor x, {parameter}) -> Tensor").Parameters[1];
        Assert.Throws<FormatException>(() => AttributeValue.Parse(text, declared));
    }

    [Fact]
    public void An_attribute_value_is_read_as_its_own_type_only()
    {
        AttributeValue value = 3;
        Assert.Equal(3, value.IntOrNone);
        Assert.Null(AttributeValue.None.IntOrNone);
        Assert.Throws<InvalidOperationException>(() => value.Float);
        Assert.Throws<InvalidOperationException>(() => AttributeValue.None.Int);
        Assert.NotEqual<AttributeValue>(3, 3f);
    }
}
