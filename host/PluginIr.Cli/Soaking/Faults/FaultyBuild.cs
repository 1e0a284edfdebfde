using System.Text.Json.Nodes;
using PluginIr.Hosting.Manifests;

namespace PluginIr.Cli.Soaking.Faults;

/// <summary>A build in the making: a copy of the good one, or of the plugin that is faulty by profession, with what is to be wrong with it.</summary>
internal sealed class FaultyBuild
{
    private static readonly string s_nobodysHash = new('0', 64);

    private readonly string _good;
    private readonly string _faulty;

    /// <param name="good">The folder of the build that serves.</param>
    /// <param name="faulty">The folder of the faulty plugin's build.</param>
    /// <param name="folder">Where the build is to be made; does not exist.</param>
    /// <param name="target">Where it is going to be installed.</param>
    /// <param name="goodProvider">The name of the provider of the build that serves.</param>
    public FaultyBuild(string good, string faulty, string folder, string target, string goodProvider)
    {
        _good = good;
        _faulty = faulty;
        Folder = folder;
        Target = target;
        GoodProvider = goodProvider;
    }

    /// <summary>Where the build is made.</summary>
    public string Folder { get; }

    /// <summary>Where it is going to be installed.</summary>
    public string Target { get; }

    /// <summary>The name of the provider of the build that serves.</summary>
    public string GoodProvider { get; }

    /// <summary>A file that exists while a call is to be held.</summary>
    public string HoldFile => Folder + ".hold";

    private string Manifest => Path.Combine(Folder, PluginManifest.FileName);

    /// <summary>Starts from the build that serves, as another version of it.</summary>
    public FaultyBuild FromGood()
    {
        PluginBuilds.Install(_good, Folder);
        return Edit(manifest => manifest["version"] = "0.0.0-faulty");
    }

    /// <summary>Starts from the faulty plugin.</summary>
    /// <param name="fault">What it does wrong.</param>
    /// <param name="text">What that fault needs.</param>
    public FaultyBuild FromFaulty(string fault, string text = "")
    {
        PluginBuilds.Install(_faulty, Folder);
        File.WriteAllLines(Path.Combine(Folder, "fault.txt"), [fault, text]);
        return List("fault.txt");
    }

    /// <summary>Gives it the name of the plugin that it is to take the place of.</summary>
    public FaultyBuild Named(string plugin) => Edit(manifest => manifest["name"] = plugin);

    /// <summary>Changes the manifest.</summary>
    public FaultyBuild Edit(Action<JsonObject> edit)
    {
        JsonObject manifest = JsonNode.Parse(File.ReadAllText(Manifest))!.AsObject();
        edit(manifest);
        File.WriteAllText(Manifest, manifest.ToJsonString());
        return this;
    }

    /// <summary>Lists a file in the manifest with the hash that it has.</summary>
    public FaultyBuild List(string file) => Edit(
        manifest => manifest["files"]![file] = PluginManifest.HashOf(File.ReadAllBytes(Path.Combine(Folder, file))));

    /// <summary>Takes a file out, of the manifest too.</summary>
    public FaultyBuild Remove(string file)
    {
        File.Delete(Path.Combine(Folder, file));
        return Edit(manifest => manifest["files"]!.AsObject().Remove(file));
    }

    /// <summary>Cuts the entry assembly in half, and lists it as it is then.</summary>
    public FaultyBuild TruncateEntry()
    {
        string entry = Entry;
        byte[] bytes = File.ReadAllBytes(Path.Combine(Folder, entry));
        File.WriteAllBytes(Path.Combine(Folder, entry), bytes[..(bytes.Length / 2)]);
        return List(entry);
    }

    /// <summary>Lists the entry assembly with another hash than it has. No build that comes later makes it right: this one would serve then.</summary>
    public FaultyBuild MistakeEntry() => Edit(manifest => manifest["files"]![Entry] = s_nobodysHash);

    /// <summary>Lists a file that is not there.</summary>
    public FaultyBuild ListMissing() => Edit(manifest => manifest["files"]!["missing.dll"] = s_nobodysHash);

    /// <summary>Writes something that is no manifest.</summary>
    public FaultyBuild WriteManifest(string text)
    {
        File.WriteAllText(Manifest, text);
        return this;
    }

    private string Entry => (string)JsonNode.Parse(File.ReadAllText(Manifest))!["entryAssembly"]!;

    /// <summary>Puts it into the folder that it is for, whatever state it is in: files first, the manifest in one step.</summary>
    public void Install()
    {
        Directory.CreateDirectory(Target);
        foreach (string file in Directory.GetFiles(Target).Where(f => Path.GetFileName(f) != PluginManifest.FileName))
            File.Delete(file);
        foreach (string file in Directory.GetFiles(Folder).Where(f => Path.GetFileName(f) != PluginManifest.FileName))
            File.Copy(file, Path.Combine(Target, Path.GetFileName(file)), overwrite: true);
        string incoming = Path.Combine(Target, PluginManifest.FileName + ".new");
        File.Copy(Manifest, incoming, overwrite: true);
        File.Move(incoming, Path.Combine(Target, PluginManifest.FileName), overwrite: true);
    }
}
