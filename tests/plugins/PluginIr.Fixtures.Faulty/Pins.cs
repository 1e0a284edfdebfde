namespace PluginIr.Fixtures.Faulty;

/// <summary>Ways to stay in memory: what the host's process holds on to refers to this assembly's code.</summary>
internal static class Pins
{
    private static readonly TimeSpan s_period = TimeSpan.FromHours(1);

    private static Timer? s_timer;

    public static void ByThread() => new Thread(Stay) { IsBackground = true, Name = "pinning thread" }.Start();

    public static void ByTimer() => s_timer = new Timer(_ => GC.KeepAlive(s_timer), null, s_period, s_period);

    public static void ByStatic() => AppDomain.CurrentDomain.ProcessExit += (sender, _) => GC.KeepAlive(sender);

    // A loop, so that the frame is there while it sleeps: a call in tail position would leave none that refers to this code.
    private static void Stay()
    {
        while (true)
            Thread.Sleep(s_period);
    }
}
