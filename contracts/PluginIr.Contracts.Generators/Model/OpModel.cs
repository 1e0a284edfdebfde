namespace PluginIr.Generators.Model;

/// <summary>A correct op declaration: everything that is written for it, and nothing about where it stands in the source.</summary>
/// <param name="Class">The op class.</param>
/// <param name="Schema">The canonical schema text.</param>
/// <param name="Activations">The names of the activations, in schema order or in the order that the declaration gives.</param>
/// <param name="AllowInplace">True when kernels may work in place.</param>
/// <param name="Native">The name of the native definition's method.</param>
/// <param name="NativeInplace">How the native definition's outputs may relate to its activations.</param>
/// <param name="IsInferPrivate">True when only the op class itself can call <c>Infer</c>.</param>
/// <param name="Tolerances">Its <c>[Tolerance]</c>s.</param>
/// <param name="Summary">The XML inside the op class's summary; null when it has none.</param>
internal sealed record OpModel(
    ClassModel Class,
    string Schema,
    EquatableArray<string> Activations,
    bool AllowInplace,
    string Native,
    InplaceMode NativeInplace,
    bool IsInferPrivate,
    EquatableArray<ToleranceModel> Tolerances,
    string? Summary);
