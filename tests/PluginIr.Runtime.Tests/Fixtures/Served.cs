using PluginIr.Runtime.Observing;
using Xunit;

namespace PluginIr.Runtime.Tests.Fixtures;

/// <summary>Says which provider served a call.</summary>
internal static class Served
{
    /// <summary>The provider of the one call that <paramref name="call"/> makes.</summary>
    public static string By(IrRuntime ir, Action call)
    {
        var counter = new CallCounter();
        ir.Observer = counter;
        try
        {
            call();
        }
        finally
        {
            ir.Observer = null;
        }

        (string _, string provider, long calls) = Assert.Single(counter.Counts);
        Assert.Equal(1, calls);
        return provider;
    }
}
