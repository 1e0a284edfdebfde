using PluginIr.Schemas;

namespace PluginIr.Compiler.Graphs;

/// <summary>What graphs can say beside calls of ops: copies and views, which need no kernel.</summary>
public static class StructuralOps
{
    /// <summary><c>clone(Tensor x) -> Tensor</c>.</summary>
    public static GraphOp Clone { get; } = Declare("clone(Tensor x) -> Tensor", Structure.Clone);

    /// <summary><c>reshape(Tensor x, str shape) -> Tensor</c>, the shape as in <c>"[T,8,128]"</c>.</summary>
    public static GraphOp Reshape { get; } = Declare("reshape(Tensor x, str shape) -> Tensor", Structure.Reshape);

    /// <summary><c>last_rows(Tensor x, int count) -> Tensor</c>.</summary>
    public static GraphOp LastRows { get; } = Declare("last_rows(Tensor x, int count) -> Tensor", Structure.LastRows);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<GraphOp> All { get; } = [Clone, Reshape, LastRows];

    /// <summary>The result's spec.</summary>
    /// <param name="op">One of these.</param>
    /// <param name="x">The operand's spec.</param>
    /// <param name="attributes">The attributes.</param>
    /// <param name="symbol">The graph's symbol.</param>
    /// <exception cref="GraphException">The op does not take these.</exception>
    internal static SymbolicSpec Infer(GraphOp op, SymbolicSpec x, ReadOnlySpan<AttributeValue> attributes, Symbol? symbol) => op.Structure switch
    {
        Structure.Reshape => InferReshape(x, attributes[0].Str, symbol),
        Structure.LastRows => InferLastRows(x, attributes[0].Int, symbol),
        _ => x,
    };

    private static SymbolicSpec InferReshape(SymbolicSpec x, string shape, Symbol? symbol)
    {
        var result = new SymbolicSpec(x.DType, Text.ShapeText.Parse(shape, symbol));
        foreach (long size in Sizes(symbol))
        {
            TensorSpec from = x.At(size), to = result.At(size);
            if (from.ElementCount != to.ElementCount)
            {
                throw new GraphException(
                    $"reshape: {from} has {from.ElementCount} elements; the shape {shape} has {to.ElementCount}. The two must have as many.");
            }
        }

        return result;
    }

    private static SymbolicSpec InferLastRows(SymbolicSpec x, int count, Symbol? symbol)
    {
        if (x.Rank == 0)
            throw new GraphException("last_rows: x must have a first dimension; found a scalar.");
        foreach (long size in Sizes(symbol))
        {
            if (count < 0 || count > x.At(size).Shape[0])
                throw new GraphException($"last_rows: count must be from 0 to {x.At(size).Shape[0]} for x {x.At(size)}; found {count}.");
        }

        return new SymbolicSpec(x.DType, [count, .. x.Shape[1..]]);
    }

    private static IReadOnlyList<long> Sizes(Symbol? symbol) => symbol?.ShapeSizes ?? [0];

    private static GraphOp Declare(string schema, Structure structure) => new(OpSchema.Parse(schema), [], allowInplace: false, structure);
}
