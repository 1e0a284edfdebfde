using System.Text.RegularExpressions;

namespace PluginIr;

/// <summary>A kind of device by its interned name: <c>cpu</c>, <c>cuda</c>, <c>rocm</c> or a vendor's own.</summary>
/// <remarks>
/// Open on purpose: a plugin may bring a kind that nobody knew. The index is process-wide, given out in order of first use
/// and never reused, so that dispatch indexes a table with it; it means nothing outside the process.
/// </remarks>
public readonly partial struct DeviceKind : IEquatable<DeviceKind>
{
    /// <summary>How many kinds one process may name; a dispatch table has this many columns for each op.</summary>
    public const int MaxKinds = 16;

    private static readonly Lock s_lock = new();
    private static readonly string[] s_names = new string[MaxKinds];
    private static int s_count;

    /// <summary>The host's own memory and processors.</summary>
    public static readonly DeviceKind Cpu = Get("cpu");

    private readonly byte _index;

    private DeviceKind(int index) => _index = (byte)index;

    /// <summary>The kind with this index, which was given out before.</summary>
    internal static DeviceKind At(byte index) => new(index);

    /// <summary>The position in process-wide tables; 0 is always <c>cpu</c>.</summary>
    public int Index => _index;

    /// <summary>The interned name.</summary>
    public string Name => s_names[_index];

    /// <summary>The kind with this name, interned on first use.</summary>
    /// <exception cref="ArgumentException">The name does not match <c>[a-z_][a-z_0-9]*</c>.</exception>
    /// <exception cref="InvalidOperationException">The process names more than <see cref="MaxKinds"/> kinds.</exception>
    public static DeviceKind Get(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        lock (s_lock)
        {
            for (int i = 0; i < s_count; i++)
            {
                if (s_names[i] == name)
                    return new DeviceKind(i);
            }

            if (!NamePattern().IsMatch(name))
                throw new ArgumentException($"Device kind '{name}' must match [a-z_][a-z_0-9]*.", nameof(name));
            if (s_count == MaxKinds)
            {
                throw new InvalidOperationException(
                    $"Device kind '{name}' would be number {MaxKinds + 1}; one process can name {MaxKinds}: {string.Join(", ", s_names)}.");
            }

            s_names[s_count] = name;
            return new DeviceKind(s_count++);
        }
    }

    /// <inheritdoc/>
    public bool Equals(DeviceKind other) => _index == other._index;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is DeviceKind other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _index;

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>True when both name the same kind.</summary>
    public static bool operator ==(DeviceKind left, DeviceKind right) => left.Equals(right);

    /// <summary>True when the two name different kinds.</summary>
    public static bool operator !=(DeviceKind left, DeviceKind right) => !left.Equals(right);

    [GeneratedRegex(@"^[a-z_][a-z_0-9]*\z")]
    private static partial Regex NamePattern();
}
