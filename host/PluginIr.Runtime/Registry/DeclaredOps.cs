using PluginIr.Registration;

namespace PluginIr.Runtime.Registry;

/// <summary>
/// The ops that were ever published, with what callers are compiled for besides the schema: which inputs are activations, whose memory the outputs may
/// take, and whether there may be kernels in place. Callers and compiled graphs go on with it whatever build comes.
/// </summary>
internal sealed class DeclaredOps
{
    private readonly Lock _lock = new();
    private readonly Dictionary<int, (string Traits, string Generation)> _first = []; // Text alone: nothing of a plugin is kept.

    /// <summary>Refuses a registry in which an op is another one than callers know.</summary>
    /// <exception cref="RegistrationException">Names the op and what has changed.</exception>
    public void Require(RegistrySnapshot next)
    {
        lock (_lock)
        {
            foreach (RegisteredOp op in next.Ops.Values)
            {
                if (!_first.TryGetValue(op.Id, out (string Traits, string Generation) first) || TraitsOf(op.Descriptor) == first.Traits)
                    continue;
                throw new RegistrationException(
                    $"{op.Generation} declares '{op.Schema}' with {TraitsOf(op.Descriptor)}; callers are compiled for {first.Traits}, as {first.Generation} declared it. " +
                    "Give the op another name or schema, or start the process anew.");
            }
        }
    }

    /// <summary>Notes what is published.</summary>
    public void Add(RegistrySnapshot published)
    {
        lock (_lock)
        {
            foreach (RegisteredOp op in published.Ops.Values)
            {
                if (!_first.ContainsKey(op.Id))
                    _first.Add(op.Id, (TraitsOf(op.Descriptor), op.Generation.ToString()));
            }
        }
    }

    private static string TraitsOf(OpDescriptor op) =>
        $"{(op.Activations.Count == 0 ? "no activations" : $"the activations {string.Join(", ", op.Activations)}")} and {(op.AllowInplace ? "" : "no ")}kernels in place";
}
