using System.Reflection;
using ILGPU.Backends.PTX;
using ILGPU.IR;
using ILGPU.IR.Intrinsics;
using ILGPU.Runtime.Cuda;
using PluginIr.Cuda.Gpu;
using PluginIr.Cuda.Gpu.Float8;

namespace PluginIr.Cuda.Compiling;

/// <summary>What is emitted for each of <see cref="Instructions"/>.</summary>
internal static class PtxInstructions
{
    /// <summary>Teaches a compiler the instructions.</summary>
    public static void Register(IntrinsicImplementationManager manager)
    {
        Emit(manager, nameof(Instructions.PackBFloat16), nameof(PackBFloat16));
        Emit(manager, nameof(Instructions.PackFloat16), nameof(PackFloat16));
        Emit(manager, nameof(Instructions.LowFloat16), nameof(LowFloat16));
        Emit(manager, nameof(Instructions.HighFloat16), nameof(HighFloat16));
        Emit(manager, nameof(Instructions.MultiplyBFloat16Pairs), nameof(MultiplyBFloat16Pairs));
        Emit(manager, nameof(Instructions.MultiplyFloat16Pairs), nameof(MultiplyFloat16Pairs));
        Emit(manager, nameof(Instructions.Exp2), nameof(Exp2));
        Emit(manager, nameof(Instructions.Divide), nameof(Divide));
        Emit(manager, nameof(Instructions.ReciprocalEstimate), nameof(ReciprocalEstimate));
        Emit(manager, nameof(Instructions.ReciprocalSquareRoot), nameof(ReciprocalSquareRoot));
        Emit(manager, nameof(Instructions.MultiplyAdd), nameof(MultiplyAdd));
        Emit(manager, nameof(Instructions.MultiplyBFloat16), nameof(MultiplyBFloat16));
        Emit(manager, nameof(Instructions.MultiplyFloat16), nameof(MultiplyFloat16));
        Emit(manager, nameof(Instructions.Prefetch), nameof(Prefetch));
        Emit(manager, nameof(Instructions.CachePolicy), nameof(CachePolicy));
        Emit(manager, nameof(Instructions.Load), nameof(Load));
        Emit(manager, nameof(Instructions.Release), nameof(Release));
        Emit(manager, nameof(Instructions.AwaitEarlier), nameof(AwaitEarlier));
        EmitFromHopper(manager, nameof(Instructions.PackE4M3FN), nameof(PackE4M3FN), nameof(Encoding.PackE4M3FN));
        EmitFromHopper(manager, nameof(Instructions.PackE5M2), nameof(PackE5M2), nameof(Encoding.PackE5M2));
    }

    // ILGPU finds these by name.
    internal static void PackBFloat16(PTXBackend backend, PTXCodeGenerator generator, Value value) =>
        Write(generator, value, "cvt.rn.bf16x2.f32 ", ", %2, %1;");

    internal static void PackFloat16(PTXBackend backend, PTXCodeGenerator generator, Value value) =>
        Write(generator, value, "cvt.rn.f16x2.f32 ", ", %2, %1;");

    internal static void LowFloat16(PTXBackend backend, PTXCodeGenerator generator, Value value) =>
        Write(generator, value, "{ .reg .b16 low, high; mov.b32 {low, high}, %1; cvt.f32.f16 ", ", low; }");

    internal static void HighFloat16(PTXBackend backend, PTXCodeGenerator generator, Value value) =>
        Write(generator, value, "{ .reg .b16 low, high; mov.b32 {low, high}, %1; cvt.f32.f16 ", ", high; }");

    // mul.bf16x2 is there from sm_90 on; what is added is -0 twice, which changes no product.
    internal static void MultiplyBFloat16Pairs(PTXBackend backend, PTXCodeGenerator generator, Value value) =>
        Write(generator, value, "{ .reg .b32 zeros; mov.b32 zeros, 0x80008000; fma.rn.bf16x2 ", ", %1, %2, zeros; }");

    internal static void MultiplyFloat16Pairs(PTXBackend backend, PTXCodeGenerator generator, Value value) =>
        Write(generator, value, "mul.rn.f16x2 ", ", %1, %2;");

