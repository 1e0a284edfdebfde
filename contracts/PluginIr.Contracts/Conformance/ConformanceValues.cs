namespace PluginIr.Conformance;

/// <summary>What a case's floating-point inputs hold. Integer inputs are always as the op's generator made them.</summary>
public enum ConformanceValues
{
    /// <summary>What the op's generator made.</summary>
    Normal,

    /// <summary>The same with NaN, infinities, zeros of both signs, subnormal and very large values strewn in.</summary>
    Special,
}
