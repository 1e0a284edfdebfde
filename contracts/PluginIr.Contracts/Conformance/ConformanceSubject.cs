using PluginIr.Dispatch;
using PluginIr.Registration;
using PluginIr.Schemas;

namespace PluginIr.Conformance;

/// <summary>A kernel to be proven, with the op whose native definition it is proven against.</summary>
public sealed class ConformanceSubject
{
    private readonly CallTraits _accepts;
    private readonly IReadOnlyList<(string Name, CallTraits Trait)> _optionals;

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
        _accepts = kernel.AcceptedTraits();
        _optionals = OptionalTraits.Of(Schema);
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

    /// <summary>The dtypes that the kernel claims and the op takes.</summary>
    internal DType[] TakenDTypes => field ??= [.. Kernel.DTypes.Members().Where(dtype => ConformanceMatrix.TakesDType(this, dtype))];

    /// <summary>The activations' positions among the tensor inputs; activation i goes with output i.</summary>
    internal IReadOnlyList<int> Activations { get; }

    /// <summary>The tensor inputs' names.</summary>
    internal IReadOnlyList<string> TensorNames { get; }

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>True when dispatch would offer the kernel a call with these arguments, as far as dtypes and optional inputs decide.</summary>
    internal bool Takes(OpArguments arguments)
    {
        CallTraits all = CallTraits.None, activations = CallTraits.None, optionals = CallTraits.None;
        int tensor = 0, attribute = 0;
        foreach (SchemaParameter parameter in Schema.Parameters)
        {
            CallTraits own = CallTraits.None;
            if (parameter.IsTensor && arguments.Tensors[tensor] is { } given)
                own = (CallTraits)given.DType.ToSet();
            all |= own;
            activations |= parameter.IsTensor && Activations.Contains(tensor) ? own : CallTraits.None;
            bool isGiven = parameter.IsTensor ? arguments.Tensors[tensor++] is not null : !arguments.Attributes[attribute++].IsNone;
            foreach ((string name, CallTraits trait) in _optionals)
                optionals |= isGiven && name == parameter.Name ? trait : CallTraits.None;
        }

        return ((CallChecks.Inputs(activations, all) | optionals) & ~_accepts) == 0;
    }
}
