using System.Collections.Generic;

namespace PluginIr.Generators.Naming;

/// <summary>Gives out names for generated locals that no parameter of the method has.</summary>
internal sealed class LocalNames(IEnumerable<string> taken)
{
    private readonly HashSet<string> _taken = [.. taken];

    /// <summary>The preferred name, or that name with as many underscores behind it as make it free.</summary>
    public string Take(string preferred)
    {
        while (!_taken.Add(preferred))
            preferred += "_";
        return preferred;
    }
}
