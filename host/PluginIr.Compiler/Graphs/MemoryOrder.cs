namespace PluginIr.Compiler.Graphs;

/// <summary>Finds values that are used after their memory was donated or written over. The one definition of what aliasing a graph may have.</summary>
/// <remarks>
/// Every value has a storage: its own, or for a view its operand's, or for a result of a kernel that works in place only its
/// activation's. A storage has a version, which a donation or a write moves on; a value can be used while its storage has the version
/// that it was defined with.
/// </remarks>
internal sealed class MemoryOrder
{
    private readonly GraphDraft _draft;
    private readonly Func<int, int> _resolve;
    private readonly int[] _storages;
    private readonly int[] _versions;
    private readonly Storage[] _table;

    private MemoryOrder(GraphDraft draft, Func<int, int> resolve)
    {
        _draft = draft;
        _resolve = resolve;
        _storages = new int[draft.Values.Count];
        _versions = new int[draft.Values.Count];
        _table = new Storage[draft.Values.Count];
    }

    /// <summary>Looks through a draft.</summary>
    /// <param name="draft">The draft.</param>
    /// <param name="resolve">What stands in the place of a value; to ask what would be if uses were replaced. Null for the value itself.</param>
    /// <returns>The first violation; null when there is none.</returns>
    public static MemoryViolation? FindViolation(GraphDraft draft, Func<int, int>? resolve = null) =>
        new MemoryOrder(draft, resolve ?? (value => value)).Walk();

    /// <summary>The input whose memory a value lies in, through views; -1 when it lies in none's.</summary>
    public static int InputUnder(GraphDraft draft, int value)
    {
        while (draft.Nodes.Find(n => n.Op.IsView && n.Results[0] == value) is { } view)
            value = view.Operands[0];
        return draft.Inputs.FindIndex(i => i.Value == value);
    }

    private MemoryViolation? Walk()
    {
        foreach (GraphInput input in _draft.Inputs)
            Define(input.Value, new Storage { IsKept = !input.IsDonated });
        foreach (DraftNode node in _draft.Nodes)
        {
            // What would be replaced is not there.
            if (node.Results.Length == 1 && _resolve(node.Results[0]) != node.Results[0])
                continue;
            MemoryViolation? violation = UseAll(node) ?? Write(node);
            if (violation is not null)
                return violation;
        }

        foreach (int output in _draft.Outputs)
        {
            if (Use(null, _resolve(output)) is { } violation)
                return violation;
        }

        return null;
    }

    private MemoryViolation? UseAll(DraftNode node)
    {
        foreach (int operand in node.Operands)
        {
            if (operand >= 0 && Use(node, _resolve(operand)) is { } violation)
                return violation;
        }

        return null;
    }

    private MemoryViolation? Use(DraftNode? node, int value)
    {
        Storage storage = _table[_storages[value]];
        if (_versions[value] == storage.Version)
            return null;
        DraftNode writer = storage.Writer!;
        string user = node is null ? "returned" : $"used by {NameOf(node)}";
        string happened = writer.IsDonating ? $"{NameOf(writer)} = {writer.Op.Name}.maybe_inplace took it" : $"{NameOf(writer)} wrote over it";
        string remedy = writer.IsDonating
            ? $"Call {writer.Op.Name} there, which keeps its inputs, or donate clone(%{_draft.Values[value].Name})."
            : $"Let {writer.Op.Name} write over clone(%{_draft.Values[value].Name}).";
        return new MemoryViolation(node ?? writer, $"%{_draft.Values[value].Name} is {user} after {happened}. {remedy}");
    }

    // Results get their storages; what is donated or written over moves on.
    private MemoryViolation? Write(DraftNode node)
    {
        if (node.WritesOver && FindConflict(node) is { } conflict)
            return conflict;
        for (int i = 0; i < node.Results.Length; i++)
        {
            if (node.Op.IsView)
                Share(node.Results[i], _resolve(node.Operands[0]));
            else if (!node.WritesOver)
                Define(node.Results[i], new Storage());
        }

        if (!node.IsDonating && !node.WritesOver)
            return null;
        for (int i = 0; i < node.Op.Activations.Count; i++)
        {
            int activation = _resolve(node.Operands[node.Op.Activations[i]]);
            Storage storage = _table[_storages[activation]];
            storage.Version++;
            storage.Writer = node;
            if (node.WritesOver)
                Share(node.Results[i], activation);
        }

        return null;
    }

    private MemoryViolation? FindConflict(DraftNode node)
    {
        foreach (int position in node.Op.Activations)
        {
            int written = _resolve(node.Operands[position]);
            string name = _draft.Values[written].Name;
            if (_table[_storages[written]].IsKept)
            {
                return new MemoryViolation(
                    node, $"{NameOf(node)} writes over %{name}, whose memory is an input's that was not donated. Let it write over clone(%{name}).");
            }

            for (int other = 0; other < node.Operands.Length; other++)
            {
                if (other != position && node.Operands[other] >= 0 && _storages[_resolve(node.Operands[other])] == _storages[written])
                {
                    return new MemoryViolation(
                        node, $"{NameOf(node)} writes over %{name} and reads its memory through another input. Let it write over clone(%{name}).");
                }
            }
        }

        return null;
    }

    private void Define(int value, Storage storage)
    {
        _storages[value] = value;
        _table[value] = storage;
        _versions[value] = 0;
    }

    private void Share(int value, int with)
    {
        _storages[value] = _storages[with];
        _versions[value] = _table[_storages[with]].Version;
    }

    private string NameOf(DraftNode node) => node.Results.Length == 0 ? node.Op.Name : $"%{_draft.Values[node.Results[0]].Name}";

    private sealed class Storage
    {
        /// <summary>True for an input's that the caller keeps.</summary>
        public bool IsKept { get; init; }

        public int Version { get; set; }

        public DraftNode? Writer { get; set; }
    }
}
