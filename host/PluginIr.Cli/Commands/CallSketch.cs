using PluginIr.Conformance;
using PluginIr.Dispatch;
using PluginIr.Runtime;
using PluginIr.Runtime.Registry;
using PluginIr.Schemas;

namespace PluginIr.Cli.Commands;

/// <summary>A call of an op without data, made up from a dtype and a shape.</summary>
/// <param name="Tensors">The tensor inputs' specs.</param>
/// <param name="Attributes">The other inputs.</param>
/// <param name="Traits">The call's traits.</param>
internal sealed record CallSketch(TensorSpec?[] Tensors, AttributeValue[] Attributes, CallTraits Traits)
{
    // A seed with which the norms get a weight, as they have in models.
    private const int Seed = 2;

    /// <summary>Makes up a call.</summary>
    /// <param name="op">The op.</param>
    /// <param name="dtype">The activations' dtype.</param>
    /// <param name="shape">The activations' shape; ops with shapes of their own take what comes near.</param>
    /// <param name="settings">Values for other inputs, as <c>name=value</c>.</param>
    /// <exception cref="InputException">A setting is malformed, or for no input of the op.</exception>
    /// <exception cref="FormatException">A setting's value is not of its input's type.</exception>
    /// <exception cref="ArgumentException">The op does not take this.</exception>
    public static CallSketch Of(RegisteredOp op, DType dtype, long[] shape, IReadOnlyList<string> settings)
    {
        long hidden = shape[^1], rows = shape[..^1].Aggregate(1L, (product, size) => product * size);
        var generator = new InputGenerator(op.Schema, dtype, rows, hidden, Seed) { IsDataLess = true };
        op.Descriptor.Generate(generator);
        // A question about a plain call gets an answer about a plain call: what can be left out is, unless it is asked for.
        foreach (SchemaParameter parameter in op.Schema.Attributes.Where(p => p.DefaultText is not null))
            generator.Set(parameter.Name, AttributeValue.Parse(parameter.DefaultText!, parameter));
        foreach (string setting in settings)
            Set(op, generator, setting);

        using OpArguments arguments = generator.Build();
        TensorSpec?[] tensors = [.. arguments.Specs.Select(spec => spec is not null && spec.Shape.SequenceEqual([rows, hidden]) ? spec.Derive(spec.DType, shape) : spec)];
        op.Descriptor.Infer(tensors, arguments.Attributes, new TensorSpec[op.Schema.Outputs.Count]);

        // As of tensors that lie contiguous and aligned, which is how they are made.
        CallTraits[] each = [.. tensors.Select(spec => spec is null ? CallTraits.None : CallTraits.Call | (CallTraits)spec.DType.ToSet())];
        return new CallSketch(tensors, arguments.Attributes, PackedCall.TraitsOf(op, each, arguments.Attributes));
    }

    private static void Set(RegisteredOp op, InputGenerator generator, string setting)
    {
        if (setting.Split('=', 2) is not [string name, string value])
            throw new InputException($"--set takes NAME=VALUE, such as variance_size=512; found '{setting}'.");
        SchemaParameter parameter = op.Schema.Attributes.FirstOrDefault(p => p.Name == name)
            ?? throw new InputException($"'{op.Schema.Text}' has no input '{name}' that --set can give.");
        generator.Set(name, AttributeValue.Parse(value, parameter));
    }
}
