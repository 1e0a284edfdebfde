namespace PluginIr.Cli;

/// <summary>Reads what the user gave with code that refuses it by argument and format exceptions, which anywhere else are mistakes of the program.</summary>
internal static class Input
{
    /// <summary>Reads.</summary>
    /// <param name="option">What the user gave, for the message.</param>
    /// <param name="read">Reads it.</param>
    /// <exception cref="InputException">It was refused.</exception>
    public static T Read<T>(string option, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception refused) when (refused is ArgumentException or FormatException)
        {
            // The parameter's name is for programmers.
            string reason = refused is ArgumentException { ParamName: { } name } ? refused.Message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal) : refused.Message;
            throw new InputException($"{option}: {reason}", refused);
        }
    }
}
