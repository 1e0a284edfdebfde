using PluginIr.Registration;
using PluginIr.Schemas;

namespace PluginIr.Conformance;

/// <summary>A kernel to be proven, with the op whose native definition it is proven against.</summary>
public sealed class ConformanceSubject
{
    /// <summary>Pairs a kernel with its op.</summary>
    /// <param name="op">The op.</param>
    /// <param name="kernel">One of its kernels; its native definition is one too.</param>
    /// <param name="device">Where the kernel works; null for host memory.</param>
    /// <exception cref="ArgumentException">The kernel was compiled against another schema.</exception>
    public ConformanceSubject(OpDescriptor op, KernelDescriptor kernel, IConformanceDevice? device = null)
    {
        ArgumentNullException.ThrowIfNull(op);
        ArgumentNullException.ThrowIfNull(kernel);
        Schema = OpSchema.Parse(op.Schema);
        if (!Schema.Equals(OpSchema.Parse(kernel.Schema)))
        {
            throw new ArgumentException(
                $"Kernel {kernel.Method} of provider '{kernel.Provider}' was compiled against '{kernel.Schema}'; the op is '{op.Schema}'.",
                nameof(kernel));
        }

        Op = op;
        Kernel = kernel;
        Device = device;
        string[] tensors = [.. Schema.Tensors.Select(t => t.Name)];
        Activations = [.. op.Activations.Select(a => Array.IndexOf(tensors, a))];
        TensorNames = tensors;
    }

    /// <summary>The op.</summary>
    public OpDescriptor Op { get; }

    /// <summary>The kernel.</summary>
    public KernelDescriptor Kernel { get; }

    /// <summary>The op's schema.</summary>
    public OpSchema Schema { get; }

    /// <summary>Where the kernel works; null for host memory.</summary>
    public IConformanceDevice? Device { get; }

    /// <summary>Op and provider, as cases print them: <c>rms_norm/cpu_simd</c>.</summary>
    public string Name => $"{Schema.Name}/{Kernel.Provider}";

    /// <summary>The activations' positions among the tensor inputs; activation i goes with output i.</summary>
    internal IReadOnlyList<int> Activations { get; }

    /// <summary>The tensor inputs' names.</summary>
    internal IReadOnlyList<string> TensorNames { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
