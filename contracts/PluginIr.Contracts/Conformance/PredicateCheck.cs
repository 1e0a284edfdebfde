using PluginIr.Dispatch;

namespace PluginIr.Conformance;

/// <summary>Asks a kernel's predicate about a case, often enough to see whether it keeps the rules of predicates.</summary>
internal static unsafe class PredicateCheck
{
    private const int Questions = 8;
    private const int Rounds = 5;

    /// <summary>Asks, once dispatch would: after the masks of dtypes and optional inputs.</summary>
    /// <param name="case">The case.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="accepts">Whether the kernel takes the case.</param>
    /// <returns>The rule that was broken; null when none was.</returns>
    public static ConformanceFailure? Ask(ConformanceCase @case, OpArguments arguments, out bool accepts)
    {
        accepts = @case.Subject.Takes(arguments);
        if (!accepts || @case.Subject.Kernel.PackedSupportsArgs == 0)
            return null;
        try
        {
            TensorSpec?[] specs = arguments.Specs;
            if (!TryAsk(@case, arguments, specs, out accepts, out _))
                return Inconsistent(@case);

            // The first questions may have run static constructors and the JIT. After them, what a predicate allocates it allocates in
            // every round; a collection that begins during one charges the thread for the rest of its allocation buffer, once.
            long allocated = long.MaxValue;
            for (int round = 1; round < Rounds && allocated != 0; round++)
            {
                if (!TryAsk(@case, arguments, specs, out bool again, out long inRound) || again != accepts)
                    return Inconsistent(@case);
                allocated = Math.Min(allocated, inRound);
            }

            return allocated == 0 ? null : ConformanceFailure.Of(
                @case, ConformanceFailureKind.PredicateAllocated,
                $"its predicate must not allocate, as it runs on every call; {Questions} calls with the same specs allocated {allocated} bytes.");
        }
        catch (Exception failure)
        {
            return ConformanceFailure.Of(
                @case, ConformanceFailureKind.PredicateThrew,
                $"its predicate must answer true or false for any specs; it threw {ThrownText.Of(failure)}");
        }
    }

    /// <summary>The plain answer.</summary>
    public static bool Accepts(ConformanceSubject subject, OpArguments arguments) => subject.Takes(arguments) &&
        (subject.Kernel.PackedSupportsArgs == 0 ||
         ((delegate*<in SpecArguments, bool>)subject.Kernel.PackedSupportsArgs)(new SpecArguments(arguments.Specs, arguments.Attributes)));

    // False when the answers differ.
    private static bool TryAsk(
        ConformanceCase @case, OpArguments arguments, TensorSpec?[] specs, out bool accepts, out long allocated)
    {
        var predicate = (delegate*<in SpecArguments, bool>)@case.Subject.Kernel.PackedSupportsArgs;
        var question = new SpecArguments(specs, arguments.Attributes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        accepts = predicate(in question);
        bool areEqual = true;
        for (int i = 1; i < Questions; i++)
            areEqual &= predicate(in question) == accepts;
        allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        return areEqual;
    }

    private static ConformanceFailure Inconsistent(ConformanceCase @case) => ConformanceFailure.Of(
        @case, ConformanceFailureKind.PredicateInconsistent,
        "its predicate must depend on nothing but specs and attributes; asked about the same ones again it changed its answer.");
}
