namespace PluginIr.Conformance;

/// <summary>What a case's floating-point inputs hold. Integer inputs are always as the op's generator made them.</summary>
public enum ConformanceValues
{
    /// <summary>What the op's generator made.</summary>
    Normal,

    /// <summary>The same with NaN, infinities, zeros of both signs, subnormal and very large values strewn in.</summary>
    Special,

    /// <summary>
    /// The generator's, with the floating-point inputs that are no activations in another dtype than the activations', where the op
    /// takes that: float32 beside the 16-bit dtypes, bfloat16 beside float32.
    /// </summary>
    Recast,
}
