namespace PluginIr.Generators.Model;

/// <summary>A method in the user's source, as far as its signature is checked and its address taken.</summary>
/// <param name="Name">The name without <c>@</c>.</param>
/// <param name="IsStatic">True for a static method.</param>
/// <param name="IsGeneric">True for a method with type parameters.</param>
/// <param name="IsPrivate">True for a method that only its own class can call.</param>
/// <param name="Returns">The types that it returns: none for void, several for a tuple.</param>
/// <param name="ReturnText">The return type as the source writes it, for messages.</param>
/// <param name="Parameters">The parameters in order.</param>
/// <param name="Location">The method's name in the source.</param>
internal sealed record MethodModel(
    string Name,
    bool IsStatic,
    bool IsGeneric,
    bool IsPrivate,
    EquatableArray<string> Returns,
    string ReturnText,
    EquatableArray<ParameterModel> Parameters,
    LocationInfo? Location);
