using System.Runtime.CompilerServices;

namespace PluginIr.Contracts.Tests.Tensors;

/// <summary>Alone in the process: other tests collect garbage too.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
[Collection(Name)]
public sealed class HostMemoryTests
{
    private const string Name = "host memory";

    [Fact]
    public void Memory_of_tensors_that_nobody_disposes_is_freed_before_the_machine_has_none_left()
    {
        // None of it is written, so the machine lends it without having it. All that is held here is a weak reference to the first tensor.
        const long Size = 64L << 20;
        long most = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2;
        WeakReference first = Allocate(Size);
        for (long used = Size; used < most && first.IsAlive; used += Size)
            Allocate(Size);

        // A thread of the pool collects; without, nothing does.
        Assert.True(SpinWait.SpinUntil(() => !first.IsAlive, TimeSpan.FromSeconds(30)));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Allocate(long size) => new(Tensor.Empty(new TensorSpec(DType.UInt8, size)));
}
