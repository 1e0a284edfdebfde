using System.CommandLine;
using PluginIr.Cli.Output;
using PluginIr.Dispatch;
using PluginIr.Runtime.Priority;
using PluginIr.Runtime.Registry;
using Spectre.Console;

namespace PluginIr.Cli.Commands;

/// <summary><c>pluginir ops</c>: the registry.</summary>
internal static class OpsCommand
{
    public static Command Create(SharedOptions shared)
    {
        var command = new Command("ops", "Lists the ops, their schemas, and their kernels in the order in which calls are offered to them.");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using Application application = await Application.StartAsync(shared, parsed, ApplicationKind.Reading, cancellationToken);
            RegistrySnapshot registry = application.Runtime.Registry;
            if (shared.Json(parsed))
                Json.Write(new { ops = Ops(registry).Select(op => Describe(registry, op)) });
            else
                Write(registry);
            return ExitCode.Fine;
        });
        return command;
    }

    private static IEnumerable<RegisteredOp> Ops(RegistrySnapshot registry) => registry.Ops.Values.OrderBy(o => o.Name, StringComparer.Ordinal);

    private static object Describe(RegistrySnapshot registry, RegisteredOp op) => new
    {
        op.Name,
        Schema = op.Schema.Text,
        op.Descriptor.Activations,
        op.Descriptor.AllowInplace,
        DeclaredBy = op.Generation.Plugin,
        Kernels = registry.KernelsOf(op).Select(k => new
        {
            Provider = k.Provider.Name,
            k.Generation.Plugin,
            Generation = k.Generation.Number,
            k.Descriptor.Method,
            Device = k.Provider.Device.Name,
            DTypes = k.Descriptor.DTypes.Members().Select(d => d.Name()),
            k.Descriptor.Inplace,
            k.Descriptor.BatchInvariant,
            k.Descriptor.Strided,
            k.Descriptor.Alignment,
            HasPredicate = k.Descriptor.SupportsArgs != 0,
            NotSupported = k.Provider.Support.Reason,
            Position = Position(registry, k),
            InNoList = IsInNoList(registry, k),
        }),
    };

    private static void Write(RegistrySnapshot registry)
    {
        Table table = Terminal.Table("op", "kernels, in order", "schema");
        foreach (RegisteredOp op in Ops(registry))
        {
            IEnumerable<string> orders = registry.KernelsOf(op).Select(k => k.Provider.Device).Distinct()
                .Select(device => string.Join(", ", registry.OrderOf(op, device).Select(k => k.Provider.Name)))
                .Where(order => order.Length > 0);
            string[] unlisted = [.. registry.KernelsOf(op).Where(k => IsInNoList(registry, k)).Select(k => k.Provider.Name)];
            string others = unlisted.Length == 0 ? "" : $" (in no list: {string.Join(", ", unlisted)})";
            table.Row(op.Name, string.Join("; ", orders) + others, op.Schema.Text);
        }

        Terminal.Write(table);
        foreach (string unbound in registry.Unbound)
            Console.WriteLine(unbound);
        foreach (string warning in registry.Warnings)
            Console.WriteLine(warning);
    }

    // What could serve, and is not offered calls because nobody has said so.
    private static bool IsInNoList(RegistrySnapshot registry, RegisteredKernel kernel)
    {
        PriorityChoice choice = registry.Priority.ChoiceOf(kernel.Op.Name);
        return !choice.IsClosed && kernel.Provider.Support.IsSupported && !choice.Order.Contains(kernel.Provider.Name);
    }

    private static int? Position(RegistrySnapshot registry, RegisteredKernel kernel)
    {
        int position = registry.OrderOf(kernel.Op, kernel.Provider.Device).ToList().IndexOf(kernel);
        return position < 0 ? null : position;
    }
}
