using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace PluginIr.Generators.Model;

/// <summary>A place in the source, compared by value. A <see cref="Location"/> would keep its whole compilation alive in the cache.</summary>
internal sealed record LocationInfo(string Path, TextSpan Span, LinePositionSpan Lines)
{
    public static LocationInfo? Of(ISymbol symbol) => symbol.Locations.Length > 0 ? Of(symbol.Locations[0]) : null;

    public static LocationInfo? Of(AttributeData attribute, ISymbol bearer) =>
        attribute.ApplicationSyntaxReference is { } syntax ? Of(Location.Create(syntax.SyntaxTree, syntax.Span)) : Of(bearer);

    public Location ToLocation() => Location.Create(Path, Span, Lines);

    private static LocationInfo? Of(Location location) => location.SourceTree is { } tree
        ? new LocationInfo(tree.FilePath, location.SourceSpan, location.GetLineSpan().Span)
        : null;
}
