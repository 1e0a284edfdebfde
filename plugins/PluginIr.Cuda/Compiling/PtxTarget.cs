namespace PluginIr.Cuda.Compiling;

/// <summary>What PTX is compiled for.</summary>
/// <param name="Major">The major compute capability, 8 or more.</param>
/// <param name="Minor">The minor compute capability.</param>
/// <remarks>PTX for an older architecture runs on a newer one, so two targets serve all GPUs from 8.0 on.</remarks>
internal readonly record struct PtxTarget(int Major, int Minor)
{
    /// <summary>Ampere and what came before Hopper.</summary>
    public static readonly PtxTarget Sm80 = new(8, 0);

    /// <summary>Hopper and later: has instructions for float8, and dependent launches.</summary>
    public static readonly PtxTarget Sm90 = new(9, 0);

    /// <summary>True when kernels can say that those after them may begin, and wait for those before them: griddepcontrol.</summary>
    public bool HasDependentLaunch => Major >= Sm90.Major;

    /// <summary>The newest target that a device runs.</summary>
    /// <param name="computeCapability">10 × major + minor, from 80; older devices are not supported.</param>
    public static PtxTarget For(int computeCapability) => computeCapability >= 90 ? Sm90 : Sm80;

    /// <summary><c>sm_90</c>.</summary>
    public override string ToString() => $"sm_{Major}{Minor}";
}
