using PluginIr.Dispatch;
using PluginIr.Runtime.Priority;
using PluginIr.Runtime.Registry;

namespace PluginIr.Runtime.Explaining;

/// <summary>Repeats a selection in slow motion, with reasons.</summary>
internal static class Explainer
{
    // What each trait means to someone whose call was not taken.
    private static readonly (CallTraits Trait, string Meaning)[] s_meanings =
    [
        (CallTraits.Strided, "a tensor is not contiguous"),
        (CallTraits.NegativeStride, "a tensor has a negative stride"),
        (CallTraits.Unaligned16, "a tensor's address is not a multiple of 16 bytes"),
        (CallTraits.Unaligned64, "a tensor's address is not a multiple of 64 bytes"),
        (CallTraits.Aliased, "an output is its activation's memory and the kernel does not work in place"),
        (CallTraits.MixedDTypes, "floating-point inputs are of different dtypes"),
        (CallTraits.Disposed, "a tensor was disposed"),
    ];

    /// <summary>Explains where a call goes.</summary>
    public static Explanation Explain(
        RegistrySnapshot snapshot, RegisteredOp op, DeviceKind device, CallTraits traits, in SpecArguments arguments)
    {
        IReadOnlyList<RegisteredKernel> order = snapshot.OrderOf(op, device);
        PriorityChoice choice = snapshot.Priority.ChoiceOf(op.Name);
        var candidates = new List<Candidate>();
        bool isTaken = false;
        for (int i = 0; i < order.Count; i++)
        {
            string? refusal = Refusal(order[i], traits, arguments);
            string reason = refusal ?? (isTaken ? "accepts, but an earlier one was taken" : "accepts, first in the order to do so");
            candidates.Add(Describe(order[i], i, refusal is null && !isTaken, reason));
            isTaken |= refusal is null;
        }

        candidates.AddRange(snapshot.KernelsOf(op).Where(k => !order.Contains(k)).Select(k => Describe(k, null, false, Absence(snapshot, k, device, choice))));
        return new Explanation(op.Name, device.Name, DescribeInputs(op, arguments), candidates);
    }

    /// <summary>Why a kernel does not take a call; null when it does.</summary>
    public static unsafe string? Refusal(RegisteredKernel kernel, CallTraits traits, in SpecArguments arguments)
    {
        CallTraits missing = traits & ~kernel.Accepts;
        if (missing != 0)
        {
            IEnumerable<string> dtypes = ((DTypes)(missing & CallTraits.DTypeMask)).Members().Select(d => $"takes no {d.Name()} activations");
            IEnumerable<string> meanings = s_meanings.Where(m => (missing & m.Trait) != 0).Select(m => m.Meaning);
            IEnumerable<string> given = kernel.Op.Optionals.Where(o => (missing & o.Trait) != 0).Select(o => $"'{o.Name}' is given");
            return string.Join("; ", dtypes.Concat(meanings).Concat(given));
        }

        nint predicate = kernel.Descriptor.PackedSupportsArgs;
        try
        {
            return predicate == 0 || ((delegate*<in SpecArguments, bool>)predicate)(in arguments)
                ? null
                : "its predicate declines these shapes, dtypes or options";
        }
        catch (Exception failure)
        {
            // The plugin's mistake: whoever asks is not to fail for it while there are others.
            return $"its predicate threw {failure.GetType().Name}: {failure.Message}";
        }
    }

    /// <summary>A call's inputs without data: <c>x: f32[1,16], weight: None, epsilon: 1E-06</c>.</summary>
    public static string DescribeInputs(RegisteredOp op, in SpecArguments arguments)
    {
        var parts = new List<string>();
        int tensor = 0, attribute = 0;
        foreach (Schemas.SchemaParameter parameter in op.Schema.Parameters)
        {
            string value = parameter.IsTensor
                ? arguments.Inputs[tensor++]?.ToString() ?? "None"
                : arguments.Attributes[attribute++].ToString();
            parts.Add($"{parameter.Name}: {value}");
        }

        return string.Join(", ", parts);
    }

    private static Candidate Describe(RegisteredKernel kernel, int? position, bool isTaken, string reason) =>
        new(kernel.Provider.Name, kernel.Generation.ToString(), kernel.Descriptor.Method, position, isTaken, reason);

    /// <summary>Why a kernel is not for tensors on a kind of device that is not its own.</summary>
    public static string OtherDevice(RegisteredKernel kernel, DeviceKind device) => $"works on {kernel.Provider.Device}, the tensors are on {device}";

    private static string Absence(RegistrySnapshot snapshot, RegisteredKernel kernel, DeviceKind device, PriorityChoice choice) =>
        snapshot.SetAside.FirstOrDefault(s => s.Is(KernelName.Of(kernel))) is { } setAside ? setAside.Explain()
        : kernel.Provider.Device != device ? OtherDevice(kernel, device)
        : !kernel.Provider.Support.IsSupported ? $"not supported here: {kernel.Provider.Support.Reason}"
        : choice.Order.Contains(kernel.Provider.Name) ? "comes after a kernel that takes every call"
        : choice.IsClosed ? "not in the op's list, and its policy is to fail"
        : $"in no priority list; to use it, name it in PluginIr:Priority, or for one command with --priority {kernel.Op.Name}={kernel.Provider.Name}";
}
