using PluginIr.Hosting.Events;
using PluginIr.Hosting.Manifests;
using PluginIr.Hosting.Plugins;
using PluginIr.Runtime.Registry;

namespace PluginIr.Cli.Soaking.Faults;

/// <summary>Installs one faulty build after the other while threads call the good one, and looks at what the host makes of it.</summary>
internal sealed class FaultRun : IDisposable
{
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(2);

    private readonly Application _application;
    private readonly string _good;
    private readonly string _faulty;
    private readonly string _folder;
    private readonly Func<long> _lost;
    private readonly FaultEvents _events;
    private readonly string _work = Directory.CreateTempSubdirectory("pluginir-faults-").FullName;

    /// <param name="application">The host, which watches the folder's parent.</param>
    /// <param name="folder">The folder of the plugin that serves.</param>
    /// <param name="faulty">The folder of the faulty plugin's build.</param>
    /// <param name="lost">How many calls have failed or given a wrong result so far.</param>
    public FaultRun(Application application, string folder, string faulty, Func<long> lost)
    {
        _application = application;
        _folder = folder;
        _faulty = faulty;
        _lost = lost;
        _events = new FaultEvents(application.Plugins);
        _good = Path.Combine(_work, "good");
        PluginBuilds.Install(folder, _good);
    }

    private Generation Serving => _application.Runtime.Registry.OrderOf(_application.Runtime.Registry.Op("rms_norm"), DeviceKind.Cpu)[0].Generation;

    /// <summary>Tries every fault.</summary>
    /// <param name="progress">Told of each.</param>
    /// <param name="cancellationToken">Stops between two.</param>
    public async Task<IReadOnlyList<FaultResult>> RunAsync(Action<string> progress, CancellationToken cancellationToken)
    {
        var results = new List<FaultResult>();
        IReadOnlyList<Fault> faults = FaultList.All(Serving.Plugin);
        foreach (Fault fault in faults)
        {
            cancellationToken.ThrowIfCancellationRequested();
            FaultResult result = await TryAsync(fault, results.Count);
            results.Add(result);
            progress($"fault {results.Count} of {faults.Count}, {fault.Name}: {(result.Survived ? "survived" : "NOT SURVIVED")}");
        }

        return results;
    }

    public void Dispose()
    {
        _events.Dispose();
        Directory.Delete(_work, recursive: true);
    }

    private async Task<FaultResult> TryAsync(Fault fault, int number)
    {
        Generation serving = Serving;
        long lost = _lost();
        string target = fault.Place == FaultPlace.Over ? _folder : Path.Combine(Path.GetDirectoryName(_folder)!, fault.Name);
        var build = new FaultyBuild(_good, _faulty, Path.Combine(_work, $"{number}"), target, serving.Providers[0].Name);
        try
        {
            fault.Make(build);
            _events.Clear();
            build.Install();
            PluginEvent named = await ObserveAsync(fault, build);
            await RestoreAsync(fault, build);
            string? problem = Serving != serving ? $"{Serving} took the place of {serving}"
                : _lost() != lost ? $"{_lost() - lost} calls failed or gave a wrong result"
                : null;
            return new FaultResult(fault.Name, problem is null, problem ?? FaultEvents.Describe(named));
        }
        catch (FaultException wrong)
        {
            await RestoreAsync(fault, build);
            return new FaultResult(fault.Name, false, wrong.Message);
        }
    }

    private async Task<PluginEvent> ObserveAsync(Fault fault, FaultyBuild build)
    {
        if (fault.Place != FaultPlace.Serving)
            return await _events.WaitAsync(fault.Expected, fault.Saying);
        string generation = (await _events.WaitAsync(PluginEventKind.Published, "")).Generation!;
        if (fault.While is not null)
            await fault.While(new FaultDrill(_application.Runtime, build, generation, _events));
        if (Directory.Exists(build.Target))
            Directory.Delete(build.Target, recursive: true);
        return await _events.WaitAsync(fault.Expected, fault.Saying, generation);
    }

    // The good build lies in its folder again, and no other.
    private async Task RestoreAsync(Fault fault, FaultyBuild build)
    {
        if (fault.Place == FaultPlace.Over)
            PluginBuilds.Install(_good, _folder);
        else if (Directory.Exists(build.Target))
            Directory.Delete(build.Target, recursive: true);
        long start = Environment.TickCount64;
        while (_application.Plugins.Plugins is not [{ Problem: null, State: PluginState.Serving }])
        {
            if (Environment.TickCount64 - start > s_longest.TotalMilliseconds)
                throw new CheckException($"After the fault {fault.Name} the good build in {_folder} did not come back. {_application.Plugins.Plugins[0].Problem}");
            await Task.Delay(s_look);
        }
    }
}
