using Microsoft.ML.OnnxRuntime.Tensors;

namespace PluginIr.Benchmarks.Onnx;

/// <summary>Builds a model file in memory: nodes between named tensors.</summary>
internal sealed class OnnxGraph
{
    private const int OpsetVersion = 17, MicrosoftVersion = 1, IrVersion = 8;
    private const int FloatAttribute = 1, IntegerAttribute = 2;

    private readonly ProtobufWriter _graph = new ProtobufWriter().Text(2, "benchmark");

    /// <summary>Adds a node.</summary>
    /// <param name="type">The operator, with its domain before a dot when that is not ONNX's own: <c>com.microsoft.QuickGelu</c>.</param>
    /// <param name="inputs">The inputs' names; empty for one that is not given.</param>
    /// <param name="outputs">The outputs' names.</param>
    /// <param name="attributes">Numbers by name.</param>
    public OnnxGraph Node(string type, string[] inputs, string[] outputs, params (string Name, double Value, bool IsInteger)[] attributes)
    {
        int dot = type.LastIndexOf('.');
        var node = new ProtobufWriter();
        foreach (string input in inputs)
            node.Text(1, input);
        foreach (string output in outputs)
            node.Text(2, output);
        node.Text(4, type[(dot + 1)..]);
        foreach ((string name, double value, bool isInteger) in attributes)
        {
            var attribute = new ProtobufWriter().Text(1, name);
            node.Message(5, isInteger
                ? attribute.Integer(3, (long)value).Integer(20, IntegerAttribute)
                : attribute.Single(2, (float)value).Integer(20, FloatAttribute));
        }

        if (dot > 0)
            node.Text(7, type[..dot]);
        _graph.Message(1, node);
        return this;
    }

    /// <summary>Declares an input of the graph.</summary>
    public OnnxGraph Input(string name, TensorElementType type, params ReadOnlySpan<long> shape) => Value(11, name, type, shape);

    /// <summary>Declares an output of the graph.</summary>
    public OnnxGraph Output(string name, TensorElementType type, params ReadOnlySpan<long> shape) => Value(12, name, type, shape);

    /// <summary>Adds a constant.</summary>
    public OnnxGraph Constant(string name, TensorElementType type, ReadOnlySpan<byte> data, params ReadOnlySpan<long> shape)
    {
        var tensor = new ProtobufWriter();
        foreach (long size in shape)
            tensor.Integer(1, size);
        _graph.Message(5, tensor.Integer(2, (int)type).Text(8, name).Bytes(9, data));
        return this;
    }

    /// <summary>The model file.</summary>
    public byte[] ToModel() => new ProtobufWriter()
        .Integer(1, IrVersion)
        .Message(7, _graph)
        .Message(8, new ProtobufWriter().Text(1, "").Integer(2, OpsetVersion))
        .Message(8, new ProtobufWriter().Text(1, "com.microsoft").Integer(2, MicrosoftVersion))
        .ToArray();

    private OnnxGraph Value(int field, string name, TensorElementType type, ReadOnlySpan<long> shape)
    {
        var sizes = new ProtobufWriter();
        foreach (long size in shape)
            sizes.Message(1, new ProtobufWriter().Integer(1, size));
        ProtobufWriter tensor = new ProtobufWriter().Integer(1, (int)type).Message(2, sizes);
        _graph.Message(field, new ProtobufWriter().Text(1, name).Message(2, new ProtobufWriter().Message(1, tensor)));
        return this;
    }
}
