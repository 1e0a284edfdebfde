namespace PluginIr.Runtime.Tests.Fixtures;

/// <summary>A kernel of the op that this assembly declares.</summary>
[KernelProvider("scaling")]
internal static partial class Scaling
{
    [Kernel("scale", Strided = true)]
    private static void Scale(KernelContext context, Tensor x, float factor, Tensor output) => Marker.Write(output, 7);
}
