using Microsoft.ML.OnnxRuntime.Tensors;
using PluginIr.Cli.Benchmarks.Ops;

namespace PluginIr.Benchmarks.Onnx;

/// <summary>The models that do an op's work with ONNX Runtime's own operators.</summary>
/// <remarks>
/// On the CPU it computes in float32 and partly in float16; bfloat16 has no models but for linear, where a user would take one of the
/// other two.
/// </remarks>
internal static class OnnxModels
{
    /// <summary>The models for a case; none where there is nothing comparable.</summary>
    public static IEnumerable<OnnxModel> Of(OpWork work)
    {
        if (work is LinearWork linear)
            return work.Case.DType == DType.BFloat16
                ? [MatMul(linear, DType.Float32), MatMul(linear, DType.Float16)]
                : [MatMul(linear, work.Case.DType)];
        if (work.Case.DType == DType.BFloat16)
            return [];
        return work switch
        {
            RmsNormWork norm => [RmsNorm(norm)],
            FusedAddRmsNormWork norm => [SkipRmsNorm(norm)],
            SiluAndMulWork silu => [SiluAndMul(silu)],
            RotaryEmbeddingWork rotary => [Rotary(rotary)],
            EmbeddingWork embedding => [Gather(embedding)],
            _ => [],
        };
    }

    private static OnnxModel RmsNorm(RmsNormWork work)
    {
        TensorElementType type = OnnxRun.TypeOf(work.Case.DType);
        OnnxGraph graph = new OnnxGraph()
            .Input("x", type, work.X.Shape)
            .Constant("weight", type, work.Weight.AsBytes(), work.Weight.Shape)
            .Output("y", type, work.Output.Shape)
            .Node("SimplifiedLayerNormalization", ["x", "weight"], ["y"], ("axis", -1, true), ("epsilon", RmsNormWork.Epsilon, false));
        return new OnnxModel(graph, [("x", work.X)], [("y", work.Output)], []);
    }

    private static OnnxModel SkipRmsNorm(FusedAddRmsNormWork work)
    {
        TensorElementType type = OnnxRun.TypeOf(work.Case.DType);
        OnnxGraph graph = new OnnxGraph()
            .Input("x", type, work.X.Shape)
            .Input("skip", type, work.Residual.Shape)
            .Constant("weight", type, work.Weight.AsBytes(), work.Weight.Shape)
            .Output("y", type, work.Output.Shape)
            .Output("sum", type, work.ResidualOut.Shape)
            .Node(
                "com.microsoft.SkipSimplifiedLayerNormalization", ["x", "skip", "weight"], ["y", "", "", "sum"],
                ("epsilon", FusedAddRmsNormWork.Epsilon, false));
        return new OnnxModel(graph, [("x", work.X), ("skip", work.Residual)], [("y", work.Output), ("sum", work.ResidualOut)], []);
    }

    // Gate and up as tensors of their own, which is how ONNX models have them: splitting would be a copy more.
    private static OnnxModel SiluAndMul(SiluAndMulWork work)
    {
        TensorElementType type = OnnxRun.TypeOf(work.Case.DType);
        using Tensor gateView = work.X.Slice(1, 0, work.Case.Hidden), upView = work.X.Slice(1, work.Case.Hidden, work.Case.Hidden);
        Tensor gate = gateView.ToContiguous(), up = upView.ToContiguous();
        OnnxGraph graph = new OnnxGraph()
            .Input("gate", type, gate.Shape)
            .Input("up", type, up.Shape)
            .Output("y", type, work.Output.Shape)
            .Node("com.microsoft.QuickGelu", ["gate"], ["silu"], ("alpha", 1, false))
            .Node("Mul", ["silu", "up"], ["y"]);
        return new OnnxModel(graph, [("gate", gate), ("up", up)], [("y", work.Output)], [gate, up]);
    }

    private static OnnxModel Rotary(RotaryEmbeddingWork work)
    {
        TensorElementType type = OnnxRun.TypeOf(work.Case.DType);
        const int Half = RotaryEmbeddingWork.HeadSize / 2;
        using Tensor cosView = work.CosSin.Slice(1, 0, Half), sinView = work.CosSin.Slice(1, Half, Half);
        using Tensor cos = Converted(cosView, work.Case.DType), sin = Converted(sinView, work.Case.DType);
        OnnxGraph graph = new OnnxGraph()
            .Input("query", type, [1, .. work.Query.Shape])
            .Input("key", type, [1, .. work.Key.Shape])
            .Input("positions", TensorElementType.Int64, [1, .. work.Positions.Shape])
            .Constant("cos", type, cos.AsBytes(), cos.Shape)
            .Constant("sin", type, sin.AsBytes(), sin.Shape)
            .Output("query_out", type, [1, .. work.Query.Shape])
            .Output("key_out", type, [1, .. work.Key.Shape]);
        graph.Node("com.microsoft.RotaryEmbedding", ["query", "positions", "cos", "sin"], ["query_out"], ("num_heads", work.QueryHeads, true));
        graph.Node("com.microsoft.RotaryEmbedding", ["key", "positions", "cos", "sin"], ["key_out"], ("num_heads", work.KeyHeads, true));
        Tensor[] batches = [.. ((Tensor[])[work.Query, work.Key, work.Positions, work.QueryOut, work.KeyOut]).Select(t => t.Reshape([1, .. t.Shape]))];
        return new OnnxModel(
            graph, [("query", batches[0]), ("key", batches[1]), ("positions", batches[2])],
            [("query_out", batches[3]), ("key_out", batches[4])], batches);
    }

    // The weights are a constant, so that they are packed once.
    private static OnnxModel MatMul(LinearWork work, DType dtype)
    {
        TensorElementType type = OnnxRun.TypeOf(dtype);
        Tensor x = Converted(work.X, dtype);
        Tensor output = dtype == work.Case.DType ? work.Output.Alias() : Tensor.Empty(dtype, work.Output.Shape);
        using Tensor transposed = work.Weight.AsStrided(new TensorSpec(work.Weight.DType, work.Case.Hidden, LinearWork.Features), 0, 1, work.Case.Hidden);
        using Tensor weight = Converted(transposed, dtype);
        OnnxGraph graph = new OnnxGraph()
            .Input("x", type, x.Shape)
            .Constant("weight", type, weight.AsBytes(), weight.Shape)
            .Output("y", type, output.Shape)
            .Node("MatMul", ["x", "weight"], ["y"]);
        return new OnnxModel(graph, [("x", x)], [("y", output)], [x, output]);
    }

    private static OnnxModel Gather(EmbeddingWork work)
    {
        TensorElementType type = OnnxRun.TypeOf(work.Case.DType);
        OnnxGraph graph = new OnnxGraph()
            .Input("tokens", TensorElementType.Int64, work.Tokens.Shape)
            .Constant("weight", type, work.Weight.AsBytes(), work.Weight.Shape)
            .Output("y", type, work.Output.Shape)
            .Node("Gather", ["weight", "tokens"], ["y"], ("axis", 0, true));
        return new OnnxModel(graph, [("tokens", work.Tokens)], [("y", work.Output)], []);
    }

    private static Tensor Converted(Tensor tensor, DType dtype)
    {
        Tensor converted = Tensor.Empty(dtype, tensor.Shape);
        float[] row = new float[tensor.Last];
        for (long r = 0; r < tensor.Rows; r++)
        {
            tensor.ReadRow(r, row);
            converted.WriteRow(r, row);
        }

        return converted;
    }
}
