namespace PluginIr.Schemas;

/// <summary>One input of an op.</summary>
public sealed class SchemaParameter
{
    /// <summary>Creates a parameter.</summary>
    /// <param name="kind">Its type.</param>
    /// <param name="isOptional">True when <c>None</c> is a value of it.</param>
    /// <param name="name">Its name, lower case with underscores.</param>
    /// <param name="defaultText">The canonical text of its default; null when there is none.</param>
    public SchemaParameter(ParameterKind kind, bool isOptional, string name, string? defaultText)
    {
        Kind = kind;
        IsOptional = isOptional;
        Name = name;
        DefaultText = defaultText;
    }

    /// <summary>The type.</summary>
    public ParameterKind Kind { get; }

    /// <summary>True when <c>None</c> is a value.</summary>
    public bool IsOptional { get; }

    /// <summary>The name, lower case with underscores.</summary>
    public string Name { get; }

    /// <summary>The canonical text of the default; null when the parameter must be given.</summary>
    public string? DefaultText { get; }

    /// <summary>True for a tensor, optional or not.</summary>
    public bool IsTensor => Kind == ParameterKind.Tensor;

    /// <summary>The type as schema text writes it: <c>Tensor?</c>.</summary>
    public string TypeText => KindText(Kind) + (IsOptional ? "?" : "");

    /// <summary>As schema text writes it: <c>int? variance_size=None</c>.</summary>
    public override string ToString() => TypeText + " " + Name + (DefaultText is null ? "" : "=" + DefaultText);

    internal static string KindText(ParameterKind kind) => kind == ParameterKind.Tensor ? "Tensor" : kind.ToString().ToLowerInvariant();
}
