using PluginIr.Compiler;
using PluginIr.Models.Decoding;
using PluginIr.Models.Qwen3;
using PluginIr.Runtime;

namespace PluginIr.Cli.Soaking;

/// <summary>One thread that generates the same text all the time, call by call and compiled in turn, and checks its tokens.</summary>
internal sealed class SoakGenerator : IDisposable
{
    private const int NewTokens = 24;

    private static readonly int[] s_prompt = [1, 2, 3, 4];

    private readonly Qwen3Model _model;
    private readonly CompiledQwen3 _compiled;
    private readonly ILanguageModel[] _variants;
    private readonly int[][] _expected;
    private readonly Thread _thread;
    private readonly Lock _text = new();
    private int _waiting;
    private volatile bool _stop;

    /// <summary>Loads and compiles the model, and generates the texts that all later ones must be equal to.</summary>
    /// <param name="ir">What the model calls its ops on.</param>
    /// <param name="folder">The model's folder.</param>
    /// <param name="device">Where it runs.</param>
    /// <param name="options">What it is compiled with.</param>
    public SoakGenerator(IrRuntime ir, string folder, Device device, CompileOptions options)
    {
        _model = Qwen3Model.Load(ir, folder, dtype: null, device);
        try
        {
            _compiled = _model.Compile(ir, s_prompt.Length + NewTokens, options: options);
            _variants = [_model, _compiled];
            _expected = [.. _variants.Select(Generate)];
        }
        catch
        {
            _compiled?.Dispose();
            _model.Dispose();
            throw;
        }

        _thread = new Thread(Run) { IsBackground = true, Name = "soak generator" };
    }

    /// <summary>What came of the texts.</summary>
    public SoakTally Texts { get; } = new();

    public void Start() => _thread.Start();

    /// <summary>Reads something between two texts, when there is memory for weights and for nothing else.</summary>
    public T Between<T>(Func<T> read)
    {
        Interlocked.Increment(ref _waiting);
        lock (_text)
        {
            Interlocked.Decrement(ref _waiting);
            return read();
        }
    }

    /// <summary>Ends the thread, when it was started, after its present text.</summary>
    public void Stop()
    {
        _stop = true;
        if (_thread.ThreadState != ThreadState.Unstarted)
            _thread.Join();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Stop();
        _compiled.Dispose();
        _model.Dispose();
    }

    private static int[] Generate(ILanguageModel model) => [.. new GreedyDecoder(model).Decode(s_prompt, NewTokens)];

    private void Run()
    {
        for (int i = 0; !_stop; i++)
        {
            // Whoever waits for the lock has it first.
            while (Volatile.Read(ref _waiting) > 0)
                Thread.Yield();
            lock (_text)
                Texts.Count(IsRight, i % _variants.Length);
        }
    }

    private bool IsRight(int variant) => Generate(_variants[variant]).SequenceEqual(_expected[variant]);
}
