using PluginIr.Compiler.Graphs;

namespace PluginIr.Compiler.Text;

/// <summary>Steps through text token by token. Every step moves on or throws, so reading ends.</summary>
internal sealed class TextCursor(string text)
{
    private int _offset;

    /// <summary>Where the next token begins.</summary>
    public SourcePosition Position
    {
        get
        {
            SkipSpace();
            return PositionAt(_offset);
        }
    }

    /// <summary>True when only spaces and comments are left.</summary>
    public bool IsAtEnd
    {
        get
        {
            SkipSpace();
            return _offset == text.Length;
        }
    }

    /// <summary>Takes a mark such as <c>(</c> or <c>..</c> if it comes next.</summary>
    public bool Accept(string mark)
    {
        SkipSpace();
        if (string.CompareOrdinal(text, _offset, mark, 0, mark.Length) != 0)
            return false;
        _offset += mark.Length;
        return true;
    }

    /// <summary>Takes a whole word if it comes next.</summary>
    public bool AcceptWord(string word)
    {
        SkipSpace();
        int end = _offset + word.Length;
        return (end >= text.Length || !Names.IsPart(text[end])) && Accept(word);
    }

    /// <summary>Takes a mark.</summary>
    public void Expect(string mark)
    {
        if (!Accept(mark))
            throw Error($"'{mark}'");
    }

    /// <summary>Takes a whole word.</summary>
    public void ExpectWord(string word)
    {
        if (!AcceptWord(word))
            throw Error($"'{word}'");
    }

    /// <summary>Takes letters, digits and underscores.</summary>
    /// <param name="what">What they are, for the message when there are none.</param>
    public string Word(string what)
    {
        SkipSpace();
        int start = _offset;
        while (_offset < text.Length && Names.IsPart(text[_offset]))
            _offset++;
        return _offset > start ? text[start.._offset] : throw Error(what);
    }

    /// <summary>Takes everything up to the first of the marks, spaces at its end apart; text in quotes is taken whole.</summary>
    /// <param name="marks">Where it ends.</param>
    /// <param name="what">What it is, for the message when there is nothing.</param>
    public string Until(ReadOnlySpan<char> marks, string what)
    {
        SkipSpace();
        int start = _offset, end = start;
        if (start < text.Length && text[start] == '"')
        {
            end = text.AsSpan(start + 1).IndexOfAny('"', '\n');
            if (end < 0 || text[start + 1 + end] == '\n')
                throw Error("text in quotes that closes on its line");
            end += start + 2;
        }
        else
        {
            while (end < text.Length && !marks.Contains(text[end]) && !char.IsWhiteSpace(text[end]) && text[end] != '#')
                end++;
        }

        if (end == start)
            throw Error(what);
        _offset = end;
        return text[start..end];
    }

    /// <summary>The error that something else was expected here.</summary>
    public GraphException Error(string expected)
    {
        SkipSpace();
        string found = _offset < text.Length ? $"'{text.AsSpan(_offset, Math.Min(16, text.Length - _offset)).ToString().Split('\n')[0]}'" : "the end";
        return new GraphException($"expected {expected}, found {found}.", Position);
    }

    private void SkipSpace()
    {
        while (_offset < text.Length && (char.IsWhiteSpace(text[_offset]) || text[_offset] == '#'))
        {
            // A comment goes on to the end of its line.
            if (text[_offset] == '#')
                _offset = text.IndexOf('\n', _offset) is >= 0 and int end ? end : text.Length;
            else
                _offset++;
        }
    }

    private SourcePosition PositionAt(int offset)
    {
        ReadOnlySpan<char> before = text.AsSpan(0, offset);
        return new SourcePosition(before.Count('\n') + 1, offset - before.LastIndexOf('\n'));
    }
}
