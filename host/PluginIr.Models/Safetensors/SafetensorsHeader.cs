using System.Text.Json;
using PluginIr.Models.Json;

namespace PluginIr.Models.Safetensors;

/// <summary>The JSON at the start of a safetensors file, read and checked completely before any tensor is looked at.</summary>
/// <remarks>
/// Once parsed, the entries cover the data exactly: each lies inside it, no two overlap, nothing is left between them. The format:
/// https://github.com/huggingface/safetensors#format.
/// </remarks>
internal sealed class SafetensorsHeader
{
    private readonly string _file;
    private readonly Dictionary<string, SafetensorsEntry> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);

    private SafetensorsHeader(string file) => _file = file;

    /// <summary>The tensors by name.</summary>
    public IReadOnlyDictionary<string, SafetensorsEntry> Entries => _entries;

    /// <summary>The strings under <c>__metadata__</c>; empty when there are none.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _metadata;

    /// <summary>Reads a header.</summary>
    /// <param name="file">The file, for messages.</param>
    /// <param name="json">The header's bytes.</param>
    /// <param name="dataBytes">How many bytes of data follow it in the file.</param>
    /// <exception cref="SafetensorsException">It names what is wrong.</exception>
    public static SafetensorsHeader Parse(string file, ReadOnlyMemory<byte> json, long dataBytes)
    {
        var header = new SafetensorsHeader(file);
        try
        {
            using JsonDocument document = StrictJson.Parse(json);
            header.Read(document.RootElement);
        }
        catch (Exception e) when (StrictJson.IsMalformed(e))
        {
            throw new SafetensorsException(file, $"the header is not valid JSON: {e.Message}", e);
        }

        header.CheckCover(dataBytes);
        return header;
    }

    private void Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
            throw Wrong("the header", "an object", root);
        foreach (JsonProperty property in root.EnumerateObject())
        {
            if (property.Name == "__metadata__")
                ReadMetadata(property.Value);
            else
                _entries.Add(property.Name, ReadEntry(property.Name, property.Value));
        }
    }

    private void ReadMetadata(JsonElement metadata)
    {
        if (metadata.ValueKind != JsonValueKind.Object)
            throw Wrong("__metadata__", "an object of strings", metadata);
        foreach (JsonProperty property in metadata.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.String)
                throw Wrong($"__metadata__ '{property.Name}'", "a string", property.Value);
            _metadata.Add(property.Name, property.Value.GetString()!);
        }
    }

    private SafetensorsEntry ReadEntry(string name, JsonElement entry)
    {
        string what = $"tensor '{name}'";
        if (entry.ValueKind != JsonValueKind.Object)
            throw Wrong(what, "an object with dtype, shape and data_offsets", entry);
        JsonElement dtype = Member(entry, what, "dtype");
        if (dtype.ValueKind != JsonValueKind.String)
            throw Wrong($"{what}, dtype", "a string", dtype);
        long[] shape = Numbers(Member(entry, what, "shape"), $"{what}, shape");
        JsonElement offsets = Member(entry, what, "data_offsets");
        if (Numbers(offsets, $"{what}, data_offsets") is not [long begin, long end])
            throw Wrong($"{what}, data_offsets", "two numbers, [begin, end]", offsets);
        if (begin > end)
            throw Wrong($"{what}, data_offsets", "begin not after end", offsets);

        string dtypeName = dtype.GetString()!;
        TensorSpec? spec = Spec(what, dtypeName, shape);
        if (spec is not null && spec.ByteCount != end - begin)
        {
            throw new SafetensorsException(
                _file, $"{what}: expected {spec.ByteCount} bytes for {dtypeName} {TensorSpec.Describe(shape)}; " +
                $"found {end - begin} ({begin} to {end}).");
        }

        return new SafetensorsEntry(name, dtypeName, spec, shape, begin, end);
    }

    private TensorSpec? Spec(string what, string dtypeName, long[] shape)
    {
        if (!SafetensorsDType.TryParse(dtypeName, out DType dtype) || shape.Length > TensorSpec.MaxRank)
            return null; // Such a tensor does no harm until it is asked for.
        try
        {
            return new TensorSpec(dtype, shape);
        }
        catch (ArgumentException e)
        {
            throw new SafetensorsException(_file, $"{what}: expected a shape that fits in memory; found {TensorSpec.Describe(shape)}.", e);
        }
    }

    private JsonElement Member(JsonElement entry, string what, string name) => entry.TryGetProperty(name, out JsonElement member)
        ? member
        : throw new SafetensorsException(_file, $"{what}: expected dtype, shape and data_offsets; found no {name}.");

    private long[] Numbers(JsonElement array, string what)
    {
        if (array.ValueKind != JsonValueKind.Array)
            throw Wrong(what, "a list of whole numbers", array);
        long[] numbers = new long[array.GetArrayLength()];
        int i = 0;
        foreach (JsonElement element in array.EnumerateArray())
        {
            if (element.ValueKind != JsonValueKind.Number || !element.TryGetInt64(out numbers[i]) || numbers[i] < 0)
                throw Wrong(what, "whole numbers from 0 to 2^63-1", element);
            i++;
        }

        return numbers;
    }

    // Sorted by where they begin, each entry must begin where the one before it ended. The format forbids holes so that a file
    // cannot carry hidden data; overlaps would let one tensor change with another.
    private void CheckCover(long dataBytes)
    {
        long covered = 0;
        string before = "the start of the data";
        foreach (SafetensorsEntry entry in _entries.Values.OrderBy(e => e.Begin).ThenBy(e => e.End))
        {
            if (entry.End > dataBytes)
            {
                throw new SafetensorsException(
                    _file, $"tensor '{entry.Name}': expected it to end within the {dataBytes} bytes of data; " +
                    $"found {entry.Begin} to {entry.End}. Is the file complete?");
            }

            if (entry.Begin != covered)
            {
                throw new SafetensorsException(
                    _file, $"tensor '{entry.Name}': expected it to begin at byte {covered}, after {before}; found byte {entry.Begin}, " +
                    (entry.Begin < covered ? "so the two overlap." : "which leaves a hole."));
            }

            covered = entry.End;
            before = $"'{entry.Name}'";
        }

        if (covered != dataBytes)
            throw new SafetensorsException(_file, $"expected the data to end with {before} at byte {covered}; found {dataBytes} bytes.");
    }

    private SafetensorsException Wrong(string what, string expected, JsonElement found) =>
        new(_file, $"{what}: expected {expected}; found {StrictJson.Excerpt(found)}.");
}
