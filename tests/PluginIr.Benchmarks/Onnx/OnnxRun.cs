using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;
using PluginIr.Cli.Benchmarks.Ops;

namespace PluginIr.Benchmarks.Onnx;

/// <summary>A session of ONNX Runtime on the CPU, with inputs and outputs bound once.</summary>
internal sealed class OnnxRun : PeerRun
{
    private readonly OnnxModel _model;
    private readonly InferenceSession _session;
    private readonly OrtIoBinding _binding;
    private readonly RunOptions _options = new();
    private readonly List<OrtValue> _values = [];

    /// <summary>Loads the model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="threads">Threads inside of an operator.</param>
    public OnnxRun(OnnxModel model, int threads)
    {
        _model = model;
        using var options = new SessionOptions
        {
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        _session = new InferenceSession(model.Graph.ToModel(), options);
        _binding = _session.CreateIoBinding();
        foreach ((string name, Tensor tensor) in model.Inputs)
            _binding.BindInput(name, ValueOver(tensor));
        foreach ((string name, Tensor tensor) in model.Outputs)
            _binding.BindOutput(name, ValueOver(tensor));
    }

    public override string Peer => "onnxruntime";

    public override IReadOnlyList<Tensor> Outputs => [.. _model.Outputs.Select(o => o.Tensor)];

    /// <summary>ONNX Runtime's name of a dtype.</summary>
    public static TensorElementType TypeOf(DType dtype) => dtype switch
    {
        DType.Float32 => TensorElementType.Float,
        DType.Float16 => TensorElementType.Float16,
        DType.Int64 => TensorElementType.Int64,
        _ => throw new ArgumentException($"No model here takes {dtype.Name()}.", nameof(dtype)),
    };

    public override void Run() => _session.RunWithBinding(_options, _binding);

    public override void Dispose()
    {
        _binding.Dispose();
        foreach (OrtValue value in _values)
            value.Dispose();
        _session.Dispose();
        _options.Dispose();
        foreach (Tensor tensor in _model.Owned)
            tensor.Dispose();
    }

    private OrtValue ValueOver(Tensor tensor)
    {
        OrtValue value = OrtValue.CreateTensorValueWithData(
            OrtMemoryInfo.DefaultInstance, TypeOf(tensor.DType), tensor.Shape.ToArray(), tensor.Address, tensor.Spec.ByteCount);
        _values.Add(value);
        return value;
    }
}
