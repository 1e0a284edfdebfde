using System.Reflection;
using PluginIr.Cuda.Compiling;

namespace PluginIr.Cuda.Launching;

/// <summary>A method of Gpu/ with its type arguments: what is compiled, cached and loaded as one module.</summary>
/// <remarks>
/// Made when the plugin's classes are initialised, for every combination that a call may ask for. That costs a small object; compiling and
/// loading wait until a call needs it.
/// </remarks>
internal sealed class GpuKernel
{
    /// <summary>The method's name in every class of kernels.</summary>
    public const string MethodName = "Run";

    private readonly Type _type;
    private readonly Type[] _arguments;

    /// <summary>Describes a kernel.</summary>
    /// <param name="maxThreads">The most threads that a group has: the compiler divides the registers by it.</param>
    /// <param name="type">The static class with the method <c>Run</c>.</param>
    /// <param name="arguments">The method's type arguments.</param>
    public GpuKernel(int maxThreads, Type type, params Type[] arguments)
    {
        MaxThreads = maxThreads;
        _type = type;
        _arguments = arguments;
    }

    /// <summary>The most threads that a group has.</summary>
    public int MaxThreads { get; }

    /// <summary>How many groups a multiprocessor is to have room for at once: the compiler gives a thread no more registers than that leaves. 0 for no wish.</summary>
    public int MinGroups { get; init; }

    /// <summary>The loaded functions by device ordinal, 0 where it is not loaded. A launcher's own; see <see cref="KernelLauncher"/>.</summary>
    public nint[] Functions { get; set; } = [];

    /// <summary>
    /// The kernels that calls like this one's take at other sizes and addresses, this one among them: they are loaded with it, so that no later call waits
    /// for that. Each table says which they are.
    /// </summary>
    public IReadOnlyList<GpuKernel> Row { get; private set; } = [];

    /// <summary>Has kernels know that they are one row.</summary>
    public static void Join(params GpuKernel[] row)
    {
        foreach (GpuKernel kernel in row)
            kernel.Row = row;
    }

    /// <summary>Has a table's kernels know the rows that they are in.</summary>
    /// <param name="table">The kernels, row after row.</param>
    /// <param name="length">How many a row has.</param>
    public static GpuKernel[] InRows(GpuKernel[] table, int length)
    {
        foreach (GpuKernel[] row in table.Chunk(length))
            Join(row);
        return table;
    }

    /// <summary>Class and type arguments, as <c>NormKernel&lt;BFloat16Element, …&gt;</c>.</summary>
    public string Name => Describe(_type, _arguments);

    /// <summary>The hash of what it is compiled from.</summary>
    public string SourcesHash => KernelSources.HashOf(_type);

    /// <summary>The method, for the compiler.</summary>
    public MethodInfo Method()
    {
        MethodInfo method = _type.GetMethod(MethodName, BindingFlags.Static | BindingFlags.Public) ??
            throw new MissingMethodException(_type.FullName, MethodName);
        return _arguments.Length == 0 ? method : method.MakeGenericMethod(_arguments);
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    private static string Describe(Type type, Type[] arguments)
    {
        string name = type.Name.Split('`')[0];
        return arguments.Length == 0 ? name : $"{name}<{string.Join(", ", arguments.Select(a => Describe(a, a.GetGenericArguments())))}>";
    }
}