    internal static void Exp2(PTXBackend backend, PTXCodeGenerator generator, Value value) =>
        Write(generator, value, "ex2.approx.ftz.f32 ", ", %1;");

    internal static void Divide(PTXBackend backend, PTXCodeGenerator generator, Value value) =>
        Write(generator, value, "div.full.f32 ", ", %1, %2;");

    internal static void ReciprocalEstimate(PTXBackend backend, PTXCodeGenerator generator, Value value) =>
        Write(generator, value, "rcp.approx.ftz.f32 ", ", %1;");

    internal static void ReciprocalSquareRoot(PTXBackend backend, PTXCodeGenerator generator, Value value) =>
        Write(generator, value, "rsqrt.approx.f32 ", ", %1;");

    internal static void MultiplyAdd(PTXBackend backend, PTXCodeGenerator generator, Value value) =>
        Write(generator, value, "fma.rn.f32 ", ", %1, %2, %3;");

    internal static void PackE4M3FN(PTXBackend backend, PTXCodeGenerator generator, Value value) =>
        Write(generator, value, "{ .reg .b16 pair; cvt.rn.satfinite.e4m3x2.f32 pair, %2, %1; cvt.u32.u16 ", ", pair; }");

    internal static void PackE5M2(PTXBackend backend, PTXCodeGenerator generator, Value value) =>
        Write(generator, value, "{ .reg .b16 pair; cvt.rn.satfinite.e5m2x2.f32 pair, %2, %1; cvt.u32.u16 ", ", pair; }");

    internal static void MultiplyBFloat16(PTXBackend backend, PTXCodeGenerator generator, Value value) => WriteProduct(generator, value, "bf16");

    internal static void MultiplyFloat16(PTXBackend backend, PTXCodeGenerator generator, Value value) => WriteProduct(generator, value, "f16");

    internal static void Prefetch(PTXBackend backend, PTXCodeGenerator generator, Value value) =>
        WriteStatement(generator, value, "prefetch.global.L2 [%1];");

    // The numbers are those that createpolicy makes there, as CUTLASS has them in TMA::CacheHintSm90; the assembler would have them computed.
    internal static void CachePolicy(PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        string policies = backend.Architecture >= CudaArchitecture.SM_90
            ? "mov.b64 last, 0x14F0000000000000; mov.b64 normal, 0x1000000000000000;"
            : "createpolicy.fractional.L2::evict_last.b64 last, 1.0; createpolicy.fractional.L2::evict_normal.b64 normal, 1.0;";
        Write(
            generator, value, $"{{ .reg .b64 last, normal; .reg .pred is_last; {policies} setp.ne.s32 is_last, %1, 0; selp.b64 ", ", last, normal, is_last; }");
    }

    // References are addresses of any memory.
    internal static void Load(PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        PTXCodeGenerator.PrimitiveRegister[] arguments = Arguments(generator, value);
        var result = (PTXCodeGenerator.CompoundRegister)generator.Allocate(value);
        generator.Builder.Append('\t');
        using var command = new PTXCodeGenerator.CommandEmitter(generator.Builder, string.Empty, string.Empty);
        Append(command, "{ .reg .b64 at; cvta.to.global.u64 at, %1; ld.global.L2::cache_hint.v4.b32 {", arguments);
        List(command, string.Empty, result.SliceAs<PTXCodeGenerator.PrimitiveRegister>(0, 4));
        Append(command, "}, [at], %2; }", arguments);
    }

    internal static void Release(PTXBackend backend, PTXCodeGenerator generator, Value value) => WriteStatement(
        generator, value, "{ .reg .b64 at; cvta.to.global.u64 at, %1; and.b64 at, at, -128; applypriority.global.L2::evict_normal [at], 128; }");

    // Older targets begin a kernel when those before it have ended.
    internal static void AwaitEarlier(PTXBackend backend, PTXCodeGenerator generator, Value value)
    {
        if (backend.Architecture >= CudaArchitecture.SM_90)
            WriteStatement(generator, value, PtxDependence.Wait);
    }

