using System.Diagnostics;
using PluginIr.Hosting.Plugins;
using PluginIr.Models.Decoding;
using PluginIr.Models.Qwen3;
using PluginIr.Runtime.Observing;

namespace PluginIr.Cli.Generating;

/// <summary>Generates tokens, counts the kernels that run, and replaces a plugin part-way when asked to.</summary>
/// <param name="application">The host.</param>
/// <param name="modelFolder">The model's folder.</param>
/// <param name="dtype">The activations' dtype; the weights' when null.</param>
/// <param name="device">Where the model runs.</param>
/// <param name="replacement">The build to put in place part-way; null for none.</param>
/// <param name="isCompiled">True to compile the model first.</param>
internal sealed class Generation(Application application, string modelFolder, DType? dtype, Device device, PluginReplacement? replacement, bool isCompiled)
{
    private static readonly TimeSpan s_longestSwap = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(5);

    /// <summary>Generates.</summary>
    /// <param name="prompt">The prompt's token ids.</param>
    /// <param name="maxNewTokens">How many tokens at most.</param>
    /// <param name="progress">Gets each token as it is there; null for nothing.</param>
    /// <param name="cancellationToken">Stops between two tokens.</param>
    public async Task<GenerateReport> RunAsync(int[] prompt, int maxNewTokens, TextWriter? progress, CancellationToken cancellationToken)
    {
        // What cannot be replaced is said before there is any text.
        if (replacement is not null)
            _ = Status();
        using Qwen3Model model = Qwen3Model.Load(application.Runtime, modelFolder, dtype, device);
        int capacity = Capacity(model, prompt, maxNewTokens);
        progress?.WriteLine($"{modelFolder}: {model.Config.LayerCount} layers, hidden size {model.Config.HiddenSize}, {model.DType.Name()}{(device.IsCpu ? "" : $", on {device}")}");
        progress?.WriteLine($"prompt: {string.Join(' ', prompt)}");
        progress?.Write("tokens:");
        using CompiledQwen3? compiled = isCompiled ? model.Compile(application.Runtime, capacity, options: application.CompileOptions) : null;

        var counter = new CallCounter();
        application.Runtime.Observer = counter;
        long swapsBefore = application.Plugins.Swaps;
        double? serving = null;
        var tokens = new List<int>();
        using IEnumerator<int> decoder = new GreedyDecoder(compiled is null ? model : compiled).Decode(prompt, maxNewTokens).GetEnumerator();
        try
        {
            while (Next(decoder))
            {
                cancellationToken.ThrowIfCancellationRequested();
                tokens.Add(decoder.Current);
                progress?.Write($" {decoder.Current}");
                if (replacement?.After == tokens.Count)
                    serving = await ReplaceAsync(progress, cancellationToken);
            }
        }
        finally
        {
            // What ends it early is said on a line of its own.
            progress?.WriteLine();
        }

        application.Runtime.Observer = null;
        return new GenerateReport(tokens, Describe(counter), application.Plugins.Swaps - swapsBefore, serving);
    }

    // How many tokens the sequence can come to, which the model takes.
    private static int Capacity(Qwen3Model model, int[] prompt, int maxNewTokens)
    {
        Input.Read("--prompt-ids", () =>
        {
            model.CheckTokens(prompt);
            return prompt;
        });
        int limit = model.Config.MaxPositions;
        long tokens = (long)prompt.Length + maxNewTokens;
        return tokens <= limit ? (int)tokens : throw new InputException(
            $"--prompt-ids and --max-new-tokens together must be at most {limit} tokens, what the model takes; found {prompt.Length} and {maxNewTokens}, which is {tokens}.");
    }

    private static bool Next(IEnumerator<int> decoder)
    {
        try
        {
            return decoder.MoveNext();
        }
        catch (ArithmeticException noLikeliest) when (noLikeliest is not (DivideByZeroException or OverflowException) && KernelFailure.Explain(noLikeliest) is null)
        {
            throw new CheckException(noLikeliest.Message);
        }
    }

    // The model, its cache and its weights stay as they are; the next token's calls go to the new generation. Milliseconds from manifest to serving.
    private async Task<double> ReplaceAsync(TextWriter? progress, CancellationToken cancellationToken)
    {
        PluginStatus old = Status();
        replacement!.CopyOver(old.Folder);
        long start = Stopwatch.GetTimestamp();
        while (Status().ContentHash != replacement.Manifest.Hash)
        {
            if (Status().RefusedHash == replacement.Manifest.Hash)
                throw new InputException($"--replace-with: {Status().Problem}");
            if (Stopwatch.GetElapsedTime(start) > s_longestSwap)
                throw new CheckException($"--replace-with: {replacement.Manifest.Name} {replacement.Manifest.Version} did not serve within {s_longestSwap.TotalSeconds} s.");
            await Task.Delay(s_look, cancellationToken);
        }

        double milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        PluginStatus now = Status();
        progress?.WriteLine();
        progress?.WriteLine(
            $"swap: {old.Name} {old.Version} (generation {old.Generation}) -> {now.Version} (generation {now.Generation}), " +
            $"serving {milliseconds:0} ms after its manifest was written");
        progress?.Write("tokens:");
        return Math.Round(milliseconds, 1);
    }

    private PluginStatus Status() =>
        application.Plugins.Plugins.FirstOrDefault(p => p.Name == replacement!.Manifest.Name && p.State == PluginState.Serving)
        ?? throw new InputException(
            $"--replace-with: no loaded plugin is named {replacement!.Manifest.Name}; loaded are " +
            $"{string.Join(", ", application.Plugins.Plugins.Where(p => p.State == PluginState.Serving).Select(p => p.Name))}.");

    private static IReadOnlyList<GenerateKernel> Describe(CallCounter counter) =>
    [
        .. counter.CountsByGeneration
            .GroupBy(c => (c.Op, c.Provider))
            .Select(g => new GenerateKernel(
                g.Key.Op, g.Key.Provider, g.Sum(c => c.Calls),
                [.. g.OrderBy(c => c.Generation).Select(c => ($"generation {c.Generation}", c.Calls))])),
    ];
}
