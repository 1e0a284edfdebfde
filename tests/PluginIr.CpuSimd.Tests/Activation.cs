using PluginIr.CpuSimd.Functions;
using PluginIr.CpuSimd.Lanes;
using PluginIr.CpuSimd.Rows;
using PluginIr.CpuSimd.Specialization;
using Xunit;

namespace PluginIr.CpuSimd.Tests;

/// <summary>An op that applies a function to every element, or gates one half of a row with the other.</summary>
/// <param name="Name">The op's name, with its attribute where it has one.</param>
/// <param name="Halves">How many elements of x make one of the output: 1, or 2 for a gate.</param>
/// <param name="Native">The definition.</param>
/// <param name="Kernel">The kernel as it is registered.</param>
/// <param name="RunAt">The kernel's work at a width.</param>
internal sealed record Activation(
    string Name, int Halves, Action<KernelContext, Tensor, Tensor> Native, Action<KernelContext, Tensor, Tensor> Kernel,
    Action<Width, Tensor, Tensor> RunAt)
{
    private static readonly Activation[] s_all =
    [
        new("silu_and_mul", 2, Ops.SiluAndMul.Native, SiluAndMul.Run, Gate<Silu>),
        new("gelu_and_mul none", 2, (c, x, o) => Ops.GeluAndMul.Native(c, x, "none", o), (c, x, o) => GeluAndMul.Run(c, x, "none", o), GateInBlocks<GeluByErf>),
        new("gelu_and_mul tanh", 2, (c, x, o) => Ops.GeluAndMul.Native(c, x, "tanh", o), (c, x, o) => GeluAndMul.Run(c, x, "tanh", o), GateInBlocks<GeluByTanh>),
        new("gelu none", 1, (c, x, o) => Ops.Gelu.Native(c, x, "none", o), (c, x, o) => Gelu.Run(c, x, "none", o), Map<GeluByErf>),
        new("gelu tanh", 1, (c, x, o) => Ops.Gelu.Native(c, x, "tanh", o), (c, x, o) => Gelu.Run(c, x, "tanh", o), Map<GeluByTanh>),
        new("gelu_new", 1, Ops.GeluNew.Native, GeluNew.Run, Map<GeluByTanh>),
        new("gelu_fast", 1, Ops.GeluFast.Native, GeluFast.Run, Map<GeluByTanh>),
        new("quick_gelu", 1, Ops.QuickGelu.Native, QuickGelu.Run, Map<LogisticGelu>),
    ];

    public static TheoryData<string> Names => [.. s_all.Select(a => a.Name)];

    public static MatrixTheoryData<string, DType> NamesAndDTypes => new(s_all.Select(a => a.Name), Cases.DTypes);

    public static Activation Get(string name) => s_all.Single(a => a.Name == name);

    private static void Map<TFunction>(Width width, Tensor x, Tensor output) where TFunction : struct, IFunction =>
        Specialized.RunAt(width, x.DType, new Mapping(FunctionAt<TFunction>(width), x, output));

    /// <summary>A function with vectors of a width.</summary>
    public static Function FunctionAt<TFunction>(Width width) where TFunction : struct, IFunction => width switch
    {
        Width.Bits128 => Function.Of<TFunction, Lanes128>(),
        Width.Bits256 => Function.Of<TFunction, Lanes256>(),
        _ => Function.Of<TFunction, Lanes512>(),
    };

    private static void Gate<TFunction>(Width width, Tensor x, Tensor output) where TFunction : struct, IFunction =>
        Specialized.RunAt(width, x.DType, new Gating<TFunction>(x, output));

    private static void GateInBlocks<TFunction>(Width width, Tensor x, Tensor output) where TFunction : struct, IFunction =>
        Specialized.RunAt(width, x.DType, new GatingInBlocks(FunctionAt<TFunction>(width), x, output));
}
