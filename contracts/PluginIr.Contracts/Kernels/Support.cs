namespace PluginIr;

/// <summary>Whether something can be used here and, when not, why.</summary>
public readonly record struct Support
{
    private Support(string? reason) => Reason = reason;

    /// <summary>Usable.</summary>
    public static Support Yes => default;

    /// <summary>Why not; null when usable.</summary>
    public string? Reason { get; }

    /// <summary>True when usable.</summary>
    public bool IsSupported => Reason is null;

    /// <summary>Not usable.</summary>
    /// <param name="reason">Why, in words for an operator: what is missing and where it was looked for.</param>
    public static Support No(string reason) => new(reason ?? throw new ArgumentNullException(nameof(reason)));

    /// <summary><see cref="Yes"/> when the condition holds, <see cref="No"/> with the reason otherwise.</summary>
    public static Support When(bool condition, string reasonIfNot) => condition ? Yes : No(reasonIfNot);
}
