using PluginIr.Compiler.Execution;
using PluginIr.Compiler.Graphs;
using PluginIr.Compiler.Planning;
using PluginIr.Devices;
using PluginIr.Dispatch;
using PluginIr.Runtime;
using PluginIr.Runtime.Registry;

namespace PluginIr.Compiler;

/// <summary>Runs a compiled graph again and again: inputs are bound once, all else lies in one arena. For one thread at a time.</summary>
/// <remarks>
/// <para>A run at a size that has been run before, with the inputs that were bound then, allocates nothing, managed or native; a size that needs
/// a larger arena is laid out once, and the others once more. The outputs lie in the arena, or in donated inputs, and are good until the
/// next run.</para>
/// <para>On a device a run is queued, and its outputs are there for whatever is queued after it. Where the device can capture, a size that is run again
/// with inputs at the same addresses is recorded, and from then on replayed in one launch: fill bound inputs anew rather than binding others.</para>
/// </remarks>
public sealed partial class GraphSession : IDisposable
{
    // Sizes come and go; the tensors of this many are kept.
    private const int MaxKeptSizes = 256;

    private readonly IrRuntime _runtime;
    private readonly CompiledGraph _compiled;
    private readonly Device _device;
    private readonly Arena _arena;
    private readonly bool _ownsArena;
    private readonly Tensor?[] _inputs;
    private readonly Dictionary<long, SizedRun> _runs = [];
    private int _arenaReplacements;
    private LoweredGraph? _lowered;
    private SizedRun? _last;
    private bool _isDisposed;

    internal GraphSession(IrRuntime runtime, CompiledGraph compiled, GraphSession? beside)
    {
        _runtime = runtime;
        _compiled = compiled;
        _device = compiled.Device;
        _arena = beside?._arena ?? compiled.RentArena();
        _ownsArena = beside is null;
        _inputs = new Tensor?[compiled.Functional.Inputs.Length];
    }

    /// <summary>True after <see cref="Dispose"/>: another session may have the arena by now.</summary>
    internal bool IsDisposed => _isDisposed;

    /// <summary>Where all its tensors are.</summary>
    internal Device Device => _device;

    /// <summary>How many bytes the arena has.</summary>
    public long ArenaBytes => _arena.Bytes;

    /// <summary>How many outputs the graph has.</summary>
    public int OutputCount => _compiled.Functional.Outputs.Length;

    /// <summary>Gives an input, for all runs until it is given another tensor. The session does not own it; keep it for as long as it is bound.</summary>
    /// <param name="name">The input's name.</param>
    /// <param name="tensor">
    /// The tensor: contiguous, on the input's device, and at a multiple of 64 bytes unless the graph declares the input unaligned.
    /// </param>
    /// <exception cref="ArgumentException">There is no such input, or the tensor cannot be it.</exception>
    public void Bind(string name, Tensor tensor) => Bind(IndexOf(name), tensor);

    /// <summary>The same by the input's number.</summary>
    /// <param name="input">The input's number, from 0.</param>
    /// <param name="tensor">The tensor.</param>
    /// <exception cref="ArgumentException">The tensor cannot be the input.</exception>
    public void Bind(int input, Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        Graph graph = _compiled.Functional;
        GraphInput declared = graph.Inputs[input];
        ref readonly ValueInfo value = ref graph.Values[declared.Value];
        string? expected =
            tensor.DType != value.Spec.DType || tensor.Rank != value.Spec.Rank ? $"must be {Describe(value)}"
            : tensor.Device != value.Device ? $"must be on {value.Device}"
            : !tensor.IsContiguous ? "must be contiguous; copy it with ToContiguous()"
            : (tensor.Traits & CallTraits.Unaligned64) != 0 && !declared.IsUnaligned
                ? "must begin at a multiple of 64 bytes, or be declared unaligned in the graph"
            : null;
        if (expected is not null)
            throw new ArgumentException($"The input %{value.Name} of {graph.Name} {expected}; found {tensor} at 0x{tensor.Address:x}.", nameof(tensor));
        _inputs[input] = tensor;
    }

