using System.Runtime.CompilerServices;

namespace PluginIr.Dispatch;

// Publishing, and waiting for calls to leave what was published before.
public abstract partial class IrDispatcher
{
    private readonly Lock _slotsLock = new();
    private readonly List<CallSlot> _slots = [];
    private CallObserver? _observer;

    /// <summary>Told of every call while set. Set it back to null: calls are not free while it is there.</summary>
    public CallObserver? Observer
    {
        get => Volatile.Read(ref _observer);
        set
        {
            lock (_slotsLock)
            {
                Volatile.Write(ref _observer, value);
                foreach (CallSlot slot in _slots)
                    slot.Observer = value;
            }
        }
    }

    /// <summary>Stands for a call that goes on until it is disposed, on any thread: for streams and other work across awaits.</summary>
    public CallLease Lease()
    {
        lock (_slotsLock)
        {
            // Thread number 0 is nobody's; its slots are for leases alone.
            CallSlot? slot = _slots.Find(s => s.Thread == 0 && s.Active == 0);
            if (slot is null)
                _slots.Add(slot = new CallSlot(0, Workers));

            // A drain looks at slots under the same lock, so it sees this one; what is published later is newer.
            slot.Active = Current.Version;
            return new CallLease(slot);
        }
    }

    /// <summary>Makes a snapshot the current one. Calls that begin after this returns read it.</summary>
    protected void Publish(Snapshot snapshot) => Volatile.Write(ref _current, snapshot);

    /// <summary>Comes between publishing a snapshot and the first <see cref="HasDrained"/>, once.</summary>
    /// <remarks>
    /// Every thread has passed a full barrier when this returns: its store to <see cref="CallSlot.Active"/> is visible from then on, or its later look
    /// at the current snapshot finds the new one.
    /// </remarks>
    protected static void BeginDrain() => Interlocked.MemoryBarrierProcessWide();

    /// <summary>True when no call is inside a snapshot older than <paramref name="version"/>.</summary>
    /// <remarks>Call it after <see cref="BeginDrain"/>; until then new calls may enter the old snapshot.</remarks>
    protected bool HasDrained(long version)
    {
        lock (_slotsLock)
        {
            foreach (CallSlot slot in _slots)
            {
                long active = slot.Active;
                if (active != 0 && active < version)
                    return false;
            }
        }

        return true;
    }

    /// <summary>The calls and leases that are inside a snapshot older than a version.</summary>
    protected IReadOnlyList<string> DescribeInside(long version)
    {
        lock (_slotsLock)
        {
            return
            [
                .. _slots.Select(s => (s.Thread, s.Op, s.Active)).Where(s => s.Active != 0 && s.Active < version)
                    .Select(s => $"{DescribeHolder(s.Thread, s.Op)} since registry version {s.Active}"),
            ];
        }
    }

    private static string DescribeHolder(int thread, int op) =>
        thread == 0 ? "a lease"
        : ThreadNumber.ThreadOf(thread) is { IsAlive: true } owner ? $"{OpId.NameOf(op)} on thread {owner.ManagedThreadId} '{owner.Name}'"
        : $"{OpId.NameOf(op)} on a thread that has ended";

    /// <summary>Makes the calling thread ask for its priority scopes again, because the code on it came into one, changed or left it.</summary>
    /// <param name="more">1 when a dispatcher has a scope now and had none before; -1 when it had one and has none now; 0 otherwise.</param>
    protected static void ScopeChanged(int more)
    {
        t_scopes += more;
        t_fast = 0;
    }

    // A thread's first call, a call inside a call, or a call in a priority scope. The snapshot is handed over in the slot: an out
    // parameter would make the fast path keep its own in memory.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private CallSlot EnterSlowly()
    {
        CallSlot slot = IdleSlot(ThreadNumber.Current);
        try
        {
            while (true)
            {
                Snapshot? scoped = ScopedSnapshot();
                Snapshot snapshot = scoped ?? Volatile.Read(ref _current);
                slot.Active = snapshot.Version;
                if (scoped is null ? ReferenceEquals(snapshot, Volatile.Read(ref _current)) : ReferenceEquals(scoped, ScopedSnapshot()))
                {
                    // Outside of scopes the next call goes the fast way, through the thread's first slot. That way is the same for all
                    // dispatchers, so a scope of any of them closes it.
                    t_fast = scoped is null && t_scopes == 0 ? slot.Thread : 0;
                    slot.HandOver(snapshot);
                    return slot;
                }
            }
        }
        catch
        {
            // A scope's snapshot may be made by its user's code. Nobody else would leave the slot, and a drain would wait for it for ever.
            slot.Leave();
            throw;
        }
    }

    // A slot belongs to a thread number. A thread that is inside a call already needs another one for the call inside.
    private CallSlot IdleSlot(int thread)
    {
        CallSlot?[] fast = Volatile.Read(ref _fast);
        return thread < fast.Length && fast[thread] is { Active: 0 } first ? first : FurtherSlot(thread);
    }

    private CallSlot FurtherSlot(int thread)
    {
        lock (_slotsLock)
        {
            foreach (CallSlot idle in _slots)
            {
                if (idle.Thread == thread && idle.Active == 0)
                    return idle;
            }

            var slot = new CallSlot(thread, Workers) { Observer = _observer };
            if (thread >= _fast.Length)
                Volatile.Write(ref _fast, [.. _fast, .. new CallSlot?[thread + 1 - _fast.Length]]);
            _fast[thread] ??= slot;
            _slots.Add(slot);
            return slot;
        }
    }
}
