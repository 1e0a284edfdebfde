using PluginIr.Dispatch;
using PluginIr.Runtime;
using PluginIr.Runtime.Registry;
using PluginIr.Schemas;

namespace PluginIr.Compiler.Execution;

/// <summary>Tells an observer of the calls in a run, as dispatch tells it of eager ones. Out of the way of runs that nobody observes.</summary>
internal static class RunObserver
{
    /// <summary>Tells of every kernel call, in order.</summary>
    public static void Tell(CallObserver observer, RegistrySnapshot snapshot, LoweredGraph lowered, SizedRun run)
    {
        foreach (ref readonly Step step in lowered.Steps)
        {
            if (step.Entry == 0)
                continue;
            RegisteredOp op = snapshot.Kernels[step.Kernel].Op;
            Tensor?[] operands = run.Operands.Slice(step.FirstOperand, step.OperandCount).ToArray();
            AttributeValue[] attributes = lowered.Attributes.Slice(step.FirstAttribute, step.AttributeCount).ToArray();
            CallTraits traits = PackedCall.TraitsOf(op, operands, attributes);
            observer.OnCall(snapshot, step.OpId, step.Kernel, traits, new SpecArguments([.. operands.Select(o => o?.Spec)], attributes));
        }
    }
}
