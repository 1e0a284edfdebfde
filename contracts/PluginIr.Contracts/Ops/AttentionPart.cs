namespace PluginIr.Ops;

/// <summary>Which queries attend to which keys.</summary>
/// <param name="FirstQuery">The first query.</param>
/// <param name="Queries">How many.</param>
/// <param name="FirstKey">The first key, counted over all sequences.</param>
/// <param name="Keys">How many.</param>
internal readonly record struct AttentionPart(long FirstQuery, int Queries, long FirstKey, int Keys);
