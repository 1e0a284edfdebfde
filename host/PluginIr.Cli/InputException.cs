using PluginIr.Compiler.Graphs;
using PluginIr.Devices;
using PluginIr.Dispatch;
using PluginIr.Hosting.Configuration;

namespace PluginIr.Cli;

/// <summary>What the user gave is bad.</summary>
/// <param name="message">What was expected, what was found.</param>
/// <param name="inner">The cause.</param>
internal sealed class InputException(string message, Exception? inner = null) : Exception(message, inner)
{
    /// <summary>True for what is the user's to put right, with a message that says all of it. Others are mistakes of the program or of a plugin.</summary>
    public static bool IsLike(Exception failure) => failure is InputException or PluginIrOptionsException or IOException or UnauthorizedAccessException
        or NoKernelException or DeviceException or GraphException;
}
