using PluginIr.Runtime.Registry;

namespace PluginIr.Runtime;

/// <summary>Prepares for a snapshot before calls can enter it: what compiled graphs are.</summary>
/// <remarks>
/// Called under the registry's lock, on the thread that changes the registry; <see cref="OnPublishing"/> mostly also under the lock that starting a
/// device takes. Must not change the registry, and must not wait for a thread that does so or that starts a device. When all that
/// changes is that a kernel that throws is set aside, on the thread of a call, followers are told after that, on a thread of the pool: until then
/// what they prepared for the snapshot before is good for the new one, which has the same <see cref="RegistrySnapshot.Basis"/>.
/// </remarks>
public interface ISnapshotFollower
{
    /// <summary>A snapshot is about to be published, or has just been. Its generations are loaded and stay so until the call returns.</summary>
    void OnPublishing(RegistrySnapshot next);

    /// <summary>It is published: let go of what was prepared for the one before.</summary>
    void OnPublished();
}
