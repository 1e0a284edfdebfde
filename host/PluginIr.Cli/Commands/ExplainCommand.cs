using System.CommandLine;
using System.Globalization;
using PluginIr.Cli.Output;
using PluginIr.Dispatch;
using PluginIr.Runtime.Explaining;
using PluginIr.Runtime.Registry;
using Spectre.Console;

namespace PluginIr.Cli.Commands;

/// <summary><c>pluginir explain OP</c>: where a call would go, and why not elsewhere.</summary>
internal static class ExplainCommand
{
    public static Command Create(SharedOptions shared)
    {
        var op = new Argument<string>("op") { Description = "The op's name." };
        var dtype = new Option<string>("--dtype") { Description = "The activations' dtype, such as bf16 or float32.", DefaultValueFactory = _ => "float32" };
        var shape = new Option<string>("--shape") { Description = "The activations' shape, such as 8x4096.", DefaultValueFactory = _ => "1x1024" };
        Option<string> device = DeviceOption.Create();
        var set = new Option<string[]>("--set") { Description = "Another input's value, such as variance_size=512; may be repeated." };
        var command = new Command("explain", "Says for each kernel of an op whether a call would go to it, and why not. Nothing is run.") { op, dtype, shape, device, set };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            await using Application application = await Application.StartAsync(shared, parsed, ApplicationKind.Reading, cancellationToken);
            RegisteredOp known = Input.Read(op.Name, () => application.Runtime.Registry.Op(parsed.GetValue(op)!));
            DType given = DTypeOption.Of(parsed.GetValue(dtype)!);
            long[] sizes = ParseShape(parsed.GetValue(shape)!);
            CallSketch sketch = Input.Read($"{shape.Name} and {set.Name}", () => CallSketch.Of(known, given, sizes, parsed.GetValue(set) ?? []));
            DeviceKind kind = DeviceOption.KindOf(parsed, device, application.Runtime);
            string? noDevice = application.Runtime.Registry.SupportOf(kind).Reason;
            Explanation explanation = application.Runtime.Explain(
                known.Name, kind, sketch.Traits, new SpecArguments(sketch.Tensors, sketch.Attributes));
            if (shared.Json(parsed))
                Json.Write(new { explanation.Op, explanation.Device, NoDevice = noDevice, explanation.Inputs, Taken = explanation.Taken?.Provider, explanation.Candidates });
            else
                Write(explanation, noDevice);
            // Why each kernel would not be taken is said of a device that cannot be used here too.
            return noDevice is not null ? ExitCode.BadInput : explanation.Taken is null ? ExitCode.CheckFailed : ExitCode.Fine;
        });
        return command;
    }

    private static long[] ParseShape(string text)
    {
        string[] sizes = text.Split(['x', ',']);
        if (sizes.Length <= TensorSpec.MaxRank && sizes.All(s => long.TryParse(s, NumberStyles.None, CultureInfo.InvariantCulture, out long size) && size > 0))
            return [.. sizes.Select(s => long.Parse(s, CultureInfo.InvariantCulture))];
        throw new InputException($"--shape must be sizes from 1 separated by 'x', such as 8x4096, at most {TensorSpec.MaxRank} of them; found '{text}'.");
    }

    private static void Write(Explanation explanation, string? noDevice)
    {
        Console.WriteLine($"{explanation.Op} on {explanation.Device} with {explanation.Inputs}");
        Table table = Terminal.Table("", "provider", "from", "method", "why");
        foreach (Candidate candidate in explanation.Candidates)
            table.Row(candidate.IsTaken ? "->" : "", candidate.Provider, candidate.Plugin, candidate.Method, candidate.Reason);
        Terminal.Write(table);
        if (explanation.Taken is null)
            Console.WriteLine("No kernel takes this call.");
        if (noDevice is not null)
            Console.WriteLine($"Devices '{explanation.Device}' cannot be used here: {noDevice}");
    }
}
