using Microsoft.CodeAnalysis;

namespace PluginIr.Generators.Diagnostics;

/// <summary>Every diagnostic. Each message names the thing, what was expected, what was found, and what to do.</summary>
internal static class Rules
{
    public static readonly DiagnosticDescriptor MalformedSchema = Rule("PIR001", "Op schema text is malformed",
        "{0}. Write it as 'name(Tensor x, Tensor? weight, float epsilon, int? size=None) -> Tensor'.");

    public static readonly DiagnosticDescriptor BadName = Rule("PIR002", "A name is not lower case with underscores",
        "The {0} '{1}' must match [a-z_][a-z_0-9]*; rename it");

    public static readonly DiagnosticDescriptor ReservedProvider = Rule("PIR003", "A provider's name is reserved",
        "Provider '{0}' must have another name than 'native' and 'unfused', which are reserved; rename it");

    public static readonly DiagnosticDescriptor KernelTwice = Rule("PIR004", "A provider registers an op twice",
        "Provider '{0}' may have one kernel of op '{1}'; found '{2}' and '{3}'. Remove one, or give it to another provider.");

    public static readonly DiagnosticDescriptor KernelSignature = Rule("PIR005", "A kernel's signature differs from its op's schema",
        "Kernel '{0}' of '{1}' must be '{2}'; found '{3}'. Make the two equal: names, types and order.");

    public static readonly DiagnosticDescriptor PredicateSignature = Rule("PIR006", "SupportsArgs is missing or its signature differs",
        "The SupportsArgs of kernel '{0}' must be '{1}'; found {2}. Write the method in the kernel's class.");

    public static readonly DiagnosticDescriptor InplaceNotAllowed = Rule("PIR007", "A kernel works in place but its op does not allow it",
        "'{0}' says Inplace.{1}, but op '{2}' allows only Inplace.Never; write to the outputs alone, or set AllowInplace on the op");

    public static readonly DiagnosticDescriptor InplaceCounts = Rule("PIR008", "An op that allows in place has other than one output for each activation",
        "Op '{0}' allows in place, so it must have as many outputs as activations; found {1} and {2} ({3}). Name the activations with Activations, or drop AllowInplace.");

    public static readonly DiagnosticDescriptor UnknownOp = Rule("PIR009", "A kernel's op is not known",
        "Kernel '{0}' must name an op that this or a referenced assembly declares, or give Schema; found '{1}'. {2}");

    public static readonly DiagnosticDescriptor ClassShape = Rule("PIR010", "A class cannot be extended by the generator",
        "'{0}' must be a static partial class that is neither generic nor nested nor file-local; found one that is {1}. Change its declaration.");

    public static readonly DiagnosticDescriptor NativeSignature = Rule("PIR011", "An op's native definition is missing or its signature differs",
        "Op '{0}' must have one method marked [Native], '{1}'; found {2}. Write or correct it.");

    public static readonly DiagnosticDescriptor InferSignature = Rule("PIR012", "An op's Infer is missing or its signature differs",
        "Op '{0}' must have the method '{1}'; found {2}. Write or correct it.");

    public static readonly DiagnosticDescriptor GenerateSignature = Rule("PIR013", "An op's Generate is missing or its signature differs",
        "Op '{0}' must have the method '{1}'; found {2}. Write or correct it.");

    public static readonly DiagnosticDescriptor SchemaDiffers = Rule("PIR014", "The Schema given for a kernel differs from its op's",
        "The Schema of kernel '{0}' must be {1}; found '{2}'. {3}");

    public static readonly DiagnosticDescriptor Alignment = Rule("PIR015", "An alignment is not 1, 16 or 64",
        "The Alignment of kernel '{0}' must be 1, 16 or 64 bytes; found {1}. Take the next larger of these.");

    public static readonly DiagnosticDescriptor ProviderMethod = Rule("PIR016", "A provider's Supported or Dispose method is missing or its signature differs",
        "{0} of provider '{1}' must name the method '{2}' of '{3}'; found {4}. Write or correct it.");

    public static readonly DiagnosticDescriptor NotAnActivation = Rule("PIR017", "An activation is not a required tensor of its op",
        "The activation '{0}' of op '{1}' must be one of its required tensors ({2}), named once; found {3}. Correct Activations.");

    public static readonly DiagnosticDescriptor MisplacedKernel = Rule("PIR018", "A kernel is not a static method of a class of kernels",
        "Kernel '{0}' must be a static method of a class marked [KernelProvider]; found {1}. Move or mark it.");

    public static readonly DiagnosticDescriptor OpTwice = Rule("PIR019", "Two ops have one name",
        "Op '{0}' must be declared once; found it in '{1}' and in '{2}'. Rename or remove one.");

    public static readonly DiagnosticDescriptor NoTensor = Rule("PIR020", "An op has no required tensor",
        "Op '{0}' must have a required tensor input, which says what device a call runs on; found none. Make a tensor required.");

    public static readonly DiagnosticDescriptor NamesCoincide = Rule("PIR021", "Two names of a schema are one in C#",
        "The names in '{0}' must stay apart when underscores go; found two that become '{1}'. Rename one.");

    public static readonly DiagnosticDescriptor UnsafeNotAllowed = Rule("PIR022", "The project does not allow unsafe code",
        "Assembly '{0}' declares ops or kernels, whose generated code takes addresses of methods, so it must allow unsafe code; found that it does not. " +
        "In a plugin's project, set <PluginIrRole>plugin</PluginIrRole>; in another, set AllowUnsafeBlocks to true.");

    public static readonly DiagnosticDescriptor DevicesDiffer = Rule("PIR023", "The classes of one provider name different devices",
        "All classes of provider '{0}' must name one device; found '{1}' on '{2}' and '{3}' on '{4}'. Give the classes of each device a provider of their own.");

    public static readonly DiagnosticDescriptor NotOptional = Rule("PIR024", "Without names what is not an optional input of the op",
        "Without of kernel '{0}' must name optional inputs of op '{1}' {2}; found '{3}'. Correct the name, or decline it in SupportsArgs.");

    public static readonly DiagnosticDescriptor FusionClass = Rule("PIR025", "A fusion's class cannot be called by the generator",
        "'{0}' must be a static class that is neither generic nor nested; change its declaration");

    public static readonly DiagnosticDescriptor FusionSignature = Rule("PIR026", "A fusion's Pattern or Replacement is missing or its signature differs",
        "Fusion '{0}' must have the method '{1}', not private; found {2}. Write or correct it.");

    public static readonly DiagnosticDescriptor DeviceRuntimeClass = Rule("PIR027", "A device runtime's class cannot be made by the generator",
        "'{0}' must derive from PluginIr.Devices.DeviceRuntime, be neither abstract, static, generic, nested nor file-local, and have a constructor " +
        "without parameters that is not private; found one that is {1}. Change its declaration.");

    public static readonly DiagnosticDescriptor ReservedDeviceKind = Rule("PIR028", "A device runtime is for the host's own memory",
        "'{0}' must be for another kind of device than 'cpu', which is the host's own; rename the kind");

    public static readonly DiagnosticDescriptor DeviceRuntimeMethod = Rule("PIR029", "A device runtime's Supported method is missing or its signature differs",
        "Supported of the runtime of '{0}' must name the method '{1}' of '{2}', not private; found {3}. Write or correct it.");

    private static DiagnosticDescriptor Rule(string id, string title, string message) =>
        new(id, title, message, "PluginIr", DiagnosticSeverity.Error, isEnabledByDefault: true);
}
