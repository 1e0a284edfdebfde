using System.CommandLine;
using PluginIr.Cli;
using PluginIr.Cli.Commands;

var shared = new SharedOptions();
var root = new RootCommand("Loads kernel plugins behind shared ops; looks at them, verifies, measures and runs them.")
{
    PluginsCommand.Create(shared),
    OpsCommand.Create(shared),
    ExplainCommand.Create(shared),
    VerifyCommand.Create(shared),
    GenerateCommand.Create(shared),
    OptCommand.Create(shared),
    RunCommand.Create(shared),
    SoakCommand.Create(shared, "soak", defaultSwaps: 100, defaultThreads: 2),
    BenchCommand.Create(shared),
};
shared.AddTo(root);

ParseResult command = root.Parse(args);
if (command.Errors.Count > 0)
{
    foreach (System.CommandLine.Parsing.ParseError error in command.Errors)
        Console.Error.WriteLine(error.Message);
    Console.Error.WriteLine("Add --help to see what the command takes.");
    return ExitCode.BadInput;
}

try
{
    return await command.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}

// A kernel may throw anything, also what from elsewhere would be bad input.
catch (Exception failure) when (KernelFailure.Explain(failure) is { } problem)
{
    Console.Error.WriteLine(problem);
    return ExitCode.CheckFailed;
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("Cancelled.");
    return ExitCode.CheckFailed;
}
catch (CheckException failed)
{
    Console.Error.WriteLine(failed.Message);
    return ExitCode.CheckFailed;
}
catch (LoggedException)
{
    return ExitCode.BadInput;
}
catch (Exception bad) when (InputException.IsLike(bad))
{
    Console.Error.WriteLine(bad.Message);
    return ExitCode.BadInput;
}

// Other exceptions, of arguments and formats too, are mistakes of the program or of a plugin. Left to the runtime they would abort the process.
catch (Exception mistake)
{
    Console.Error.WriteLine(mistake);
    return ExitCode.Mistake;
}
