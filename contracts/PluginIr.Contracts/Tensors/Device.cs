using System.Runtime.CompilerServices;

namespace PluginIr;

/// <summary>One device: its kind and its ordinal among devices of that kind.</summary>
public readonly struct Device : IEquatable<Device>
{
    /// <summary>Names a device.</summary>
    /// <param name="kind">What kind of device.</param>
    /// <param name="ordinal">Which of that kind, from 0.</param>
    public Device(DeviceKind kind, ushort ordinal = 0) => Id = ((uint)ordinal << 8) | (uint)kind.Index;

    /// <summary>The device with this <see cref="Id"/>.</summary>
    internal Device(uint id) => Id = id;

    /// <summary>The host.</summary>
    public static Device Cpu => default;

    /// <summary>What kind of device.</summary>
    public DeviceKind Kind
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => DeviceKind.At((byte)Id);
    }

    /// <summary>Which of that kind, from 0.</summary>
    public ushort Ordinal => (ushort)(Id >> 8);

    /// <summary>True for the host, whose memory spans can reach.</summary>
    public bool IsCpu => Id == 0;

    /// <summary>Both parts in one number, so that every call compares devices with one instruction.</summary>
    internal uint Id { get; }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Equals(Device other) => Id == other.Id;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Device other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => (int)Id;

    /// <summary><c>cpu</c> for ordinal 0, <c>cuda:1</c> otherwise.</summary>
    public override string ToString() => Ordinal == 0 ? Kind.Name : $"{Kind.Name}:{Ordinal}";

    /// <summary>True for the same device.</summary>
    public static bool operator ==(Device left, Device right) => left.Equals(right);

    /// <summary>True for different devices.</summary>
    public static bool operator !=(Device left, Device right) => !left.Equals(right);
}
