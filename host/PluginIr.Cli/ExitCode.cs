namespace PluginIr.Cli;

/// <summary>What the command ends with.</summary>
internal static class ExitCode
{
    /// <summary>All is well.</summary>
    public const int Fine = 0;

    /// <summary>The command ran, and what it checked is not as it should be.</summary>
    public const int CheckFailed = 1;

    /// <summary>The command line, the configuration or a file is bad; the message says what.</summary>
    public const int BadInput = 2;
}
