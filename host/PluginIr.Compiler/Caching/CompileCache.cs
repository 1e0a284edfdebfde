using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text.Json;
using PluginIr.Compiler.Graphs;
using PluginIr.Compiler.Passes;
using PluginIr.Compiler.Text;
using PluginIr.Runtime.Registry;

namespace PluginIr.Compiler.Caching;

/// <summary>Keeps lowered graphs in a folder, one file for each <see cref="CompileKey"/>. Any number of processes may share it.</summary>
/// <remarks>
/// A file begins with the hash of what follows. One that is cut off, altered or unreadable is no entry: the graph is compiled, and the file
/// replaced. Files appear whole, by renaming.
/// </remarks>
/// <param name="folder">The folder; made when it is not there.</param>
internal sealed class CompileCache(string folder)
{
    private static readonly JsonSerializerOptions s_strict = new() { RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true };

    /// <summary>Looks for a compilation.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="context">The snapshot, and the report that is filled in when there is one.</param>
    /// <param name="graph">The lowered graph.</param>
    public bool TryRead(string key, PassContext context, [NotNullWhen(true)] out Graph? graph)
    {
        graph = null;
        try
        {
            if (Read(PathOf(key)) is not { } cached)
                return false;
            Graph found = GraphParser.Parse(context.Snapshot, cached.Text);
            if (!IsServed(found, context.Snapshot))
                return false;
            context.Report.Take(cached);
            graph = found;
            return true;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or JsonException or GraphException)
        {
            return false;
        }
    }

    /// <summary>Keeps a compilation. A folder that cannot be written to costs a compilation next time and a line of the log, and nothing else.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="graph">The lowered graph.</param>
    /// <param name="context">What the passes did, and the runtime, which logs.</param>
    public void Write(string key, Graph graph, PassContext context)
    {
        CompileReport report = context.Report;
        byte[] content = JsonSerializer.SerializeToUtf8Bytes(new CachedGraph(graph.ToString(), report.Fused, report.Selections, report.Notes));
        string path = PathOf(key), written = $"{path}.{Guid.NewGuid():N}";
        try
        {
            Directory.CreateDirectory(folder);
            File.WriteAllBytes(written, [.. SHA256.HashData(content), .. content]);
            File.Move(written, path, overwrite: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            report.Note($"The compiled graph could not be kept in {folder}: {failure.Message}");
            context.Runtime.SayNotKept(folder, failure.Message);
        }
    }

    private static CachedGraph? Read(string path)
    {
        if (!File.Exists(path))
            return null;
        byte[] file = File.ReadAllBytes(path);
        ReadOnlySpan<byte> content = file.AsSpan(Math.Min(file.Length, SHA256.HashSizeInBytes));
        return file.Length > SHA256.HashSizeInBytes && SHA256.HashData(content).AsSpan().SequenceEqual(file.AsSpan(0, SHA256.HashSizeInBytes))
            ? JsonSerializer.Deserialize<CachedGraph>(content, s_strict)
            : null;
    }

    // The key says that they are; what runs through pointers is looked at again.
    private static bool IsServed(Graph graph, RegistrySnapshot snapshot)
    {
        foreach (ref readonly Node node in graph.Nodes)
        {
            GraphOp op = graph.OpOf(node);
            if (op.Structure != Structure.None)
                continue;
            if (graph.KernelOf(node) is not { } choice || !snapshot.TryGetKernel(snapshot.Op(op.Name), choice.Provider, out RegisteredKernel? kernel) ||
                kernel.Descriptor.Inplace != choice.Inplace)
            {
                return false;
            }
        }

        return true;
    }

    private string PathOf(string key) => Path.Combine(folder, $"{key}.graph");
}