    /// <summary>Runs the graph.</summary>
    /// <exception cref="InvalidOperationException">An input is not bound.</exception>
    /// <exception cref="ArgumentException">
    /// The inputs' sizes do not go together or are out of the symbol's range; a donated input shares memory with another. Nothing ran.
    /// </exception>
    /// <exception cref="GraphException">The graph cannot be lowered against the present registry. Nothing ran.</exception>
    /// <exception cref="ObjectDisposedException">An input, or the session, was disposed. Nothing ran.</exception>
    /// <exception cref="DeviceException">The device's driver refuses.</exception>
    public void Run()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        long size = InputSizes.SizeOf(_compiled.Functional, _inputs);
        CallSlot slot = _runtime.Enter(OpId.None, out Snapshot snapshot);
        try
        {
            SizedRun run = RunAt((RegistrySnapshot)snapshot, size, out LoweredGraph lowered);
            bool haveMoved = false;
            if (run.AreNew(_inputs))
            {
                InputSizes.RequireApart(_compiled.Functional, _inputs, _arena);
                haveMoved = run.SetInputs(_inputs);
            }

            if (slot.Observer is { } observer)
                RunObserver.Tell(observer, (RegistrySnapshot)snapshot, lowered, run);
            _last = null;
            if (_device.IsCpu)
                Execute(lowered, run, slot.Context, null, slot);
            else
                RunOnDevice((RegistrySnapshot)snapshot, lowered, run, haveMoved, slot);
            _last = run;
        }
        catch (Exception failure) when (_runtime.OnFault(slot, snapshot, failure))
        {
            throw;
        }
        finally
        {
            slot.Leave();
        }
    }

    /// <summary>An output of the last run. Good until the next; the session owns it.</summary>
    /// <param name="output">The output's number, from 0.</param>
    /// <exception cref="InvalidOperationException">There was no run yet.</exception>
    public Tensor Output(int output) => _last is { } last
        ? last.Value(_lowered!.Graph.Outputs[output])
        : throw new InvalidOperationException($"{_compiled.Functional.Name} has not run in this session; call Run() before.");

    /// <summary>Gives the arena back to the compiled graph, which keeps it for another session. Doing so twice has no further effect.</summary>
    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        Forget();
        if (_ownsArena)
            _compiled.Return(_arena);
    }

    private unsafe void Execute(LoweredGraph lowered, SizedRun run, KernelContext context, DeviceRuntime? device, CallSlot slot)
    {
        ReadOnlySpan<Tensor?> operands = run.Operands;
        ReadOnlySpan<Tensor> results = run.Results;
        foreach (ref readonly Step step in lowered.Steps)
        {
            slot.Op = step.OpId;
            slot.Kernel = step.Entry == 0 ? -1 : step.Kernel;
            if (step.Entry == 0)
            {
                if (device is null)
                    results[step.FirstResult].CopyFrom(operands[step.FirstOperand]!);
                else
                    CopyOnDevice(device, operands[step.FirstOperand]!, results[step.FirstResult], context.Stream);
                continue;
            }

            var arguments = new KernelArguments(
                operands.Slice(step.FirstOperand, step.OperandCount),
                lowered.Attributes.Slice(step.FirstAttribute, step.AttributeCount),
                results.Slice(step.FirstResult, step.ResultCount));
            ((delegate*<KernelContext, in KernelArguments, void>)step.Entry)(context, in arguments);
        }

        GC.KeepAlive(run);
    }

    private SizedRun RunAt(RegistrySnapshot snapshot, long size, out LoweredGraph lowered)
    {
        Use(lowered = _compiled.For(snapshot));
        if (_arenaReplacements == _arena.Replacements && _runs.TryGetValue(size, out SizedRun? run))
            return run;
        Use(lowered = _compiled.For(snapshot, size));
        MemoryPlan plan = MemoryPlan.Of(lowered.Graph, size);
        _arena.EnsureBytes(plan.ArenaBytes);
        if (_arenaReplacements != _arena.Replacements || _runs.Count == MaxKeptSizes)
            ForgetRuns();
        _arenaReplacements = _arena.Replacements;
        run = new SizedRun(lowered, plan, size, _arena);
        _runs.Add(size, run);
        return run;
    }

    private void Use(LoweredGraph lowered)
    {
        if (ReferenceEquals(lowered, _lowered))
            return;
        Forget();
        _lowered = lowered;
    }

    private void Forget()
    {
        ForgetRuns();
        _lowered = null;
        _failedCaptures = 0;
    }

    private void ForgetRuns()
    {
        foreach (SizedRun run in _runs.Values)
            run.Dispose();
        _runs.Clear();
        _last = null;
    }

    private int IndexOf(string name)
    {
        Graph graph = _compiled.Functional;
        for (int i = 0; i < graph.Inputs.Length; i++)
        {
            if (graph.Values[graph.Inputs[i].Value].Name == name)
                return i;
        }

        string names = string.Join(", ", graph.Inputs.ToArray().Select(i => $"%{graph.Values[i.Value].Name}"));
        throw new ArgumentException($"{graph.Name} has no input %{name}; it has {names}.", nameof(name));
    }

    private string Describe(in ValueInfo value) => value.Spec.ToText(_compiled.Functional.Symbol?.Name ?? "n");
}
