using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;

namespace PluginIr.Hosting.Configuration;

/// <summary>Another configuration's layer in a second place. Who owns it loads it, and tells of its changes.</summary>
/// <param name="layer">The layer.</param>
internal sealed class BorrowedLayer(IConfigurationProvider layer) : IConfigurationProvider, IConfigurationSource
{
    /// <inheritdoc/>
    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    /// <inheritdoc/>
    public bool TryGet(string key, out string? value) => layer.TryGet(key, out value);

    /// <inheritdoc/>
    public void Set(string key, string? value) => layer.Set(key, value);

    /// <inheritdoc/>
    public IChangeToken GetReloadToken() => new CancellationChangeToken(CancellationToken.None);

    /// <inheritdoc/>
    public void Load()
    {
    }

    /// <inheritdoc/>
    public IEnumerable<string> GetChildKeys(IEnumerable<string> earlierKeys, string? parentPath) => layer.GetChildKeys(earlierKeys, parentPath);
}
