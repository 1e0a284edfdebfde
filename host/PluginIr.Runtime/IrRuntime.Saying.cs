namespace PluginIr.Runtime;

// What the compiler says through the runtime's log, once however often it happens.
public sealed partial class IrRuntime
{
    /// <summary>Says of a folder that compiled graphs cannot be kept in it.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="problem">Why not.</param>
    internal void SayNotKept(string folder, string problem)
    {
        if (_said.TryAdd($"not kept in {folder}", true))
            Log.NotKept(_logger, folder, problem);
    }
}
