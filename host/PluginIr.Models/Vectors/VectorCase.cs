using System.Text.Json;
using PluginIr.Conformance;
using PluginIr.Models.Json;
using PluginIr.Models.Safetensors;
using PluginIr.Schemas;

namespace PluginIr.Models.Vectors;

/// <summary>One call of an op with the results it must have.</summary>
/// <param name="file">The file it is from, for messages.</param>
/// <param name="id">Its number in the file.</param>
/// <param name="op">The op's name.</param>
/// <param name="inputs">The tensor inputs, in the op's order.</param>
/// <param name="attributes">The other inputs that were given, as JSON values by name.</param>
/// <param name="outputs">The expected outputs, in the op's order.</param>
public sealed class VectorCase(
    string file, int id, string op, IReadOnlyList<VectorTensor> inputs, IReadOnlyDictionary<string, JsonElement> attributes,
    IReadOnlyList<VectorTensor> outputs)
{
    /// <summary>The case's number in its file.</summary>
    public int Id { get; } = id;

    /// <summary>The op's name.</summary>
    public string Op { get; } = op;

    /// <summary>The tensor inputs, in the op's order.</summary>
    public IReadOnlyList<VectorTensor> Inputs { get; } = inputs;

    /// <summary>The other inputs that were given, as JSON values by name.</summary>
    public IReadOnlyDictionary<string, JsonElement> Attributes { get; } = attributes;

    /// <summary>The expected outputs, in the op's order.</summary>
    public IReadOnlyList<VectorTensor> Outputs { get; } = outputs;

    /// <summary>The case's inputs as arguments of an op; what the case does not give takes its default.</summary>
    /// <param name="schema">The op's schema.</param>
    /// <returns>Arguments that the caller disposes. Their tensors look at the file's memory.</returns>
    /// <exception cref="SafetensorsException">The case gives what the schema does not take, or not what it needs.</exception>
    public OpArguments Bind(OpSchema schema)
    {
        ArgumentNullException.ThrowIfNull(schema);
        if (Inputs.Select(i => i.Name).Concat(Attributes.Keys).FirstOrDefault(n => schema.Parameters.All(p => p.Name != n)) is { } stranger)
            throw Wrong($"expected inputs of '{schema.Text}'; found '{stranger}'");
        if (Outputs.Count != schema.Outputs.Count)
            throw Wrong($"expected the {schema.Outputs.Count} outputs of '{schema.Text}'; found {Outputs.Count}");

        AttributeValue[] attributes = [.. schema.Attributes.Select(Attribute)];
        VectorTensor?[] given = [.. schema.Tensors.Select(p => Inputs.FirstOrDefault(i => i.Name == p.Name))];
        foreach ((SchemaParameter parameter, VectorTensor? input) in schema.Tensors.Zip(given))
        {
            if (input?.Value is null && !parameter.IsOptional)
                throw Wrong($"expected a tensor for '{parameter}' of '{schema.Text}'; found none");
        }

        return new OpArguments(schema, [.. given.Select(i => i?.Value?.Alias())], attributes);
    }

    /// <summary>As reports name it: <c>case 4 (rms_norm)</c>.</summary>
    public override string ToString() => $"case {Id} ({Op})";

    private AttributeValue Attribute(SchemaParameter parameter)
    {
        if (!Attributes.TryGetValue(parameter.Name, out JsonElement value))
        {
            return parameter.DefaultText is { } text
                ? AttributeValue.Parse(text, parameter)
                : throw Wrong($"expected a value for '{parameter}'; found none");
        }

        return (parameter.Kind, value.ValueKind) switch
        {
            (_, JsonValueKind.Null) when parameter.IsOptional => AttributeValue.None,
            (ParameterKind.Float, JsonValueKind.Number) => value.GetSingle(),
            (ParameterKind.Int, JsonValueKind.Number) when value.TryGetInt32(out int number) => number,
            (ParameterKind.Bool, JsonValueKind.True or JsonValueKind.False) => value.GetBoolean(),
            (ParameterKind.DType, JsonValueKind.String) when DTypeExtensions.TryParse(value.GetString(), out DType dtype) => dtype,
            (ParameterKind.Str, JsonValueKind.String) => value.GetString(),
            _ => throw Wrong($"expected a value for '{parameter}'; found {StrictJson.Excerpt(value)}"),
        };
    }

    private SafetensorsException Wrong(string problem) => new(file, $"{this}: {problem}.");
}
