namespace PluginIr.Fixtures.Faulty;

/// <summary>What is wrong with this build: the first line of <c>fault.txt</c> beside the assembly. The second is a text that some faults need.</summary>
internal sealed record Fault(string Name, string Text)
{
    /// <summary>Reads it; <c>none</c> when the file is not there.</summary>
    public static Fault Read()
    {
        string file = Path.Combine(Path.GetDirectoryName(typeof(Fault).Assembly.Location)!, "fault.txt");
        string[] lines = File.Exists(file) ? File.ReadAllLines(file) : ["none"];
        return new Fault(lines[0], lines.ElementAtOrDefault(1) ?? "");
    }
}
