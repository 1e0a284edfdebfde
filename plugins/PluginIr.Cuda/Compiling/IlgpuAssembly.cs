using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Runtime.Loader;

namespace PluginIr.Cuda.Compiling;

/// <summary>Loads ILGPU so that it is compiled quickly rather than well.</summary>
/// <remarks>
/// The runtime compiles code that can be unloaded once and with full optimisation. ILGPU is some 1700 methods, each called a few times: that takes 1.1 s, in
/// which a swap with a changed kernel waits, and 0.4 s when they are marked not to be optimised, which costs 20 ms for each kernel that is compiled.
/// </remarks>
internal static class IlgpuAssembly
{
    private const string Name = "ILGPU";

    private static readonly Lock s_lock = new();

    /// <summary>Loads it into the load context of this assembly, if that can be unloaded and has not loaded it yet. Others load it as any assembly.</summary>
    public static void Load()
    {
        Assembly own = typeof(IlgpuAssembly).Assembly;
        AssemblyLoadContext context = AssemblyLoadContext.GetLoadContext(own)!;
        lock (s_lock)
        {
            if (!context.IsCollectible || own.Location.Length == 0 || context.Assemblies.Any(assembly => assembly.GetName().Name == Name))
                return;
            string path = Path.Combine(Path.GetDirectoryName(own.Location)!, $"{Name}.dll");
            if (!File.Exists(path))
                return;
            byte[] image = File.ReadAllBytes(path);
            DisableOptimizations(image);
            context.LoadFromStream(new MemoryStream(image));
        }
    }

    /// <summary>Marks an assembly's methods with <see cref="MethodImplAttributes.NoOptimization"/>.</summary>
    /// <param name="image">The assembly's file.</param>
    internal static void DisableOptimizations(byte[] image)
    {
        // ECMA-335 II.22.26: a row of the table of methods begins with four bytes that say where the code is, and two of implementation flags, the lower first.
        const int FlagsOffset = sizeof(uint);
        using var portable = new PEReader(new MemoryStream(image));
        MetadataReader metadata = portable.GetMetadataReader();
        int table = portable.PEHeaders.MetadataStartOffset + metadata.GetTableMetadataOffset(TableIndex.MethodDef), row = metadata.GetTableRowSize(TableIndex.MethodDef);
        foreach (MethodDefinitionHandle handle in metadata.MethodDefinitions)
        {
            if (metadata.GetMethodDefinition(handle).RelativeVirtualAddress == 0)
                continue;
            image[table + ((MetadataTokens.GetRowNumber(handle) - 1) * row) + FlagsOffset] |= (byte)MethodImplAttributes.NoOptimization;
        }
    }
}
