namespace PluginIr.Devices;

/// <summary>A device or its driver refused something.</summary>
/// <remarks>
/// It lives in the contracts, and carries text and numbers alone: an exception of a plugin's own type would keep the plugin loaded for as long as
/// somebody holds it.
/// </remarks>
/// <param name="code">The driver's own name for the error, such as <c>CUDA_ERROR_OUT_OF_MEMORY</c>.</param>
/// <param name="number">The driver's number for it.</param>
/// <param name="call">The driver's function that returned it.</param>
/// <param name="problem">What it means here and what to do.</param>
public sealed class DeviceException(string code, int number, string call, string problem) : Exception($"{call} returned {code} ({number}): {problem}")
{
    /// <summary>The driver's own name for the error.</summary>
    public string Code { get; } = code;

    /// <summary>The driver's number for it.</summary>
    public int Number { get; } = number;

    /// <summary>The driver's function that returned it.</summary>
    public string Call { get; } = call;

    /// <summary>True when the device's memory did not suffice: the host then frees what nobody refers to any more, and tries once again.</summary>
    public bool IsOutOfMemory { get; init; }
}
