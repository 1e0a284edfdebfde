using System.Collections.Concurrent;
using System.Diagnostics.Tracing;

namespace PluginIr.Hosting.Tests.Support;

/// <summary>What the JIT compiles while it exists: each method's namespace and name, and the tier.</summary>
internal sealed class Compilations : EventListener
{
    private const EventKeywords Jit = (EventKeywords)0x10;

    // In the flags of MethodLoadVerbose; 2 is optimized at once, 4 optimized after tier 0.
    private const int TierShift = 7;
    private const uint TierMask = 7;

    public const uint Optimized = 2;

    public ConcurrentQueue<(string Method, uint Tier)> Seen { get; } = new();

    protected override void OnEventSourceCreated(EventSource source)
    {
        if (source.Name == "Microsoft-Windows-DotNETRuntime")
            EnableEvents(source, EventLevel.Verbose, Jit);
    }

    protected override void OnEventWritten(EventWrittenEventArgs written)
    {
        if (written.EventName is { } name && name.StartsWith("MethodLoadVerbose", StringComparison.Ordinal))
            Seen.Enqueue(($"{written.Payload![6]}.{written.Payload[7]}", ((uint)written.Payload[5]! >> TierShift) & TierMask));
    }
}
