namespace PluginIr;

/// <summary>One device: its kind and its ordinal among devices of that kind.</summary>
/// <param name="Kind">What kind of device.</param>
/// <param name="Ordinal">Which of that kind, from 0.</param>
public readonly record struct Device(DeviceKind Kind, ushort Ordinal = 0)
{
    /// <summary>The host.</summary>
    public static Device Cpu => new(DeviceKind.Cpu);

    /// <summary>True for the host, whose memory spans can reach.</summary>
    public bool IsCpu => Kind.Index == 0;

    /// <summary>Both parts in one number, so that several devices are compared by XOR.</summary>
    internal uint Id => ((uint)Kind.Index << 16) | Ordinal;

    /// <summary><c>cpu</c> for ordinal 0, <c>cuda:1</c> otherwise.</summary>
    public override string ToString() => Ordinal == 0 ? Kind.Name : $"{Kind.Name}:{Ordinal}";
}
