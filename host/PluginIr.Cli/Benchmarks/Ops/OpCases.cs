namespace PluginIr.Cli.Benchmarks.Ops;

/// <summary>What is measured unless the user chooses: the sizes of a 0.6B and an 8B language model, from one token to a long prompt.</summary>
internal static class OpCases
{
    private static readonly long[] s_rows = [1, 16, 256, 2048];
    private static readonly long[] s_hiddens = [1024, 4096];
    private static readonly DType[] s_floating = [DType.Float32, DType.BFloat16, DType.Float16];

    /// <summary>All cases.</summary>
    public static IReadOnlyList<OpCase> All { get; } =
    [
        .. Grid(["rms_norm", "fused_add_rms_norm"], s_floating, s_rows, s_hiddens),
        .. Grid(["silu_and_mul"], [DType.Float32, DType.BFloat16], s_rows, s_hiddens),
        .. Grid(["rotary_embedding"], [DType.Float32], s_rows, [2048]),
        .. Grid(["linear"], s_floating, [1, 16, 256], [1024]),
        .. Cold(Grid(["linear"], s_floating, [1], [1024])),
        .. Grid(["attention"], [DType.Float32, DType.BFloat16], [512, 4096], [2048]),
        .. Cold(Grid(["attention"], [DType.Float32, DType.BFloat16], [512, 4096], [2048])),
        .. Grid(
            ["static_quant_fp8", "static_group_quant_fp8", "dynamic_quant_fp8", "dynamic_group_quant_fp8"],
            [DType.Float32, DType.BFloat16], [1, 256], [4096]),
        .. Grid(["embedding"], [DType.Float32, DType.BFloat16], [16, 256], [1024]),
    ];

    /// <summary>A few cases that take seconds.</summary>
    public static IReadOnlyList<OpCase> Quick { get; } =
    [
        new("rms_norm", DType.Float32, 1, 1024), new("rms_norm", DType.BFloat16, 16, 1024), new("fused_add_rms_norm", DType.Float32, 16, 1024),
        new("silu_and_mul", DType.Float32, 16, 1024), new("rotary_embedding", DType.Float32, 16, 2048), new("linear", DType.Float32, 1, 1024),
        new("linear", DType.BFloat16, 1, 1024, Cold: true),
        new("attention", DType.Float32, 512, 2048), new("dynamic_quant_fp8", DType.Float32, 1, 4096), new("embedding", DType.Float32, 16, 1024),
    ];

    /// <summary>Those of some cases that the user chose. What is not in them is added, so that any size can be measured.</summary>
    /// <param name="cases">The cases to choose from.</param>
    /// <param name="ops">The ops; none for all.</param>
    /// <param name="dtypes">The dtypes; none for all.</param>
    /// <param name="rows">The rows; none for all.</param>
    /// <param name="hiddens">The row lengths; none for all.</param>
    /// <param name="cold">Cold ones alone: those of an op that are here, or else all of its cases.</param>
    /// <exception cref="InputException">An op is none of those that are measured.</exception>
    public static IReadOnlyList<OpCase> Choose(
        IReadOnlyList<OpCase> cases, IReadOnlyList<string> ops, IReadOnlyList<DType> dtypes, IReadOnlyList<long> rows, IReadOnlyList<long> hiddens,
        bool cold)
    {
        string[] known = [.. All.Select(c => c.Op).Distinct()];
        if (ops.FirstOrDefault(o => !known.Contains(o)) is { } unknown)
            throw new InputException($"--op must be one of {string.Join(", ", known)}; found '{unknown}'.");
        if (cold)
            cases = ColdOf(cases, ops);
        return
        [
            .. from own in cases
               where ops.Count == 0 || ops.Contains(own.Op)
               group own by (own.Op, own.Cold) into op
               from dtype in dtypes.Count > 0 ? dtypes : op.Select(c => c.DType).Distinct()
               from row in rows.Count > 0 ? rows : op.Select(c => c.Rows).Distinct()
               from hidden in hiddens.Count > 0 ? hiddens : op.Select(c => c.Hidden).Distinct()
               let chosen = new OpCase(op.Key.Op, dtype, row, hidden, op.Key.Cold)
               where cases.Contains(chosen) || ((dtypes.Count > 0 || rows.Count > 0 || hiddens.Count > 0) && chosen.Cold == cold)
               select chosen,
        ];
    }

    // What has no cold case here is measured so when it is named.
    private static IReadOnlyList<OpCase> ColdOf(IReadOnlyList<OpCase> cases, IReadOnlyList<string> ops) =>
    [
        .. from own in cases
           group own by own.Op into op
           let listed = op.Where(c => c.Cold)
           where listed.Any() || ops.Contains(op.Key)
           from one in listed.Any() ? listed : Cold(op)
           select one,
    ];

    private static IEnumerable<OpCase> Cold(IEnumerable<OpCase> cases) => cases.Select(c => c with { Cold = true });

    private static IEnumerable<OpCase> Grid(string[] ops, DType[] dtypes, long[] rows, long[] hiddens) =>
        from op in ops from dtype in dtypes from hidden in hiddens from row in rows select new OpCase(op, dtype, row, hidden);
}
