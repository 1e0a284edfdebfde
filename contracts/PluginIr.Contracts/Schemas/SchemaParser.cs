using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace PluginIr.Schemas;

/// <summary>Reads schema text. Recursive descent; every error names the column. Compiled into the generator too.</summary>
internal sealed class SchemaParser
{
    private readonly string _text;
    private int _position;

    private SchemaParser(string text) => _text = text;

    public static OpSchema Parse(string text)
    {
        if (text is null)
            throw new ArgumentNullException(nameof(text));
        var parser = new SchemaParser(text);
        OpSchema schema = parser.Schema();
        parser.SkipSpace();
        return parser._position == text.Length ? schema : throw parser.Error("the end");
    }

    /// <summary>True for names of ops, providers and parameters: <c>[a-z_][a-z_0-9]*</c>.</summary>
    public static bool IsName(string text) =>
        text.Length > 0 && IsNameStart(text[0]) && text.All(c => IsNameStart(c) || (c >= '0' && c <= '9'));

    private OpSchema Schema()
    {
        string name = Name("the op's name");
        Expect("(");
        var parameters = new List<SchemaParameter>();
        if (!Accept(")"))
        {
            do
                parameters.Add(Parameter(parameters));
            while (Accept(","));
            Expect(")");
        }

        Expect("->");
        return new OpSchema(name, parameters, Outputs());
    }

    private List<string> Outputs()
    {
        var outputs = new List<string>();
        if (!Accept("("))
        {
            Expect("Tensor");
            outputs.Add("out");
            return outputs;
        }

        do
        {
            Expect("Tensor");
            string name = Name("an output's name");
            if (outputs.Contains(name))
                throw Error("another output name than '" + name + "' a second time");
            outputs.Add(name);
        }
        while (Accept(","));
        Expect(")");
        return outputs;
    }

    private SchemaParameter Parameter(List<SchemaParameter> earlier)
    {
        ParameterKind kind = Kind();
        bool isOptional = Accept("?");
        string name = Name("a parameter's name");
        if (earlier.Any(p => p.Name == name))
            throw Error("another parameter name than '" + name + "' a second time");
        string? defaultText = Accept("=") ? Default(kind, isOptional) : null;
        if (defaultText is null && earlier.Count > 0 && earlier[earlier.Count - 1].DefaultText is not null)
            throw Error("a default for '" + name + "', because the parameter before it has one");
        return new SchemaParameter(kind, isOptional, name, defaultText);
    }

    private ParameterKind Kind()
    {
        SkipSpace();
        foreach (ParameterKind kind in (ParameterKind[])Enum.GetValues(typeof(ParameterKind)))
        {
            if (Accept(SchemaParameter.KindText(kind)))
                return kind;
        }

        throw Error("a type: Tensor, float, int, bool, dtype or str");
    }

    private string Default(ParameterKind kind, bool isOptional)
    {
        SkipSpace();
        int start = _position;
        if (isOptional && Accept("None"))
            return "None";
        if (kind == ParameterKind.Str && start < _text.Length && _text[start] == '"')
        {
            int end = _text.IndexOf('"', start + 1);
            if (end < 0)
                throw Error("a closing quote");
            _position = end + 1;
            return _text.Substring(start, _position - start);
        }

        while (_position < _text.Length && _text[_position] != ',' && _text[_position] != ')' && !char.IsWhiteSpace(_text[_position]))
            _position++;
        string literal = _text.Substring(start, _position - start);
        string? canonical = Canonical(kind, literal);
        if (canonical is not null)
            return canonical;
        _position = start;
        throw Error("a default of type " + SchemaParameter.KindText(kind) + (isOptional ? " or None" : ""));
    }

    private static string? Canonical(ParameterKind kind, string literal)
    {
        switch (kind)
        {
            case ParameterKind.Float when float.TryParse(literal, NumberStyles.Float, CultureInfo.InvariantCulture, out float number):
                return number.ToString("R", CultureInfo.InvariantCulture);
            case ParameterKind.Int when int.TryParse(literal, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int integer):
                return integer.ToString(CultureInfo.InvariantCulture);
            case ParameterKind.Bool when literal is "True" or "False":
                return literal;
            case ParameterKind.DType when IsName(literal):
                return literal;
            default:
                return null;
        }
    }

    private string Name(string what)
    {
        SkipSpace();
        int start = _position;
        while (_position < _text.Length && (IsNameStart(_text[_position]) || (_position > start && _text[_position] is >= '0' and <= '9')))
            _position++;
        return _position > start ? _text.Substring(start, _position - start) : throw Error(what + ", matching [a-z_][a-z_0-9]*");
    }

    private void Expect(string token)
    {
        if (!Accept(token))
            throw Error("'" + token + "'");
    }

    private bool Accept(string token)
    {
        SkipSpace();
        if (string.CompareOrdinal(_text, _position, token, 0, token.Length) != 0)
            return false;

        // A word must end where the token ends: 'int' is not the start of 'internal'.
        int end = _position + token.Length;
        if (char.IsLetter(token[token.Length - 1]) && end < _text.Length && (char.IsLetterOrDigit(_text[end]) || _text[end] == '_'))
            return false;
        _position = end;
        return true;
    }

    private void SkipSpace()
    {
        while (_position < _text.Length && char.IsWhiteSpace(_text[_position]))
            _position++;
    }

    private FormatException Error(string expected)
    {
        string found = _position < _text.Length ? "'" + _text.Substring(_position, Math.Min(12, _text.Length - _position)) + "'" : "the end";
        return new FormatException(
            "Op schema '" + _text + "', column " + (_position + 1).ToString(CultureInfo.InvariantCulture) + ": expected " + expected + ", found " + found + ".");
    }

    private static bool IsNameStart(char c) => (c >= 'a' && c <= 'z') || c == '_';
}
