using Microsoft.Extensions.Logging;
using PluginIr.Dispatch;
using PluginIr.Runtime.Explaining;
using PluginIr.Runtime.Registry;

namespace PluginIr.Runtime.Observing;

/// <summary>Writes every selection and rejection to the debug log, with dtypes and shapes but no data.</summary>
/// <param name="logger">Where to.</param>
/// <param name="next">Another observer to tell too.</param>
public sealed class SelectionLog(ILogger logger, CallObserver? next = null) : CallObserver
{
    /// <inheritdoc/>
    public override void OnCall(Snapshot snapshot, int op, int kernel, CallTraits traits, in SpecArguments arguments)
    {
        var registry = (RegistrySnapshot)snapshot;
        RegisteredKernel chosen = registry.Kernels[kernel];
        if (logger.IsEnabled(LogLevel.Debug))
        {
            Explanation explanation = Explainer.Explain(registry, chosen.Op, chosen.Provider.Device, traits, arguments);
            foreach (Candidate candidate in explanation.Candidates.TakeWhile(c => !c.IsTaken))
                Log.Rejected(logger, explanation.Op, candidate.Provider, candidate.Reason, explanation.Inputs);
            Log.Selected(logger, explanation.Op, chosen.Provider.Name, explanation.Inputs);
        }

        next?.OnCall(snapshot, op, kernel, traits, arguments);
    }
}
