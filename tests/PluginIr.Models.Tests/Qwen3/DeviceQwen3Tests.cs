using PluginIr.Compiler.Tests.Support;
using PluginIr.Models.Decoding;
using PluginIr.Models.Qwen3;
using PluginIr.Models.Tests.Support;
using PluginIr.Runtime;
using Xunit;

namespace PluginIr.Models.Tests.Qwen3;

/// <summary>A model on a device that is emulated: the same numbers as on the host, and steps that are captured.</summary>
[Collection("emulated")]
public sealed class DeviceQwen3Tests
{
    private static readonly IrRuntime s_host = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Its_tokens_are_the_references(bool isCompiled)
    {
        var device = new EmulatedDevice();
        using Qwen3Model model = Load(device);
        ILanguageModel runs = isCompiled ? model.Compile(device.Runtime, 64) : model;
        Assert.Equal(TinyModel.Greedy, new GreedyDecoder(runs).Decode(TinyModel.Prompt, TinyModel.Greedy.Length));
        Assert.Equal(EmulatedDevice.Device, model.Device);
    }

    [Fact]
    public void Its_logits_are_the_hosts_bit_for_bit_eager_and_compiled()
    {
        var device = new EmulatedDevice();
        using Qwen3Model model = Load(device), onHost = Qwen3Model.Load(s_host, TinyModel.Folder);
        using ISequence expected = ((ILanguageModel)onHost).StartSequence(4), eager = ((ILanguageModel)model).StartSequence(4);
        using ISequence compiled = ((ILanguageModel)model.Compile(device.Runtime, 64)).StartSequence(64);
        float[] logits = new float[model.Config.VocabularySize], found = new float[logits.Length];
        foreach (int[] tokens in (int[][])[TinyModel.Prompt, [TinyModel.Greedy[0]], [.. TinyModel.Greedy.Skip(1).Take(3)], [TinyModel.Greedy[4]]])
        {
            expected.Append(tokens, logits);
            eager.Append(tokens, found);
            Assert.Equal(logits, found);
            compiled.Append(tokens, found);
            Assert.Equal(logits, found);
        }
    }

    [Fact]
    public void A_model_that_was_disposed_with_what_was_compiled_from_it_leaves_nothing_on_the_device()
    {
        var device = new EmulatedDevice();
        device.Runtime.Allocate(new TensorSpec(DType.UInt8, 1), EmulatedDevice.Device).Dispose(); // Starts it.
        GC.Collect(); // What other tests have left.
        GC.WaitForPendingFinalizers();
        long before = InUse();
        using (Qwen3Model model = Load(device))
        using (CompiledQwen3 compiled = model.Compile(device.Runtime, 64, sequences: 2))
        {
            using CompiledBatch batch = compiled.StartBatch();
            batch.ChooseNext(0, TinyModel.Prompt);
            batch.Forward(1, TinyModel.Prompt);
            batch.ForwardBatch([1, 2]);
            Assert.True(InUse() > before);
        }

        Assert.Equal(before, InUse());

        long InUse() => device.Runtime.Devices[0].Devices[0].Memory!.Value.CurrentBytes;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_batch_has_the_hosts_logits_whether_its_caches_lie_together_or_apart(bool isTogether)
    {
        var device = new EmulatedDevice();
        using Qwen3Model model = Load(device), onHost = Qwen3Model.Load(s_host, TinyModel.Folder);
        KeyValueCache[] expected = onHost.CreateCaches(3, 8);

        // Those that lie together grow apart at the ninth token.
        KeyValueCache[] found = isTogether ? model.CreateCaches(3, 8) : [model.CreateCache(), model.CreateCache(), model.CreateCache()];
        using CompiledBatch compiled = model.Compile(device.Runtime, 64, sequences: 3).StartBatch();
        for (int b = 0; b < found.Length; b++)
        {
            int[] prompt = TinyModel.Prompt[..(3 + b)];
            using Tensor first = onHost.Forward(prompt, expected[b]), second = model.Forward(prompt, found[b]);
            AssertSame(device.Runtime, first, second);
            AssertSame(device.Runtime, first, compiled.Forward(b, prompt));
        }

        for (int step = 0; step < 6; step++)
        {
            int[] tokens = [5 + step, 6, 7];
            using Tensor first = onHost.ForwardBatch(tokens, expected), second = model.ForwardBatch(tokens, found);
            AssertSame(device.Runtime, first, second);
            AssertSame(device.Runtime, first, compiled.ForwardBatch(tokens));
        }

        foreach (KeyValueCache cache in (KeyValueCache[])[.. expected, .. found])
            cache.Dispose();
    }

    [Fact]
    public void A_token_is_one_launch_and_allocates_nothing()
    {
        var device = new EmulatedDevice();
        using Qwen3Model model = Load(device);
        using CompiledSequence sequence = model.Compile(device.Runtime, 64).StartSequence();
        int[] token = [TinyModel.Greedy[0]];
        sequence.ChooseNext(TinyModel.Prompt, out _);
        for (int i = 0; i < 3; i++)
            sequence.ChooseNext(token, out _);
        Assert.Equal((1, 2), (sequence.Session.Captures, (int)sequence.Session.Replays));

        // A collection may take from pools what the next token then makes anew: one round without is enough.
        const int Rounds = 5, Tokens = 5;
        long inUse = InUse(device), least = long.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < Tokens; i++)
                sequence.ChooseNext(token, out _);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);

