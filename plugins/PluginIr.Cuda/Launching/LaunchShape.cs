namespace PluginIr.Cuda.Launching;

/// <summary>How many groups of how many threads.</summary>
/// <param name="GroupsX">Groups along x, up to 2³¹-1.</param>
/// <param name="GroupsY">Groups along y, up to <see cref="MaxGroupsY"/>.</param>
/// <param name="Threads">Threads in a group: whole warps, up to 1024.</param>
internal readonly record struct LaunchShape(int GroupsX, int GroupsY, int Threads)
{
    /// <summary>The most groups along y that devices take.</summary>
    public const int MaxGroupsY = 65535;
}
