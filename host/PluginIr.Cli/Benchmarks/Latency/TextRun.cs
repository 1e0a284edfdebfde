using System.Diagnostics;
using PluginIr.Models.Qwen3;

namespace PluginIr.Cli.Benchmarks.Latency;

/// <summary>Generates greedily, one way or another, and times the prompts and each later step.</summary>
internal abstract class TextRun(Qwen3Config config, LatencySizes sizes)
{
    // Any prompts do; these are the same in every run.
    private const int PromptSeed = 1;

    private readonly int[] _tokens = new int[sizes.Batch];

    /// <summary>The variant's name in reports.</summary>
    public abstract string Name { get; }

    /// <summary>The most bytes that activations took at one time.</summary>
    public abstract long ActivationPeakBytes { get; }

    /// <summary>Seconds of the last run's prompts.</summary>
    public double PrefillSeconds { get; private set; }

    /// <summary>Seconds of the last run's later steps.</summary>
    public List<double> StepSeconds { get; } = [];

    /// <summary>Managed bytes that the last step allocated.</summary>
    public long AllocatedBytes { get; private set; }

    /// <summary>The tokens that the last run ended with, to compare variants by.</summary>
    public IReadOnlyList<int> LastTokens => _tokens;

    /// <summary>What is generated.</summary>
    protected LatencySizes Sizes { get; } = sizes;

    /// <summary>Generates the outputs for one batch.</summary>
    /// <param name="cancellationToken">Stops between two steps.</param>
    /// <returns>The seconds that it took.</returns>
    public double Run(CancellationToken cancellationToken)
    {
        var random = new Random(PromptSeed);
        Start();
        try
        {
            StepSeconds.Clear();
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < _tokens.Length; i++)
            {
                int[] prompt = [.. Enumerable.Range(0, Sizes.InputLength).Select(_ => random.Next(config.VocabularySize))];
                Prefill(i, prompt);
            }

            PrefillSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            for (int step = 1; step < Sizes.OutputLength; step++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                long stepStart = Stopwatch.GetTimestamp(), allocated = GC.GetAllocatedBytesForCurrentThread();
                Step(_tokens);
                AllocatedBytes = GC.GetAllocatedBytesForCurrentThread() - allocated;
                StepSeconds.Add(Stopwatch.GetElapsedTime(stepStart).TotalSeconds);
            }

            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
        finally
        {
            End();
        }
    }

    /// <summary>Begins the sequences.</summary>
    protected abstract void Start();

    /// <summary>Runs a sequence's prompt, and hands its likeliest next token to <see cref="Take"/>.</summary>
    protected abstract void Prefill(int sequence, int[] prompt);

    /// <summary>Runs the next token of every sequence, and hands those likeliest to follow to <see cref="Take"/>.</summary>
    protected abstract void Step(ReadOnlySpan<int> tokens);

    /// <summary>Ends the sequences.</summary>
    protected abstract void End();

    /// <summary>Takes a sequence's next token.</summary>
    /// <param name="sequence">Which sequence.</param>
    /// <param name="token">The token's id.</param>
    protected void Take(int sequence, long token) => _tokens[sequence] = (int)token;
}
