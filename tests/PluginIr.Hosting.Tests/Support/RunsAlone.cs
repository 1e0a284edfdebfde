using Xunit;

namespace PluginIr.Hosting.Tests.Support;

/// <summary>Tests of what the whole process does, during which no other test runs.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class RunsAlone
{
    /// <summary>The collection's name.</summary>
    public const string Name = "runs alone";
}
