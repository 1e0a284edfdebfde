using PluginIr.Compiler.Graphs;
using PluginIr.Compiler.Planning;
using PluginIr.Runtime.Devices;

namespace PluginIr.Compiler.Execution;

/// <summary>Everything that running a lowered graph at one size needs, made once: a plan, and a tensor for every value.</summary>
internal sealed class SizedRun : IDisposable
{
    private readonly LoweredGraph _lowered;
    private readonly MemoryPlan _plan;
    private readonly Tensor?[] _values;
    private readonly Tensor?[] _inputs;
    private readonly Tensor?[] _operands;
    private readonly Tensor[] _results;

    // What of the values is this run's own: views of the arena, and of inputs.
    private readonly Tensor?[] _views;

    /// <summary>Lays out the run in an arena.</summary>
    public SizedRun(LoweredGraph lowered, MemoryPlan plan, long size, Arena arena)
    {
        _lowered = lowered;
        _plan = plan;
        Size = size;
        _values = new Tensor?[lowered.Graph.Values.Length];
        _views = new Tensor?[_values.Length];
        _inputs = new Tensor?[lowered.Graph.Inputs.Length];
        _operands = new Tensor?[lowered.Operands.Length];
        _results = new Tensor[lowered.Results.Length];
        for (int v = 0; v < _values.Length; v++)
        {
            StoragePlace storage = plan.Storages[plan.Values[v].Storage];
            if (storage.Input < 0)
                _views[v] = _values[v] = arena.View(lowered.Graph.Values[v].Spec.At(size), storage.Offset + plan.Values[v].Offset);
        }

        Fill();
    }

    /// <summary>The size of the graph's symbol.</summary>
    public long Size { get; }

    /// <summary>The run as its device recorded it, with the inputs at the addresses where they are now; null when it was not.</summary>
    public CapturedGraph? Captured { get; private set; }

    /// <summary>True once its kernels have been launched.</summary>
    public bool HasRun { get; set; }

    /// <summary>When it was replayed last, counted by the session.</summary>
    public long LastReplay { get; set; }

    /// <summary>The steps' operands, where steps find them.</summary>
    public ReadOnlySpan<Tensor?> Operands => _operands;

    /// <summary>The steps' results, where steps find them.</summary>
    public ReadOnlySpan<Tensor> Results => _results;

    /// <summary>A value's tensor.</summary>
    public Tensor Value(int value) => _values[value]!;

    /// <summary>True when an input is another than in the run before.</summary>
    public bool AreNew(ReadOnlySpan<Tensor?> inputs) => !inputs.SequenceEqual(_inputs);

    /// <summary>Takes the inputs of the next run. What was captured with inputs at other addresses goes.</summary>
    /// <param name="inputs">One tensor for each input, of the right spec.</param>
    /// <returns>True when an input is at another address than in the run before.</returns>
    public bool SetInputs(ReadOnlySpan<Tensor?> inputs)
    {
        bool haveMoved = HaveMoved(inputs);
        if (haveMoved)
            Capture(null);
        for (int v = 0; v < _values.Length; v++)
        {
            ValuePlace place = _plan.Values[v];
            int input = _plan.Storages[place.Storage].Input;
            if (input < 0 || ReferenceEquals(inputs[input], _inputs[input]))
                continue;
            _views[v]?.Dispose();
            Tensor view = ViewOf(inputs[input]!, _lowered.Graph.Values[v].Spec.At(Size), place.Offset);
            _views[v] = ReferenceEquals(view, inputs[input]) ? null : view;
            _values[v] = view;
        }

        inputs.CopyTo(_inputs);
        Fill();
        return haveMoved;
    }

    /// <summary>Keeps what was captured in the place of what was before; null for nothing.</summary>
    public void Capture(CapturedGraph? captured)
    {
        Captured?.Dispose();
        Captured = captured;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Capture(null);
        foreach (Tensor? view in _views)
            view?.Dispose();
    }

    private static Tensor ViewOf(Tensor input, TensorSpec spec, long offset)
    {
        // A view has no count of the memory: the run refers to the input while it runs, and must not keep its memory when another one is bound.
        return offset == 0 && spec.Equals(input.Spec)
            ? input
            : new Tensor(spec, new TensorBuffer(input.Device, input.Address + (nint)offset, (nuint)spec.ByteCount, owner: null));
    }

    private bool HaveMoved(ReadOnlySpan<Tensor?> inputs)
    {
        for (int i = 0; i < inputs.Length; i++)
        {
            if (inputs[i]!.Address != _inputs[i]?.Address)
                return true;
        }

        return false;
    }

    private void Fill()
    {
        for (int i = 0; i < _operands.Length; i++)
            _operands[i] = _lowered.Operands[i] < 0 ? null : _values[_lowered.Operands[i]];
        for (int i = 0; i < _results.Length; i++)
            _results[i] = _values[_lowered.Results[i]]!;
    }
}