        // All emulated devices count together, and what other tests have let go goes at any time.
        Assert.InRange(InUse(device), 0, inUse);
        Assert.Equal((1, 2 + (Rounds * Tokens)), (sequence.Session.Captures, (int)sequence.Session.Replays));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task It_goes_on_across_swaps_with_weights_and_caches_where_they_are(bool isCompiled)
    {
        var device = new EmulatedDevice();
        using Qwen3Model model = Load(device);
        ILanguageModel runs = isCompiled ? model.Compile(device.Runtime, 64) : model;
        var tokens = new List<int>();
        foreach (int token in new GreedyDecoder(runs).Decode(TinyModel.Prompt, TinyModel.Greedy.Length))
        {
            tokens.Add(token);
            if (tokens.Count % 5 == 0)
                await device.SwapAsync();
        }

        Assert.Equal(TinyModel.Greedy, tokens);
    }

    [Fact]
    public void However_many_sizes_prompts_have_the_inputs_of_32_stay_in_memory_and_results_are_as_before()
    {
        var device = new EmulatedDevice();
        using Qwen3Model model = Load(device);
        using CompiledSequence sequence = model.Compile(device.Runtime, 128).StartSequence();
        int[] prompt = [.. Enumerable.Range(0, 128).Select(i => 7 * i % model.Config.VocabularySize)];
        float[] longest = Run(128);
        for (int length = 127; length > 128 - 32; length--)
            Run(length);

        // The 32 longest are kept; shorter ones take their places, and less memory.
        long inUse = InUse(device);
        for (int length = 128 - 32; length > 0; length--)
            Run(length);
        Assert.InRange(InUse(device), 1, inUse);
        Assert.Equal(longest, Run(128));

        float[] Run(int length)
        {
            sequence.Clear();
            using Tensor onHost = device.Runtime.ToHost(sequence.Forward(prompt.AsSpan(0, length)));
            return onHost.ToSingles();
        }
    }

    [Fact]
    public void A_model_and_its_caches_give_all_of_the_devices_memory_back()
    {
        // What other tests have let go goes at any time, so that there may be less afterwards.
        var device = new EmulatedDevice();
        long before = EmulatedBytes();
        using (Qwen3Model model = Load(device))
        {
            using KeyValueCache cache = model.CreateCache(1);
            using Tensor logits = model.Forward(TinyModel.Prompt, cache);
            Assert.True(EmulatedBytes() - before > model.WeightBytesRead / 2);
        }

        Assert.InRange(EmulatedBytes(), 0, before);
    }

    [Fact]
    public void A_device_that_no_plugin_serves_is_refused_when_the_model_is_loaded()
    {
        InvalidOperationException refused = Assert.Throws<InvalidOperationException>(
            () => Qwen3Model.Load(s_host, TinyModel.Folder, device: EmulatedDevice.Device));
        Assert.Contains("No loaded plugin brings a device runtime for 'emulated'", refused.Message, StringComparison.Ordinal);
    }

    private static Qwen3Model Load(EmulatedDevice device) => Qwen3Model.Load(device.Runtime, TinyModel.Folder, device: EmulatedDevice.Device);

    private static void AssertSame(IrRuntime ir, Tensor expected, Tensor found)
    {
        using Tensor onHost = ir.ToHost(found);
        Assert.Equal(expected.ToSingles(), onHost.ToSingles());
    }

    private static long InUse(EmulatedDevice device) => device.Runtime.Devices[0].Devices[0].Memory!.Value.CurrentBytes;

    private static long EmulatedBytes() => Fixtures.Emulated.EmulatedRuntime.Counts[3];
}
