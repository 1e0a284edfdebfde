using System.Runtime.CompilerServices;
using PluginIr.Dispatch;

namespace PluginIr.Contracts.Tests.Tensors;

public sealed class TensorLifetimeTests
{
    [Fact]
    public void Shared_memory_is_freed_once_when_the_last_view_is_disposed()
    {
        var owner = new CountingOwner();
        var tensor = new Tensor(new TensorSpec(DType.Float32, 4, 4), owner.Buffer(64));
        Tensor alias = tensor.Alias(), slice = tensor.Slice(0, 1, 2);
        tensor.Dispose();
        alias.Dispose();
        Assert.Equal(0, owner.Freed);
        slice.Dispose();
        Assert.Equal(1, owner.Freed);
    }

    [Fact]
    public void Disposing_twice_gives_back_one_count()
    {
        var owner = new CountingOwner();
        var tensor = new Tensor(new TensorSpec(DType.Float32, 4), owner.Buffer(16));
        Tensor alias = tensor.Alias();
        tensor.Dispose();
        tensor.Dispose();
        Assert.Equal(0, owner.Freed);
        alias.Dispose();
        alias.Dispose();
        Assert.Equal(1, owner.Freed);
    }

    [Fact]
    public void A_view_that_is_refused_takes_no_count()
    {
        var owner = new CountingOwner();
        var tensor = new Tensor(new TensorSpec(DType.Float32, 4), owner.Buffer(16));
        Assert.Throws<ArgumentException>(() => tensor.AsStrided(tensor.Spec, 1, 1));
        tensor.Dispose();
        Assert.Equal(1, owner.Freed);
    }

    [Fact]
    public void A_tensor_that_is_dropped_is_freed_by_the_finalizer()
    {
        var owner = new CountingOwner();
        Drop(owner);
        for (int i = 0; i < 10 && owner.Freed == 0; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.Equal(1, owner.Freed);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Drop(CountingOwner owner) => _ = new Tensor(new TensorSpec(DType.Float32, 4), owner.Buffer(16));
    }

    [Fact]
    public void A_buffer_that_was_freed_takes_no_further_tensor()
    {
        var owner = new CountingOwner();
        TensorBuffer buffer = owner.Buffer(16);
        var spec = new TensorSpec(DType.Float32, 4);
        new Tensor(spec, buffer).Dispose();
        Assert.Contains("freed", Assert.Throws<ObjectDisposedException>(() => new Tensor(spec, buffer)).Message);
        Assert.Equal(1, owner.Freed);
    }

    [Fact]
    public void A_source_that_nobody_else_refers_to_is_kept_until_it_is_copied()
    {
        const int Count = 1 << 26;
        byte[] memory = GC.AllocateArray<byte>(Count, pinned: true);
        memory.AsSpan().Fill(1);
        using var stop = new CancellationTokenSource();
        var collector = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
        });
        collector.Start();
        int freedEarly = 0;
        for (int i = 0; i < 20; i++)
        {
            using Tensor target = Tensor.Zeros(DType.UInt8, Count);
            var owner = new LookingOwner(target);
            Copy(target, owner, memory);
            freedEarly += owner.IsFreedEarly ? 1 : 0;
        }

        stop.Cancel();
        collector.Join();
        Assert.Equal(0, freedEarly);

        // Code that is not optimised keeps what it has no use for any more.
        [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
        static void Copy(Tensor target, BufferOwner owner, byte[] memory) => target.CopyFrom(Source(owner, memory));

        [MethodImpl(MethodImplOptions.NoInlining)]
        static unsafe Tensor Source(BufferOwner owner, byte[] memory) =>
            new(new TensorSpec(DType.UInt8, Count), new TensorBuffer(Device.Cpu, (nint)Unsafe.AsPointer(ref memory[0]), Count, owner));
    }

    [Fact]
    public void A_disposed_tensor_can_be_named_but_not_read()
    {
        Tensor tensor = Tensor.Zeros(DType.Float32, 2, 3), other = Tensor.Zeros(DType.Float32, 2, 3);
        tensor.Dispose();
        Assert.True(tensor.IsDisposed);
        Assert.Equal(CallTraits.Disposed, tensor.Traits & CallTraits.Disposed);
        Assert.Equal("f32[2,3]", tensor.ToString());
        Assert.Throws<ObjectDisposedException>(() => tensor.AsSpan<float>().Length);
        Assert.Throws<ObjectDisposedException>(tensor.ToSingles);
        Assert.Throws<ObjectDisposedException>(() => tensor.ReadRow(0, new float[3]));
        Assert.Throws<ObjectDisposedException>(() => tensor.WriteRow(0, new float[3]));
        Assert.Throws<ObjectDisposedException>(() => tensor.ReadIndex(0));
        Assert.Throws<ObjectDisposedException>(tensor.Alias);
        Assert.Throws<ObjectDisposedException>(() => tensor.Slice(0, 0, 1));
        Assert.Throws<ObjectDisposedException>(() => tensor.Reshape(6));
        Assert.Throws<ObjectDisposedException>(() => tensor.CopyFrom(other));
        Assert.Throws<ObjectDisposedException>(() => other.CopyFrom(tensor));
    }

    [Fact]
    public void Spans_do_not_reach_another_device()
    {
        using var tensor = new Tensor(new TensorSpec(DType.Float32, 4), new CountingOwner().Buffer(16));
        Assert.Contains("imaginary", Assert.Throws<InvalidOperationException>(() => tensor.AsSpan<float>().Length).Message);
        Assert.Equal("f32[4] on imaginary", tensor.ToString());
        using Tensor host = Tensor.Zeros(DType.Float32, 4);
        Assert.Throws<ArgumentException>(() => host.CopyFrom(tensor));
    }

    // Whether the last byte had not been copied yet when the source's memory was freed.
    private sealed class LookingOwner(Tensor target) : BufferOwner
    {
        public bool IsFreedEarly { get; private set; }

        public override void Free(Device device, nint address, nuint byteCount) => IsFreedEarly = !target.IsDisposed && target.AsBytes()[^1] == 0;
    }
}
