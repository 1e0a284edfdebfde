using PluginIr.Runtime.Registry;

namespace PluginIr.Runtime.Priority;

/// <summary>Which providers serve which op, in order. Immutable; data that can be printed and compared.</summary>
/// <remarks>
/// For an op: the user's list for it, else the user's list for <c>*</c>; then the platform's default list, so that only what is out of
/// order needs saying; then native, if it was in none of them. Everything after the first kernel that takes every call is cut.
/// </remarks>
public sealed class PriorityTable
{
    /// <summary>The key for all ops that have no list of their own.</summary>
    public const string AnyOp = "*";

    private readonly Dictionary<string, IReadOnlyList<string>> _lists;
    private readonly Dictionary<string, WhenUnavailable> _policies;

    private PriorityTable(
        Dictionary<string, IReadOnlyList<string>> lists, Dictionary<string, WhenUnavailable> policies, IReadOnlyList<string> platform)
    {
        _lists = lists;
        _policies = policies;
        Platform = platform;
    }

    /// <summary>No user's lists; the platform's default, devices before the host.</summary>
    public static PriorityTable Default { get; } = new([], [], ["cuda", "rocm", "cpu_simd", RegisteredProvider.Native]);

    /// <summary>The user's lists, by op name or <see cref="AnyOp"/>.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> Lists => _lists;

    /// <summary>The platform's default list. Providers in it that are not there are passed over in silence.</summary>
    public IReadOnlyList<string> Platform { get; }

    /// <summary>Equal for tables that say the same.</summary>
    internal string Key => field ??= string.Join(
        '\n',
        [
            .. _lists.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}\r{string.Join('\t', l.Value)}"),
            .. _policies.OrderBy(o => o.Key, StringComparer.Ordinal).Select(o => $"{o.Key}\r\r{o.Value}"),
            string.Join('\t', Platform),
        ]);

    /// <summary>The same but for one list; an empty one removes it.</summary>
    /// <param name="op">The op's name or <see cref="AnyOp"/>.</param>
    /// <param name="providers">The providers, first choice first.</param>
    public PriorityTable With(string op, params IReadOnlyList<string> providers)
    {
        var lists = new Dictionary<string, IReadOnlyList<string>>(_lists);
        if (providers.Count == 0)
            lists.Remove(op);
        else
            lists[op] = [.. providers];
        return new PriorityTable(lists, _policies, Platform);
    }

    /// <summary>The same but for one policy.</summary>
    /// <param name="op">The op's name or <see cref="AnyOp"/>.</param>
    /// <param name="policy">The policy.</param>
    public PriorityTable With(string op, WhenUnavailable policy) =>
        new(_lists, new Dictionary<string, WhenUnavailable>(_policies) { [op] = policy }, Platform);

    /// <summary>The same but for the platform's list.</summary>
    public PriorityTable WithPlatform(IReadOnlyList<string> providers) => new(_lists, _policies, [.. providers]);

    /// <summary>The same with lists given as text: <c>rms_norm=cpu_simd,native</c>, several separated by <c>;</c>.</summary>
    /// <exception cref="FormatException">The text has another form.</exception>
    public PriorityTable WithText(string text)
    {
        PriorityTable table = this;
        foreach (string assignment in text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            if (assignment.Split('=', StringSplitOptions.TrimEntries) is not [{ Length: > 0 } op, var list] ||
                SplitList(list) is not { Count: > 0 } providers)
            {
                throw new FormatException($"'{assignment}' is not a priority; expected OP=PROVIDER,PROVIDER such as rms_norm=cpu_simd,native.");
            }

            table = table.With(op, providers);
        }

        return table;
    }

    /// <summary>What it says of one op.</summary>
    public PriorityChoice ChoiceOf(string op)
    {
        IReadOnlyList<string> named = [.. _lists.GetValueOrDefault(op, []).Distinct()];
        WhenUnavailable policy = _policies.TryGetValue(op, out WhenUnavailable own) ? own : _policies.GetValueOrDefault(AnyOp);
        if (named.Count > 0 && policy == WhenUnavailable.Fail)
            return new PriorityChoice(named, named, policy, IsNativeAppended: false);

        IReadOnlyList<string> first = named.Count > 0 ? named : _lists.GetValueOrDefault(AnyOp, []);
        string[] order = [.. first.Concat(Platform).Distinct()];
        bool hasNative = order.Contains(RegisteredProvider.Native);
        return new PriorityChoice(hasNative ? order : [.. order, RegisteredProvider.Native], named, policy, !hasNative);
    }

    /// <summary>Splits <c>cpu_simd, native</c>.</summary>
    public static IReadOnlyList<string> SplitList(string text) =>
        text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Finds what a snapshot's ops and providers cannot satisfy.</summary>
    /// <param name="snapshot">Everything that is loaded.</param>
    /// <exception cref="PriorityException">A list names an op or provider that is not there, or a policy forbids what would happen.</exception>
    public void Validate(RegistrySnapshot snapshot)
    {
        var problems = new List<string>();
        foreach (string op in _lists.Keys.Concat(_policies.Keys).Distinct().Where(o => o != AnyOp && !snapshot.Ops.ContainsKey(o)))
            problems.Add($"Priority names the op '{op}', which no loaded plugin declares.{NearestName.Hint(op, snapshot.Ops.Keys)}");
        foreach ((string op, IReadOnlyList<string> providers) in _lists)
        {
            foreach (string provider in providers.Where(p => !snapshot.Providers.ContainsKey(p)))
            {
                problems.Add(
                    $"Priority of '{op}' names the provider '{provider}', which no loaded plugin brings." +
                    NearestName.Hint(provider, snapshot.Providers.Keys));
            }
        }

        if (problems.Count == 0)
            problems.AddRange(snapshot.Ops.Values.Select(op => Unservable(op, snapshot)).OfType<string>());
        if (problems.Count > 0)
            throw new PriorityException(problems);
    }

    private string? Unservable(RegisteredOp op, RegistrySnapshot snapshot)
    {
        PriorityChoice choice = ChoiceOf(op.Name);
        if (!choice.IsClosed)
            return null;
        bool canServe = snapshot.KernelsOf(op).Any(k => choice.Explicit.Contains(k.Provider.Name) && k.Provider.Support.IsSupported);
        return canServe ? null : $"Op '{op.Name}' must be served by {string.Join(" or ", choice.Explicit)} (policy: fail), and none can: " + string.Join(
            "; ", choice.Explicit.Select(p => $"{p}: {snapshot.Providers[p].Support.Reason ?? "no kernel of this op"}")) + ".";
    }
}
