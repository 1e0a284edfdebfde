using System.Linq;
using Microsoft.CodeAnalysis;

namespace PluginIr.Generators.Parsing;

/// <summary>Reads the arguments of one attribute.</summary>
internal readonly struct AttributeReader(AttributeData attribute)
{
    /// <summary>The first argument as text; null when the source is incomplete there.</summary>
    public string? Text => attribute.ConstructorArguments.Length > 0 ? attribute.ConstructorArguments[0].Value as string : null;

    /// <summary>A named argument of a reference type; null when not given.</summary>
    public T? Named<T>(string name) where T : class => Find(name) as T;

    /// <summary>A named argument of a value type; null when not given. An enum's value is its integer.</summary>
    public T? NamedValue<T>(string name) where T : struct => Find(name) as T?;

    private object? Find(string name)
    {
        TypedConstant value = attribute.NamedArguments.FirstOrDefault(a => a.Key == name).Value;
        return value.Kind is TypedConstantKind.Primitive or TypedConstantKind.Enum ? value.Value : null;
    }
}
