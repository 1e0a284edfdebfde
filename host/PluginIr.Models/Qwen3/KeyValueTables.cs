using PluginIr.Dispatch;

namespace PluginIr.Models.Qwen3;

/// <summary>The keys and values of several sequences in one tensor for each layer, [sequences, capacity, key heads, head size].</summary>
/// <remarks>So one call can write and read all of them. The caches that look at it hold the memory; it is freed with the last of them.</remarks>
internal sealed class KeyValueTables
{
    private int _users;

    /// <summary>Allocates them.</summary>
    /// <param name="ir">What allocates and copies.</param>
    /// <param name="config">The model's sizes.</param>
    /// <param name="dtype">The dtype of keys and values.</param>
    /// <param name="device">Where.</param>
    /// <param name="sequences">How many sequences.</param>
    /// <param name="capacity">How many tokens each can have.</param>
    public KeyValueTables(IrDispatcher ir, Qwen3Config config, DType dtype, Device device, int sequences, int capacity)
    {
        (Ir, Config, DType, Device, Sequences, Capacity) = (ir, config, dtype, device, sequences, capacity);
        Keys = Allocate();
        Values = Allocate();
    }

    public IrDispatcher Ir { get; }

    public Qwen3Config Config { get; }

    public DType DType { get; }

    public Device Device { get; }

    public int Sequences { get; }

    public int Capacity { get; }

    /// <summary>The keys of each layer.</summary>
    public Tensor[] Keys { get; }

    /// <summary>The values of each layer.</summary>
    public Tensor[] Values { get; }

    /// <summary>The same with more room, for one sequence, with its first tokens copied.</summary>
    public KeyValueTables Grown(int sequence, int length, int capacity)
    {
        var grown = new KeyValueTables(Ir, Config, DType, Device, 1, capacity);
        for (int i = 0; i < Keys.Length; i++)
        {
            Copy(Keys[i], grown.Keys[i], sequence, length);
            Copy(Values[i], grown.Values[i], sequence, length);
        }

        return grown;
    }

    /// <summary>Counts one cache more.</summary>
    public void AddUser() => Interlocked.Increment(ref _users);

    /// <summary>Counts one cache less, and frees the memory after the last.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _users) > 0)
            return;
        foreach (Tensor tensor in (ReadOnlySpan<Tensor>)[.. Keys, .. Values])
            tensor.Dispose();
    }

    private Tensor[] Allocate()
    {
        var spec = new TensorSpec(DType, Sequences, Capacity, Config.KeyValueHeadCount, Config.HeadSize);

        // Host memory is no activation, so no dispatcher that counts those is asked for it.
        return [.. Enumerable.Range(0, Config.LayerCount).Select(_ => Device.IsCpu ? Tensor.Empty(spec) : Ir.Allocate(spec, Device))];
    }

    // What is to be copied lies together, in one table as in the other.
    private void Copy(Tensor from, Tensor to, int sequence, int length)
    {
        if (length == 0)
            return;
        using Tensor own = from.Slice(0, sequence, 1), source = own.Slice(1, 0, length), target = to.Slice(1, 0, length);
        Ir.Copy(source, target);
    }
}
