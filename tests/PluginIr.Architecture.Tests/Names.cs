namespace PluginIr.Architecture.Tests;

/// <summary>What files and folders may be called.</summary>
internal static class Names
{
    // Words that say a file is of use, not what it is.
    private static readonly string[] s_empty = ["Util", "Utils", "Utilities", "Helper", "Helpers", "Manager", "Common", "Misc"];

    // .git and the rest of the second line are made by tools, and git ignores those that are not its own.
    private static readonly string[] s_folders =
    [
        "contracts", "host", "plugins", "scripts", "tests", ".ci",
        ".git", ".vs", ".vscode", ".idea", "artifacts", "TestResults",
    ];

    /// <summary>Those of a project's source files that are named for being of use.</summary>
    public static IEnumerable<string> SayingNothing(IEnumerable<string> files) => files.Where(file =>
        s_empty.Any(word => Path.GetFileName(file).Split('.')[0].EndsWith(word, StringComparison.Ordinal)));

    /// <summary>Those of the top-level folders that the design does not name.</summary>
    public static IEnumerable<string> UnknownFolders(IEnumerable<string> folders) => folders.Select(f => Path.GetFileName(f)).Except(s_folders);
}
