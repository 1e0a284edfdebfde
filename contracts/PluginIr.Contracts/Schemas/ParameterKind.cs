namespace PluginIr.Schemas;

/// <summary>The type of one schema parameter, apart from whether it is optional.</summary>
public enum ParameterKind
{
    /// <summary><c>Tensor</c>: a tensor.</summary>
    Tensor,

    /// <summary><c>float</c>: a binary32 number.</summary>
    Float,

    /// <summary><c>int</c>: a signed 32-bit integer.</summary>
    Int,

    /// <summary><c>bool</c>: <c>True</c> or <c>False</c>.</summary>
    Bool,

    /// <summary><c>dtype</c>: a dtype by its canonical name.</summary>
    DType,

    /// <summary><c>str</c>: text in double quotes.</summary>
    Str,
}
