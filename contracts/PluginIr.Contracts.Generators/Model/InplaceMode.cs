namespace PluginIr.Generators.Model;

/// <summary>The values of <c>PluginIr.Inplace</c>.</summary>
internal enum InplaceMode
{
    Never,
    May,
    Only,
}
