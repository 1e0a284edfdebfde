using PluginIr.Dispatch;

namespace PluginIr.Contracts.Generators.Tests.Driving;

/// <summary>Writes down each call that it sees.</summary>
internal sealed class RecordingObserver : CallObserver
{
    public List<string> Calls { get; } = [];

    public override void OnCall(Snapshot snapshot, int op, int kernel, CallTraits traits, in SpecArguments arguments) => Calls.Add(
        $"kernel {kernel}: {string.Join(" ", arguments.Inputs.ToArray().Select(i => i?.ToString() ?? "None"))}; " +
        $"{string.Join(" ", arguments.Attributes.ToArray())}; {traits & (CallTraits.DTypeMask | CallTraits.Aliased)}");
}
