using System.Reflection;
using PluginIr.Registration;
using PluginIr.Schemas;

namespace PluginIr.Contracts.Tests;

/// <summary>The ops that the contracts declare, as their generated plugin registers them.</summary>
internal sealed class BuiltInOps : IKernelRegistrar
{
    private readonly List<OpDescriptor> _ops = [];

    private BuiltInOps()
    {
        Type type = typeof(Tensor).Assembly.GetCustomAttribute<KernelPluginAttribute>()!.Type;
        using var plugin = (KernelPlugin)Activator.CreateInstance(type)!;
        plugin.Register(this);
    }

    /// <summary>Every op, in the order of registration.</summary>
    public static IReadOnlyList<OpDescriptor> All { get; } = new BuiltInOps()._ops;

    /// <summary>Their names, for theories.</summary>
    public static TheoryData<string> Names => [.. All.Select(NameOf)];

    /// <summary>Those whose native definition works in place too.</summary>
    public static TheoryData<string> InplaceNames => [.. All.Where(op => op.Native.Inplace == Inplace.May).Select(NameOf)];

    public static OpDescriptor Get(string name) => All.Single(op => NameOf(op) == name);

    public static string NameOf(OpDescriptor op) => OpSchema.Parse(op.Schema).Name;

    void IKernelRegistrar.AddOp(OpDescriptor op) => _ops.Add(op);

    void IKernelRegistrar.AddProvider(ProviderDescriptor provider) =>
        throw new InvalidOperationException("The contracts bring ops only.");

    void IKernelRegistrar.AddKernel(KernelDescriptor kernel) =>
        throw new InvalidOperationException("The contracts bring ops only.");
}
