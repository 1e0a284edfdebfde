namespace PluginIr;

/// <summary>On an op: how far another kernel may be from native for one output dtype, in place of the default.</summary>
/// <param name="dtype">The output's dtype.</param>
/// <param name="absolute">The absolute tolerance.</param>
/// <param name="relative">The tolerance relative to native's value.</param>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class ToleranceAttribute(DType dtype, double absolute, double relative) : Attribute
{
    /// <summary>The output's dtype.</summary>
    public DType DType { get; } = dtype;

    /// <summary>The tolerance.</summary>
    public Conformance.Tolerance Tolerance { get; } = new(absolute, relative);
}
