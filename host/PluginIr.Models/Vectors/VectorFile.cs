using System.Text.Json;
using PluginIr.Models.Json;
using PluginIr.Models.Safetensors;

namespace PluginIr.Models.Vectors;

/// <summary>Test vectors: calls of ops with the results they must have, in one safetensors file.</summary>
/// <remarks>
/// The header's <c>__metadata__.cases</c> is a JSON list with one object a case:
/// <c>{"id": 4, "op": "rms_norm", "inputs": [["x", "4.in.x"], ["weight", null]], "attrs": {"epsilon": 1e-06},
/// "outputs": [["out", "4.out.out"]]}</c>.
/// The second of each pair names a tensor of the file; null is an optional input that was not given.
/// </remarks>
public sealed class VectorFile : IDisposable
{
    private readonly SafetensorsFile _file;
    private readonly List<Tensor> _tensors = [];

    private VectorFile(SafetensorsFile file) => _file = file;

    /// <summary>The cases, in the file's order. Their tensors live until the file is disposed.</summary>
    public IReadOnlyList<VectorCase> Cases { get; private set; } = [];

    /// <summary>Opens and checks a file of vectors.</summary>
    /// <exception cref="SafetensorsException">
    /// It is no safetensors file, has no cases, or a case is malformed or names a tensor that is not there.
    /// </exception>
    public static VectorFile Open(string path)
    {
        var vectors = new VectorFile(SafetensorsFile.Open(path));
        try
        {
            vectors.ReadCases();
            return vectors;
        }
        catch
        {
            vectors.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Tensor tensor in _tensors)
            tensor.Dispose();
        _file.Dispose();
    }

    private void ReadCases()
    {
        if (!_file.Metadata.TryGetValue("cases", out string? json))
            throw Wrong("the header", "a list of cases under __metadata__.cases", "none; is this a file of vectors?");
        try
        {
            using JsonDocument document = StrictJson.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Array)
                throw Wrong("__metadata__.cases", "a list", StrictJson.Excerpt(document.RootElement));
            Cases = [.. document.RootElement.EnumerateArray().Select(ReadCase)];
        }
        catch (Exception e) when (StrictJson.IsMalformed(e))
        {
            throw new SafetensorsException(_file.Path, $"__metadata__.cases is not valid JSON: {e.Message}", e);
        }
    }

    private VectorCase ReadCase(JsonElement element, int index)
    {
        string what = $"cases[{index}]";
        int id = Member(element, what, "id", JsonValueKind.Number) is var number && number.TryGetInt32(out int value)
            ? value
            : throw Wrong($"{what}, id", "a 32-bit number", StrictJson.Excerpt(number));
        string op = Member(element, what, "op", JsonValueKind.String).GetString()!;
        what = $"case {id} ({op})";
        return new VectorCase(
            _file.Path, id, op,
            ReadTensors(Member(element, what, "inputs", JsonValueKind.Array), $"{what}, inputs", mayBeAbsent: true),
            Member(element, what, "attrs", JsonValueKind.Object).EnumerateObject().ToDictionary(p => p.Name, p => p.Value.Clone()),
            ReadTensors(Member(element, what, "outputs", JsonValueKind.Array), $"{what}, outputs", mayBeAbsent: false));
    }

    private List<VectorTensor> ReadTensors(JsonElement pairs, string what, bool mayBeAbsent)
    {
        var tensors = new List<VectorTensor>();
        foreach (JsonElement pair in pairs.EnumerateArray())
        {
            if (pair.ValueKind != JsonValueKind.Array || pair.GetArrayLength() != 2 || pair[0].ValueKind != JsonValueKind.String ||
                !(pair[1].ValueKind == JsonValueKind.String || (mayBeAbsent && pair[1].ValueKind == JsonValueKind.Null)))
                throw Wrong(what, mayBeAbsent ? "pairs [name, tensor or null]" : "pairs [name, tensor]", StrictJson.Excerpt(pair));
            string name = pair[0].GetString()!;
            if (tensors.Exists(t => t.Name == name))
                throw Wrong(what, "each name once", $"'{name}' twice");
            tensors.Add(new VectorTensor(name, pair[1].GetString() is { } key ? Tensor(key) : null));
        }

        return tensors;
    }

    private Tensor Tensor(string key)
    {
        Tensor tensor = _file.Get(key);
        _tensors.Add(tensor);
        return tensor;
    }

    private JsonElement Member(JsonElement element, string what, string name, JsonValueKind kind)
    {
        if (element.ValueKind != JsonValueKind.Object || !element.TryGetProperty(name, out JsonElement member))
            throw Wrong(what, "an object with id, op, inputs, attrs and outputs", $"no {name} in {StrictJson.Excerpt(element)}");
        return member.ValueKind == kind
            ? member
            : throw Wrong($"{what}, {name}", $"a JSON {kind.ToString().ToLowerInvariant()}", StrictJson.Excerpt(member));
    }

    private SafetensorsException Wrong(string what, string expected, string found) =>
        new(_file.Path, $"{what}: expected {expected}; found {found}.");
}
