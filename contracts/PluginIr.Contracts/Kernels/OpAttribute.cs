namespace PluginIr;

/// <summary>Declares an op. The class is static and partial and has these members:</summary>
/// <remarks>
/// <list type="bullet">
/// <item><c>Native</c>, marked <see cref="NativeAttribute"/>: the definition, <c>void Native(KernelContext, inputs…, outputs…)</c>;</item>
/// <item><c>Infer</c>: output specs from input specs and attributes, <c>TensorSpec Infer(…)</c>, or a tuple for several outputs;
/// throws <see cref="OpArgumentException"/> for arguments that the op does not take;</item>
/// <item><c>Generate</c>: fills in arguments to test kernels with, <c>void Generate(InputGenerator)</c>.</item>
/// </list>
/// The source generator writes the typed calls: functional, <c>…MaybeInplace</c> and <c>…Into</c>.
/// </remarks>
/// <param name="schema">The op's schema text.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class OpAttribute(string schema) : Attribute
{
    /// <summary>The schema text.</summary>
    public string Schema { get; } = schema;

    /// <summary>
    /// The parameters whose memory outputs may take, comma-separated; by default those tensors whose name starts with <c>x</c>.
    /// </summary>
    public string? Activations { get; set; }

    /// <summary>True when kernels may work in place; the op then has as many outputs as activations.</summary>
    public bool AllowInplace { get; set; }
}
