using System.Security.Cryptography;
using System.Text;
using PluginIr.Compiler.Graphs;
using PluginIr.Compiler.Passes;
using PluginIr.Registration;
using PluginIr.Runtime.Registry;

namespace PluginIr.Compiler.Caching;

/// <summary>Names a compilation by everything that its result depends on.</summary>
/// <remarks>
/// That is the graph's text, the options, the sizes at which kernels declined, the builds of the contracts and the compiler, and of every op of the
/// graph and of the fusions the kernels that could be chosen, in their order, each with the hash of its build's files. So it holds the content of
/// every kernel that is chosen, and of those that would have been chosen before it.
/// </remarks>
internal static class CompileKey
{
    /// <summary>The key: 64 hexadecimal digits.</summary>
    public static string Of(Graph functional, PassContext context)
    {
        var text = new StringBuilder();
        text.AppendLine($"contracts {typeof(KernelPlugin).Module.ModuleVersionId}, compiler {typeof(CompileKey).Module.ModuleVersionId}");
        text.AppendLine(functional.ToString());
        text.AppendLine(string.Join(";", context.Options.Assumed.Select(a => $"{a.Op}={a.Provider}:{a.Inplace}")));
        text.AppendLine(string.Join(";", context.Options.Fusions.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => $"{f.Key}={f.Value}")));
        text.AppendLine(string.Join(",", context.Options.LoweringPasses));
        text.AppendLine(string.Join(",", context.DeclinedSizes));
        foreach (Generation generation in context.Snapshot.Generations.Where(g => g.Fusions.Count > 0))
            text.AppendLine($"{generation.ContentHash}: {string.Join(",", generation.Fusions.Select(f => f.Name))}");

        // A fusion may lead to any op that is registered, so all of them count.
        DeviceKind device = functional.Values.Length == 0 ? DeviceKind.Cpu : functional.Values[0].Device.Kind;
        foreach (RegisteredOp op in context.Snapshot.Ops.Values.OrderBy(o => o.Name, StringComparer.Ordinal))
        {
            IEnumerable<string> kernels = context.Snapshot.OrderOf(op, device)
                .Select(k => $"{k.Provider.Name}:{k.Descriptor.Inplace}@{k.Generation.ContentHash}");
            text.AppendLine($"{op.Schema} {op.Generation.ContentHash}: {string.Join(",", kernels)}");
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
