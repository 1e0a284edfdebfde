using PluginIr.Models.Safetensors;

namespace PluginIr.Models.Checkpoints;

/// <summary>A folder of weights in the Hugging Face layout: one <c>model.safetensors</c>, or several files and an index.</summary>
public sealed class Checkpoint : IDisposable
{
    /// <summary>The file of an undivided checkpoint.</summary>
    public const string SingleFile = "model.safetensors";

    /// <summary>The index of a divided checkpoint.</summary>
    public const string IndexFile = "model.safetensors.index.json";

    private readonly Dictionary<string, SafetensorsFile> _shards = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SafetensorsFile> _fileOf = new(StringComparer.Ordinal);

    private Checkpoint(string folder) => Folder = folder;

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>The names of all weights.</summary>
    public IReadOnlyCollection<string> Names => _fileOf.Keys;

    /// <summary>Maps a folder's weights and checks that every file is there and holds what the index says.</summary>
    /// <exception cref="CheckpointException">The folder, the index or a file of it is missing or wrong.</exception>
    /// <exception cref="SafetensorsException">A file is there and is not what its format asks for.</exception>
    public static Checkpoint Open(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var checkpoint = new Checkpoint(folder);
        try
        {
            checkpoint.OpenFiles();
            return checkpoint;
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    /// <summary>True when the checkpoint has a weight of this name.</summary>
    public bool Contains(string name) => _fileOf.ContainsKey(name);

    /// <summary>One weight, as the file has it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="shape">The shape that the model needs.</param>
    /// <returns>A tensor that the caller disposes; it stays valid after the checkpoint is disposed.</returns>
    /// <exception cref="CheckpointException">There is no such weight, or its shape is another.</exception>
    /// <exception cref="SafetensorsException">Its dtype has no counterpart here.</exception>
    public Tensor Get(string name, params ReadOnlySpan<long> shape)
    {
        if (!_fileOf.TryGetValue(name, out SafetensorsFile? file))
        {
            throw new CheckpointException(
                Folder, $"weight '{name}': expected {TensorSpec.Describe(shape)}; " +
                $"found no such weight among the checkpoint's {_fileOf.Count}.");
        }

        SafetensorsEntry entry = file.Entries[name];
        if (!shape.SequenceEqual([.. entry.Shape]))
        {
            throw new CheckpointException(
                file.Path, $"weight '{name}': expected {TensorSpec.Describe(shape)}; found {TensorSpec.Describe([.. entry.Shape])}. " +
                "Is this the checkpoint that the config belongs to?");
        }

        return file.Get(name);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (SafetensorsFile shard in _shards.Values)
            shard.Dispose();
    }

    private void OpenFiles()
    {
        string single = Path.Combine(Folder, SingleFile), index = Path.Combine(Folder, IndexFile);
        if (File.Exists(single))
        {
            SafetensorsFile file = Shard(single);
            foreach (string name in file.Entries.Keys)
                _fileOf.Add(name, file);
        }
        else if (File.Exists(index))
        {
            OpenShards(index);
        }
        else
        {
            throw new CheckpointException(Folder, $"expected {SingleFile}, or {IndexFile} and its files; found neither.");
        }
    }

    private void OpenShards(string index)
    {
        foreach ((string name, string path) in ShardIndex.Read(Folder, index))
        {
            if (!_shards.ContainsKey(path) && !File.Exists(path))
            {
                throw new CheckpointException(
                    index, $"weight '{name}': expected it in '{path}'; found no such file. Is the download complete?");
            }

            SafetensorsFile file = Shard(path);
            if (!file.Entries.ContainsKey(name))
                throw new CheckpointException(index, $"weight '{name}': expected it in '{path}'; found no such tensor there.");
            _fileOf.Add(name, file);
        }
    }

    private SafetensorsFile Shard(string path)
    {
        if (!_shards.TryGetValue(path, out SafetensorsFile? file))
            _shards.Add(path, file = SafetensorsFile.Open(path));
        return file;
    }
}
