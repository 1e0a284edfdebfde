using System.Text.Json;
using PluginIr.Conformance;
using PluginIr.Registration;
using PluginIr.Schemas;

namespace PluginIr.Contracts.Tests.Vectors;

public sealed class VectorTests(ITestOutputHelper output)
{
    public static TheoryData<string> Ops => [.. VectorFile.Public.Cases.Select(VectorFile.OpOf).Distinct()];

    [Fact]
    public void There_are_234_cases_and_each_is_of_a_built_in_op()
    {
        Assert.Equal(234, VectorFile.Public.Cases.Count);
        Assert.All(VectorFile.Public.Cases, c => BuiltInOps.Get(VectorFile.OpOf(c)));
    }

    [Theory]
    [MemberData(nameof(Ops))]
    public void Native_computes_what_PyTorch_computes(string op)
    {
        List<string> wrong = [];
        int elements = 0, exact = 0;
        JsonElement[] cases = [.. VectorFile.Public.Cases.Where(c => VectorFile.OpOf(c) == op)];
        foreach (JsonElement vector in cases)
            wrong.AddRange(Differences(vector, ref elements, ref exact, actual => actual));
        output.WriteLine($"{op}: {cases.Length} cases, {exact} of {elements} elements bit for bit");
        Assert.Empty(wrong);
    }

    [Theory]
    [MemberData(nameof(Ops))]
    public void A_result_that_is_off_in_one_element_is_noticed(string op)
    {
        int elements = 0, exact = 0;
        JsonElement vector = VectorFile.Public.Cases.First(c => VectorFile.OpOf(c) == op);
        Assert.NotEmpty(Differences(vector, ref elements, ref exact, actual =>
        {
            actual[^1] += 0.5f + MathF.Abs(actual[^1]);
            return actual;
        }));
    }

    private static List<string> Differences(JsonElement vector, ref int elements, ref int exact, Func<float[], float[]> change)
    {
        OpDescriptor op = BuiltInOps.Get(VectorFile.OpOf(vector));
        using OpArguments arguments = VectorFile.Public.ArgumentsOf(vector, OpSchema.Parse(op.Schema));
        Tensor[] expected = VectorFile.Public.OutputsOf(vector), actual = NativeCall.Run(op, arguments);
        List<string> differences = [];
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i].Spec, actual[i].Spec);
            Tolerance tolerance = Tolerance.Default(expected[i].DType);
            float[] wanted = expected[i].ToSingles(), found = change(actual[i].ToSingles());
            for (int j = 0; j < wanted.Length; j++)
            {
                elements++;
                exact += BitConverter.SingleToInt32Bits(wanted[j]) == BitConverter.SingleToInt32Bits(found[j]) ? 1 : 0;
                if (!tolerance.Accepts(found[j], wanted[j]))
                {
                    string where = $"case {vector.GetProperty("id")}, {arguments.Schema.Outputs[i]}[{j}] {expected[i].Spec}";
                    differences.Add($"{where}: expected {wanted[j]}, found {found[j]}");
                }
            }
        }

        return differences;
    }
}
