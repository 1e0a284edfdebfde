namespace PluginIr.Compiler.Tests.Support;

/// <summary>What kernels of these tests ask of the tensors that they are handed.</summary>
internal static class Handed
{
    public static void RequireSame(Tensor activation, Tensor output)
    {
        if (!output.IsSameView(activation))
            throw new InvalidOperationException($"{output} must be its activation's memory.");
    }

    public static void RequireApart(Tensor input, Tensor output)
    {
        if (output.Overlaps(input))
            throw new InvalidOperationException($"{output} must not share memory with {input}.");
    }

    public static void RequireAligned(Tensor tensor)
    {
        if (tensor.Address % 64 != 0)
            throw new InvalidOperationException($"{tensor} must begin at a multiple of 64 bytes.");
    }
}
