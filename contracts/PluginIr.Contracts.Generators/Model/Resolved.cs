using System;

namespace PluginIr.Generators.Model;

/// <summary>What is right among the declarations of one compilation, and what is wrong with the others.</summary>
internal sealed record Resolved<T>(EquatableArray<T> Models, EquatableArray<DiagnosticInfo> Diagnostics)
    where T : IEquatable<T>;
