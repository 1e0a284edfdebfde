using PluginIr.Ops;

namespace PluginIr.Fixtures.FaultyKernels;

/// <summary>
/// Stays inside a call for as long as a file exists, and works on memory that Dispose frees: a drain that ends before the call has returned
/// makes the result wrong.
/// </summary>
[KernelProvider("holds", Dispose = nameof(Free))]
internal static unsafe partial class Holds
{
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(2);
    private static float* s_one = One();

    /// <summary>The file.</summary>
    internal static string? WhileExists { get; set; }

    /// <summary>Comes back when a file is gone.</summary>
    internal static void Wait(string file)
    {
        while (File.Exists(file))
            Thread.Sleep(s_look);
    }

    private static float* One()
    {
        var one = (float*)System.Runtime.InteropServices.NativeMemory.Alloc(sizeof(float));
        *one = 1;
        return one;
    }

    private static void Free()
    {
        *s_one = float.NaN;
        System.Runtime.InteropServices.NativeMemory.Free(s_one);
        s_one = null;
    }

    [Kernel("gelu_fast", Strided = true)]
    private static void Run(KernelContext context, Tensor x, Tensor output)
    {
        if (WhileExists is { } file)
            Wait(file);
        GeluFast.Native(context, x, output);
        float one = s_one is null ? float.NaN : *s_one;
        using Scratch<float> memory = context.Scratch<float>(x.Last);
        Span<float> row = memory;
        for (long r = 0; r < output.Rows; r++)
        {
            output.ReadRow(r, row);
            foreach (ref float value in row)
                value *= one;
            output.WriteRow(r, row);
        }
    }
}
