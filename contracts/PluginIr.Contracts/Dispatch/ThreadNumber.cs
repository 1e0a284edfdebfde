using System.Runtime.CompilerServices;

namespace PluginIr.Dispatch;

/// <summary>A small number for each thread that makes calls, to index tables with. A number passes on when its thread has ended.</summary>
internal static class ThreadNumber
{
    private static readonly Lock s_lock = new();
    private static readonly List<Thread?> s_threads = [null]; // 0 is nobody's.

    [ThreadStatic]
    private static int t_number;

    /// <summary>The calling thread's number, from 1.</summary>
    public static int Current => t_number != 0 ? t_number : Take();

    /// <summary>The thread that has a number; null for 0.</summary>
    public static Thread? ThreadOf(int number)
    {
        lock (s_lock)
            return s_threads[number];
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int Take()
    {
        lock (s_lock)
        {
            int number = s_threads.FindIndex(1, thread => !thread!.IsAlive);
            if (number < 0)
            {
                number = s_threads.Count;
                s_threads.Add(null);
            }

            s_threads[number] = Thread.CurrentThread;
            t_number = number;
            return number;
        }
    }
}