    private static void Emit(IntrinsicImplementationManager manager, string instruction, string emitter) =>
        manager.RegisterMethod(Instruction(instruction), new PTXIntrinsic(Emitter(emitter), IntrinsicImplementationMode.GenerateCode));

    private static void EmitFromHopper(IntrinsicImplementationManager manager, string instruction, string emitter, string before)
    {
        manager.RegisterMethod(
            Instruction(instruction),
            new PTXIntrinsic(typeof(Encoding).GetMethod(before)!, IntrinsicImplementationMode.Redirect, null, CudaArchitecture.SM_90));
        manager.RegisterMethod(
            Instruction(instruction),
            new PTXIntrinsic(Emitter(emitter), IntrinsicImplementationMode.GenerateCode, CudaArchitecture.SM_90));
    }

    private static MethodInfo Instruction(string name) => typeof(Instructions).GetMethod(name)!;

    private static MethodInfo Emitter(string name) => typeof(PtxInstructions).GetMethod(name, BindingFlags.Static | BindingFlags.NonPublic)!;

    // The text, whole statements, with the result's register between its two parts, and the arguments' in place of %1 and %2.
    private static void Write(PTXCodeGenerator generator, Value value, string before, string after)
    {
        PTXCodeGenerator.PrimitiveRegister[] arguments = Arguments(generator, value);
        PTXCodeGenerator.HardwareRegister result = generator.AllocateHardware(value);
        generator.Builder.Append('\t');
        using var command = new PTXCodeGenerator.CommandEmitter(generator.Builder, string.Empty, string.Empty);
        Append(command, before, arguments);
        command.AppendArgument(result);
        Append(command, after, arguments);
    }

    // A statement without result.
    private static void WriteStatement(PTXCodeGenerator generator, Value value, string statement)
    {
        PTXCodeGenerator.PrimitiveRegister[] arguments = Arguments(generator, value);
        generator.Builder.Append('\t');
        using var command = new PTXCodeGenerator.CommandEmitter(generator.Builder, string.Empty, string.Empty);
        Append(command, statement, arguments);
    }

    // The arguments are four sums, four registers of the first matrix and two of the second; the result is a struct of four.
    private static void WriteProduct(PTXCodeGenerator generator, Value value, string type)
    {
        PTXCodeGenerator.PrimitiveRegister[] arguments = Arguments(generator, value);
        var result = (PTXCodeGenerator.CompoundRegister)generator.Allocate(value);
        generator.Builder.Append('\t');
        using var command = new PTXCodeGenerator.CommandEmitter(generator.Builder, string.Empty, string.Empty);
        List(command, $"mma.sync.aligned.m16n8k16.row.col.f32.{type}.{type}.f32 {{", result.SliceAs<PTXCodeGenerator.PrimitiveRegister>(0, 4));
        List(command, "}, {", arguments.AsSpan(4, 4));
        List(command, "}, {", arguments.AsSpan(8, 2));
        List(command, "}, {", arguments.AsSpan(0, 4));
        command.AppendRawString("};");
    }

    // Registers with commas between, after what comes before the first.
    private static void List(PTXCodeGenerator.CommandEmitter command, string before, ReadOnlySpan<PTXCodeGenerator.PrimitiveRegister> registers)
    {
        foreach (PTXCodeGenerator.PrimitiveRegister register in registers)
        {
            command.AppendRawString(before);
            command.AppendArgument(register);
            before = ", ";
        }
    }

    private static PTXCodeGenerator.PrimitiveRegister[] Arguments(PTXCodeGenerator generator, Value value)
    {
        var arguments = new PTXCodeGenerator.PrimitiveRegister[value.Nodes.Length];
        for (int i = 0; i < arguments.Length; i++)
            arguments[i] = generator.LoadPrimitive(value.Nodes[i]);
        return arguments;
    }

    private static void Append(PTXCodeGenerator.CommandEmitter command, string text, PTXCodeGenerator.PrimitiveRegister[] arguments)
    {
        for (int at; (at = text.IndexOf('%', StringComparison.Ordinal)) >= 0; text = text[(at + 2)..])
        {
            command.AppendRawString(text[..at]);
            command.AppendArgument(arguments[text[at + 1] - '1']);
        }

        command.AppendRawString(text);
    }
}
