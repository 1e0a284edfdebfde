using System.CommandLine;

namespace PluginIr.Cli.Commands;

/// <summary><c>pluginir run</c>: the headless host.</summary>
internal static class RunCommand
{
    public static Command Create(SharedOptions shared)
    {
        var command = new Command(
            "run",
            "Runs the headless host until it is told to stop: loads plugins, follows their folders and the configuration. " +
            "Logs text to standard error and compact JSON to standard output.");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            try
            {
                await using Application application = await Application.StartAsync(shared, parsed, ApplicationKind.Headless, cancellationToken);
                await application.RunUntilStoppedAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                // Told to stop before it had started, which is as good as later.
            }

            return ExitCode.Fine;
        });
        return command;
    }
}
