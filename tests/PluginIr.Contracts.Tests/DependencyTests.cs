namespace PluginIr.Contracts.Tests;

public sealed class DependencyTests
{
    [Fact]
    public void The_contracts_depend_on_nothing_but_the_base_library()
    {
        Assert.All(
            typeof(Tensor).Assembly.GetReferencedAssemblies(),
            a => Assert.True(a.Name!.StartsWith("System.", StringComparison.Ordinal) || a.Name is "netstandard" or "mscorlib", a.Name));
    }
}
