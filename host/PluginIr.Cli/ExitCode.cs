namespace PluginIr.Cli;

/// <summary>What the command ends with.</summary>
internal static class ExitCode
{
    /// <summary>All is well.</summary>
    public const int Fine = 0;

    /// <summary>The command ran, and what it checked is not as it should be, or a kernel that it called threw.</summary>
    public const int CheckFailed = 1;

    /// <summary>The command line, the configuration or a file is bad; the message says what.</summary>
    public const int BadInput = 2;

    /// <summary>The program or a plugin has thrown what neither of the others is for; the message is a stack trace.</summary>
    public const int Mistake = 3;
}
