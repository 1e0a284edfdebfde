using PluginIr.Models.Qwen3;
using PluginIr.Models.Tests.Support;
using Xunit;

namespace PluginIr.Models.Tests.Qwen3;

public sealed class Qwen3MemoryTests
{
    [Fact]
    public void A_pass_frees_every_output_but_the_logits()
    {
        var ir = new CountingDispatcher();
        using Qwen3Model model = Qwen3Model.Load(ir, TinyModel.Folder);
        using KeyValueCache cache = model.CreateCache();
        foreach (int[] tokens in (int[][])[TinyModel.Prompt, [1], [2]])
        {
            Tensor logits = model.Forward(tokens, cache);
            Assert.Equal(1, ir.Alive);
            logits.Dispose();
            Assert.Equal(0, ir.Alive);
        }

        Assert.InRange(ir.Allocated, 3 * 4 * 5, int.MaxValue);
    }

    [Fact]
    public void A_fused_add_that_may_work_in_place_needs_no_memory_of_its_own()
    {
        var ir = new CountingDispatcher();
        using Qwen3Model model = Qwen3Model.Load(ir, TinyModel.Folder);
        using KeyValueCache cache = model.CreateCache();
        model.Forward([1], cache).Dispose();

        // embedding, first norm and logits; for each of 4 layers q, k, their norms and o, gate and up, gated, down.
        // Neither the 8 fused adds nor v, the turned keys and queries and what attention makes of them are among them.
        Assert.Equal(3 + (4 * 8), ir.Allocated);
    }

    [Fact]
    public void A_disposed_model_gives_its_weights_file_back()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Reads /proc/self/maps, which only Linux has.");
        using var folder = new TemporaryFolder();
        TinyModel.Write(folder, TinyModel.Config(), TinyModel.Weights());
        Qwen3Model model = TinyModel.Load(folder.Path);
        Assert.Contains(folder.Path, File.ReadAllText("/proc/self/maps"));

        model.Dispose();
        Assert.DoesNotContain(folder.Path, File.ReadAllText("/proc/self/maps"));
    }

    [Fact]
    public void Weights_that_need_no_conversion_stay_in_the_file()
    {
        // Converting every weight leaves nothing to map.
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Reads /proc/self/maps, which only Linux has.");
        using var folder = new TemporaryFolder();
        TinyModel.Write(folder, TinyModel.Config(), TinyModel.Weights());
        using (TinyModel.Load(folder.Path, DType.BFloat16))
            Assert.DoesNotContain(folder.Path, File.ReadAllText("/proc/self/maps"));
        using (TinyModel.Load(folder.Path, DType.Float32))
            Assert.Contains(folder.Path, File.ReadAllText("/proc/self/maps"));
    }
}
