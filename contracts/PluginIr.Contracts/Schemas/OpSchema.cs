using System;
using System.Collections.Generic;
using System.Linq;

namespace PluginIr.Schemas;

/// <summary>What identifies an op: its name, inputs and outputs. Prints as canonical text that parses back.</summary>
/// <remarks>
/// <c>rms_norm(Tensor x, Tensor? weight, float epsilon, int? variance_size=None) -> Tensor</c>. Two builds mean the same op when
/// the texts are equal, whatever CLR types they use. The grammar follows PyTorch's operator schemas.
/// </remarks>
public sealed class OpSchema : IEquatable<OpSchema>
{
    internal OpSchema(string name, IReadOnlyList<SchemaParameter> parameters, IReadOnlyList<string> outputs)
    {
        Name = name;
        Parameters = parameters;
        Outputs = outputs;
        Text = name + "(" + string.Join(", ", parameters) + ") -> " +
               (outputs.Count == 1 ? "Tensor" : "(" + string.Join(", ", outputs.Select(o => "Tensor " + o)) + ")");
        TensorCount = parameters.Count(p => p.IsTensor);
    }

    /// <summary>The op's name, matching <c>[a-z_][a-z_0-9]*</c>.</summary>
    public string Name { get; }

    /// <summary>The inputs, tensors and attributes, in order.</summary>
    public IReadOnlyList<SchemaParameter> Parameters { get; }

    /// <summary>The outputs' names, in order; a single one is called <c>out</c>. All are tensors.</summary>
    public IReadOnlyList<string> Outputs { get; }

    /// <summary>The canonical text.</summary>
    public string Text { get; }

    /// <summary>How many inputs are tensors, optional ones included.</summary>
    public int TensorCount { get; }

    /// <summary>How many inputs are not tensors.</summary>
    public int AttributeCount => Parameters.Count - TensorCount;

    /// <summary>The inputs that are tensors, in order.</summary>
    public IEnumerable<SchemaParameter> Tensors => Parameters.Where(p => p.IsTensor);

    /// <summary>The inputs that are not tensors, in order.</summary>
    public IEnumerable<SchemaParameter> Attributes => Parameters.Where(p => !p.IsTensor);

    /// <summary>Reads schema text.</summary>
    /// <exception cref="FormatException">The text is not a schema; the message says where and what was expected.</exception>
    public static OpSchema Parse(string text) => SchemaParser.Parse(text);

    /// <inheritdoc/>
    public bool Equals(OpSchema? other) => other is not null && Text == other.Text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as OpSchema);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Text);

    /// <inheritdoc/>
    public override string ToString() => Text;
}
