using System.Reflection;
using System.Runtime.InteropServices;

namespace PluginIr.Cuda.Tests.Ptx;

/// <summary>How the host lays out a struct of arguments.</summary>
internal static class HostLayout
{
    /// <summary>Its size.</summary>
    public static int SizeOf(Type type) => (int)typeof(System.Runtime.CompilerServices.Unsafe).GetMethod("SizeOf")!.MakeGenericMethod(type).Invoke(null, null)!;

    /// <summary>The offsets of its numbers, nested ones too, in the order of declaration.</summary>
    public static int[] OffsetsOf(Type type) => [.. Offsets(type, 0)];

    // Every field is a number or a struct of such, laid out in order at its own alignment, which is what the struct's alignment test checks.
    private static IEnumerable<int> Offsets(Type type, int from)
    {
        int at = from;
        foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.Public).OrderBy(f => f.MetadataToken))
        {
            int size = SizeOf(field.FieldType), alignment = field.FieldType.IsPrimitive ? size : 8;
            at = (at + alignment - 1) / alignment * alignment;
            if (field.FieldType.IsPrimitive)
            {
                yield return at;
            }
            else
            {
                foreach (int offset in Offsets(field.FieldType, at))
                    yield return offset;
            }

            at += size;
        }
    }
}
