using System.Globalization;
using PluginIr.Hosting.Events;
using PluginIr.Hosting.Manifests;

namespace PluginIr.Cli.Soaking.Faults;

/// <summary>Every fault that <c>soak --faults</c> tries.</summary>
/// <remarks>What is not here kills any process that it happens in: a crash in native code, Environment.FailFast, a stack overflow, a write far outside.</remarks>
internal static class FaultList
{
    // The kernels that break a rule which the proof knows, by the names of their providers.
    private static readonly (string Name, string Provider, string Rule)[] s_wrongKernels =
    [
        ("wrong-in-one-element", "one_element", "WrongValue"),
        ("nan-dropped", "drops_nan", "WrongSpecialValue"),
        ("infinity-flipped", "flips_infinity", "WrongSpecialValue"),
        ("rounding-truncated", "truncates", "WrongValue"),
        ("written-past-the-end", "writes_past_end", "WroteOutside"),
        ("written-before-the-start", "writes_before_start", "WroteOutside"),
        ("written-between-rows", "writes_into_gap", "WroteIntoGap"),
        ("read-past-the-end", "reads_past_end", "ReadUndefinedMemory"),
        ("output-left-unwritten", "leaves_unwritten", "UnwrittenOutput"),
        ("input-changed", "changes_input", "ChangedInput"),
        ("aliasing-lie", "lies_about_aliasing", "WrongInPlace"),
        ("batch-invariance-lie", "depends_on_batch", "NotBatchInvariant"),
        ("strides-ignored", "ignores_strides", "WroteIntoGap"),
        ("nondeterministic", "nondeterministic", "Nondeterministic"),
        ("kernel-throws", "throws_at_odd_rows", "Threw"),
        ("predicate-throws", "predicate_throws", "PredicateThrew"),
        ("predicate-allocates", "predicate_allocates", "PredicateAllocated"),
        ("predicate-wavers", "predicate_wavers", "PredicateInconsistent"),
    ];

    /// <summary>The faults.</summary>
    /// <param name="plugin">The name of the plugin that serves.</param>
    public static IReadOnlyList<Fault> All(string plugin)
    {
        ContractVersion host = ContractVersion.Host;
        return
        [
            Good("truncated-assembly", b => b.TruncateEntry(), PluginEventKind.Refused, "not a .NET assembly"),
            Good("wrong-hash", b => b.MistakeEntry(), PluginEventKind.Incomplete, "SHA-256"),
            Good("missing-file", b => b.ListMissing(), PluginEventKind.Incomplete, "is not there"),
            Good("manifest-is-not-json", b => b.WriteManifest("{ \"name\": }"), PluginEventKind.Refused, "not valid JSON"),
            Good("manifest-names-file-outside", b => b.Edit(m => m["files"]!["../../outside.dll"] = new string('0', 64)), PluginEventKind.Refused, "../../outside.dll"),
            Good("manifest-lacks-entry", b => b.Edit(m => m["entryAssembly"] = "Other.dll"), PluginEventKind.Refused, "Other.dll"),
            Good("contract-too-new", b => b.Edit(m => m["contractVersion"] = Text(host with { Minor = host.Minor + 1 })), PluginEventKind.Refused, "older"),
            Good("contract-of-next-major", b => b.Edit(m => m["contractVersion"] = Text(new(host.Major + 1, 0))), PluginEventKind.Refused, "majors"),
            Good("contract-too-old", b => b.Edit(m => m["contractVersion"] = Text(new(host.Major - 1, 9))), PluginEventKind.Refused, "majors"),
            Faulty("missing-dependency", "none", "", "FaultyKernels", b => b.Remove("PluginIr.Fixtures.FaultyKernels.dll")),
            Faulty("missing-native-library", "missing-native-library", "", "pluginir_library_that_is_nowhere"),
            Faulty("schema-drift", "schema-drift", "", "was built for"),
            Faulty("reserved-name", "provider-name", "native", "reserved"),
            Faulty("malformed-name", "provider-name", "Not A Name", "[a-z_]"),
            Faulty("constructor-throws", "constructor-throws", "", "always throws"),
            Faulty("constructor-hangs", "constructor-hangs", "", "LoadTimeout"),
            Faulty("registration-throws", "registration-throws", "", "always throws"),
            Faulty("kernel-hangs", "kernel", "hangs", "LoadTimeout"),
            .. s_wrongKernels.Select(k => Faulty(k.Name, "kernel", k.Provider, k.Rule)),
            new("duplicate-provider", FaultPlace.Beside, b => b.FromFaulty("provider-name", b.GoodProvider), PluginEventKind.Refused, "is registered by"),
            new("duplicate-plugin", FaultPlace.Beside, b => b.FromGood(), PluginEventKind.Refused, "of the same name"),
            new("folder-deleted-mid-load", FaultPlace.Beside, b => b.FromFaulty("folder-deleted-mid-load", b.Target), PluginEventKind.Refused, "was removed while"),
            new("kernel-throws-on-thousandth-call", FaultPlace.Serving, b => b.FromFaulty("kernel", "throws_late"), PluginEventKind.SetAside, "gelu_new by throws_late")
            {
                While = drill => drill.CallUntilSetAsideAsync(),
            },
            new("call-outlives-deadline", FaultPlace.Serving, b => b.FromFaulty("holds", b.HoldFile), PluginEventKind.Overdue, "gelu_fast on thread")
            {
                While = drill => drill.HoldACallWhileRemovedAsync(),
            },
            new("dispose-throws", FaultPlace.Serving, b => b.FromFaulty("dispose-throws"), PluginEventKind.Unloaded, ""),
            new("dispose-hangs", FaultPlace.Serving, b => b.FromFaulty("dispose-hangs"), PluginEventKind.Leaked, "not stopped in Dispose"),
            new("pinned-by-thread", FaultPlace.Serving, b => b.FromFaulty("pinned-by-thread"), PluginEventKind.Leaked, "thread"),
            new("pinned-by-timer", FaultPlace.Serving, b => b.FromFaulty("pinned-by-timer"), PluginEventKind.Leaked, "timer"),
            new("pinned-by-static", FaultPlace.Serving, b => b.FromFaulty("pinned-by-static"), PluginEventKind.Leaked, "static"),
        ];

        static Fault Good(string name, Action<FaultyBuild> spoil, PluginEventKind expected, string saying) =>
            new(name, FaultPlace.Over, b => spoil(b.FromGood()), expected, saying);

        Fault Faulty(string name, string fault, string text, string saying, Action<FaultyBuild>? further = null) => new(
            name,
            FaultPlace.Over,
            b =>
            {
                b.FromFaulty(fault, text).Named(plugin);
                further?.Invoke(b);
            },
            PluginEventKind.Refused,
            saying);
    }

    private static string Text(ContractVersion version) => string.Create(CultureInfo.InvariantCulture, $"{version}");
}
