using System.Collections.Generic;
using System.Linq;
using PluginIr.Generators.Naming;

namespace PluginIr.Generators.Emitting;

/// <summary>The checks that typed calls make: uses of <c>CallChecks</c>.</summary>
internal static class CallChecksCode
{
    private const string Checks = "global::PluginIr.Dispatch.CallChecks";

    /// <summary>Each input's traits, to be OR-ed: the first required tensor's own, the others' against it.</summary>
    public static IEnumerable<string> InputTraits(CallNames names)
    {
        yield return names.First.Activation >= 0
            ? $"{names.First.Name}.Traits"
            : $"({names.First.Name}.Traits & ~global::PluginIr.Dispatch.CallTraits.DTypeMask)";
        foreach (CallInput tensor in names.Tensors.Where(t => t != names.First))
        {
            yield return $"{Checks}.Input(Name, {Literals.Text(tensor.Parameter.Name)}, {tensor.Name}, {names.First.Name}, " +
                         $"isActivation: {Literals.Bool(tensor.Activation >= 0)})";
        }
    }

    /// <summary>The traits of outputs that the caller gave, and whether any is its activation.</summary>
    public static IEnumerable<string> OutputTraits(CallNames names)
    {
        foreach (CallOutput output in names.Outputs)
            yield return $"{Checks}.Output(Name, {Literals.Text(output.SchemaName)}, {output.Name}, {output.Spec}, {names.First.Name})";
        foreach (CallOutput output in names.Outputs.Where(o => o.Activation is not null))
            yield return $"{Checks}.ApartOrSame({Pair(output, output.Activation!)})";
    }

    /// <summary>Every output against every tensor whose memory it must not share.</summary>
    public static IEnumerable<string> ApartChecks(CallNames names)
    {
        foreach (CallOutput output in names.Outputs)
        {
            foreach (CallInput tensor in names.Tensors.Where(t => t != output.Activation))
                yield return $"{Checks}.Apart({Pair(output, tensor)});";
        }

        for (int i = 0; i < names.Outputs.Count; i++)
        {
            foreach (CallOutput other in names.Outputs.Skip(i + 1))
            {
                CallOutput output = names.Outputs[i];
                yield return $"{Checks}.Apart(Name, {Literals.Text(output.SchemaName)}, {output.Name}, {Literals.Text(other.SchemaName)}, {other.Name});";
            }
        }
    }

    /// <summary>Whether an activation can be written over, as far as another tensor is concerned.</summary>
    public static string CanDonate(CallInput activation, string other) => $"{Checks}.CanDonate({activation.Name}, {other})";

    private static string Pair(CallOutput output, CallInput input) =>
        $"Name, {Literals.Text(output.SchemaName)}, {output.Name}, {Literals.Text(input.Parameter.Name)}, {input.Name}";
}
