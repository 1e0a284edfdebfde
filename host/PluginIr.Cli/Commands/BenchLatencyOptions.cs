using System.CommandLine;
using PluginIr.Cli.Benchmarks.Latency;
using PluginIr.Hosting.Configuration;
using PluginIr.Models.Qwen3;
using PluginIr.Runtime;

namespace PluginIr.Cli.Commands;

/// <summary>The options of <c>bench latency</c>.</summary>
internal sealed class BenchLatencyOptions
{
    private const int WeightSeed = 1;

    private readonly Option<string> _model = new("--model")
    {
        Description = "A model's folder; with --random-weights the name of its sizes, such as qwen3-0.6b.",
        Required = true,
    };

    private readonly Option<bool> _isRandom = new("--random-weights") { Description = "Make the weights up: only sizes count." };
    private readonly Option<string?> _dtype = new("--dtype")
    {
        Description = "What to run in: float32, bfloat16 or float16. The model's own when absent.",
    };

    private readonly Option<bool> _eager = new("--eager") { Description = "Run call by call only: neither as a compiled graph nor with hand-written calls of the kernels in turn." };
    private readonly Option<int> _batch = Count("--batch", "Sequences at once.", 1);
    private readonly Option<int> _input = Count("--input-len", "Tokens of each prompt.", 32);
    private readonly Option<int> _output = Count("--output-len", "Tokens that are generated for each.", 128);
    private readonly Option<int> _iterations = Count("--iterations", "Timed runs.", 3);
    private readonly Option<int?> _threads = ThreadsOption.Create();
    private readonly Option<string> _device = DeviceOption.Create();

    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_model, _isRandom, _dtype, _eager, _batch, _input, _output, _iterations, _threads, _device])
            command.Options.Add(option);
    }

    public string Model(ParseResult parsed) => parsed.GetValue(_model)!;

    public bool IsEagerOnly(ParseResult parsed) => parsed.GetValue(_eager);

    public Func<PluginIrOptions, PluginIrOptions>? Change(ParseResult parsed) => ThreadsOption.Change(parsed, _threads);

    public LatencySizes Sizes(ParseResult parsed) => new(
        AtLeast(1, parsed, _batch), AtLeast(1, parsed, _input), AtLeast(2, parsed, _output), AtLeast(1, parsed, _iterations));

    /// <summary>The sizes of a model with random weights; null for a model that is to be loaded.</summary>
    public Qwen3Config? Shape(ParseResult parsed)
    {
        if (!parsed.GetValue(_isRandom))
            return null;
        string name = Model(parsed);
        if (Qwen3Shapes.ByName.TryGetValue(name, out Qwen3Config? shape))
            return shape;
        return Directory.Exists(name) ? Qwen3Config.Load(name) : throw new InputException(
            $"--model with --random-weights must be {string.Join(", ", Qwen3Shapes.ByName.Keys)}, or a folder with a config.json; found '{name}'.");
    }

    /// <summary>Loads the model, or makes it up.</summary>
    public Qwen3Model Load(ParseResult parsed, IrRuntime ir, Qwen3Config? shape, LatencySizes sizes)
    {
        Device device = DeviceOption.Of(parsed, _device, ir);
        DType? dtype = parsed.GetValue(_dtype) is { } name ? DTypeOption.OfComputation(name) : null;
        Qwen3Model model = shape is null
            ? Qwen3Model.Load(ir, Model(parsed), dtype, device)
            : Qwen3Model.CreateRandom(ir, shape, dtype ?? shape.DType ?? DType.Float32, WeightSeed, device);
        long length = (long)sizes.InputLength + sizes.OutputLength;
        if (length <= model.Config.MaxPositions)
            return model;
        int limit = model.Config.MaxPositions;
        model.Dispose();
        throw new InputException($"--input-len and --output-len together must be at most {limit}, what the model takes; found {length}.");
    }

    private static Option<int> Count(string name, string description, int whenAbsent) =>
        new(name) { Description = description, DefaultValueFactory = _ => whenAbsent };

    private static int AtLeast(int least, ParseResult parsed, Option<int> option)
    {
        int value = parsed.GetValue(option);
        return value >= least ? value : throw new InputException($"{option.Name} must be at least {least}; found {value}.");
    }
}
