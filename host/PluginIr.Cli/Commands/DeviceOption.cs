using System.CommandLine;
using System.Globalization;
using PluginIr.Runtime;
using PluginIr.Runtime.Devices;

namespace PluginIr.Cli.Commands;

/// <summary><c>--device</c>: where tensors are and kernels run.</summary>
internal static class DeviceOption
{
    public static Option<string> Create() => new("--device")
    {
        Description = "Where it runs: cpu, or a kind of device that a plugin brings and, after a colon, which of them: cuda, cuda:1.",
        DefaultValueFactory = _ => "cpu",
    };

    /// <summary>The device that the option names, which can be used here.</summary>
    /// <exception cref="InputException">It names none, or one that is not here or cannot be used; the message says why.</exception>
    public static Device Of(ParseResult parsed, Option<string> option, IrRuntime runtime)
    {
        (DeviceRuntimeStatus? found, ushort ordinal) = Find(parsed, option, runtime);
        if (found is null)
            return Device.Cpu;
        return found.Reason is { } reason
            ? throw new InputException($"--device: '{found.Kind}' devices cannot be used here: {reason}")
            : new Device(DeviceKind.Get(found.Kind), ordinal);
    }

    /// <summary>The kind of device that the option names, of those that loaded plugins bring, whether it can be used here or not.</summary>
    /// <exception cref="InputException">It names none, or one that is not here.</exception>
    public static DeviceKind KindOf(ParseResult parsed, Option<string> option, IrRuntime runtime) =>
        Find(parsed, option, runtime).Found is { } found ? DeviceKind.Get(found.Kind) : DeviceKind.Cpu;

    // Null for the host. Which device of its kind it is, is looked at where the kind can be used.
    private static (DeviceRuntimeStatus? Found, ushort Ordinal) Find(ParseResult parsed, Option<string> option, IrRuntime runtime)
    {
        string text = parsed.GetValue(option)!;
        string[] parts = text.Split(':');
        ushort ordinal = 0;
        if (parts.Length > 2 || (parts.Length == 2 && !ushort.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out ordinal)))
            throw new InputException($"--device must be a kind of device, or a kind and a number such as cuda:1; found '{text}'.");

        // A kind is looked for before it is named: naming one takes one of a process's few numbers for kinds.
        if (parts[0] == Device.Cpu.Kind.Name)
            return ordinal == 0 ? (null, 0) : throw new InputException($"--device: the host is one device, cpu; found '{text}'.");
        IReadOnlyList<DeviceRuntimeStatus> known = runtime.Devices;
        DeviceRuntimeStatus found = known.FirstOrDefault(k => k.Kind == parts[0]) ?? throw new InputException(
            $"--device: no loaded plugin brings '{parts[0]}' devices; known are {string.Join(", ", known.Select(k => k.Kind).Prepend("cpu"))}.");
        return found.Reason is not null || ordinal < found.Devices.Count
            ? (found, ordinal)
            : throw new InputException($"--device: there is no {found.Kind}:{ordinal}; found {found.Devices.Count} of that kind, numbered from 0.");
    }
}
