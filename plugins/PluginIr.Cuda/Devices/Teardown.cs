using System.Runtime.ExceptionServices;

namespace PluginIr.Cuda.Devices;

/// <summary>
/// Gives things back one after another, each whatever became of those before: on a device that has failed every call does, and what is not the device's
/// is to go all the same. The first failure is thrown at the end.
/// </summary>
internal sealed class Teardown
{
    private ExceptionDispatchInfo? _first;

    /// <summary>Takes a step.</summary>
    public void Do(Action step)
    {
        try
        {
            step();
        }
        catch (Exception failure)
        {
            _first ??= ExceptionDispatchInfo.Capture(failure);
        }
    }

    /// <summary>Throws the first failure, if there was one.</summary>
    public void ThrowFirst() => _first?.Throw();
}
