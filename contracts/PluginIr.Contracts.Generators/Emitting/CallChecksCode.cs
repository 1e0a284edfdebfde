using System.Collections.Generic;
using System.Linq;
using PluginIr.Generators.Naming;

namespace PluginIr.Generators.Emitting;

/// <summary>The checks that typed calls make: uses of <c>CallChecks</c>.</summary>
internal static class CallChecksCode
{
    private const string Checks = "global::PluginIr.Dispatch.CallChecks";

    private const string Traits = "global::PluginIr.Dispatch.CallTraits";

    /// <summary>The most optional inputs that have a trait of their own; <c>CallChecks.MaxOptionals</c>.</summary>
    public const int MaxOptionals = 7;

    /// <summary>What decides a call's traits: the tensors, and whether what is optional is given.</summary>
    public static IEnumerable<CallInput> TraitInputs(CallNames names) => names.Inputs.Where(i => i.Parameter.IsTensor || IndexOfOptional(names, i) >= 0);

    /// <summary>The traits of all input tensors, to be OR-ed: the first required tensor's own, the others' against it.</summary>
    public static IEnumerable<string> AllTraits(CallNames names)
    {
        yield return $"{names.First.Name}.Traits";
        foreach (CallInput tensor in names.Tensors.Where(t => t != names.First))
        {
            int optional = IndexOfOptional(names, tensor);
            string trait = optional < 0 ? "" : $", {Checks}.Optional({optional}, true)";
            yield return $"{Checks}.Input(s_name, {Literals.Text(tensor.Parameter.Name)}, {tensor.Name}, {names.First.Name}{trait})";
        }
    }

    /// <summary>The call's traits, to be OR-ed, from a local that holds those of all tensors.</summary>
    public static IEnumerable<string> InputTraits(CallNames names, string all)
    {
        // One tensor that is an activation: nothing to tell apart, nothing to mix.
        bool isAlone = names.Tensors.Count == 1 && names.Activations.Count == 1;
        string activations = names.Activations.Count == 0 ? Traits + ".None" : string.Join(" | ", names.Activations.Select(a => $"{a.Name}.Traits"));
        yield return isAlone ? all : $"{Checks}.Inputs({activations}, {all})";
        foreach (CallInput input in names.Inputs.Where(i => !i.Parameter.IsTensor && IndexOfOptional(names, i) >= 0))
            yield return $"{Checks}.Optional({IndexOfOptional(names, input)}, {input.Name} is not null)";
    }

    private static int IndexOfOptional(CallNames names, CallInput input)
    {
        List<CallInput> optional = [.. names.Inputs.Where(i => i.Parameter.IsOptional).Take(MaxOptionals)];
        return optional.IndexOf(input);
    }

    /// <summary>The traits of outputs that the caller gave, and whether any is its activation.</summary>
    public static IEnumerable<string> OutputTraits(CallNames names)
    {
        foreach (CallOutput output in names.Outputs)
            yield return $"{Checks}.Output(s_name, {Literals.Text(output.SchemaName)}, {output.Name}, {output.Spec}, {names.First.Name})";
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
                yield return $"{Checks}.Apart(s_name, {Literals.Text(output.SchemaName)}, {output.Name}, {Literals.Text(other.SchemaName)}, {other.Name});";
            }
        }
    }

    /// <summary>Whether an activation can be written over, as far as another tensor is concerned.</summary>
    public static string CanDonate(CallInput activation, string other) => $"{Checks}.CanDonate({activation.Name}, {other})";

    private static string Pair(CallOutput output, CallInput input) =>
        $"s_name, {Literals.Text(output.SchemaName)}, {output.Name}, {Literals.Text(input.Parameter.Name)}, {input.Name}";
}
