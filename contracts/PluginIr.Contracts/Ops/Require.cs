using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace PluginIr.Ops;

/// <summary>The checks that several ops' shape inference shares.</summary>
/// <remarks>
/// Inference runs on every call, so each check is a few compares and the messages are made out of line: string interpolation in
/// a method that rarely needs it would still make every call clear the interpolation handler's locals.
/// </remarks>
internal static class Require
{
    /// <summary>A float32, float16 or bfloat16 tensor with at least one dimension.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Floating(string op, string name, TensorSpec spec)
    {
        if (spec.DType > DType.BFloat16 || spec.Rank == 0)
            ThrowNotFloating(op, name, spec);
    }

    /// <summary>Two tensors of one dtype and shape.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Same(string op, string name, TensorSpec spec, string otherName, TensorSpec other)
    {
        if (!spec.Equals(other))
            ThrowOther(op, name, spec, otherName, other);
    }

    /// <summary>No weight, or one floating-point factor for each element of a row of x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void RowWeight(string op, TensorSpec? weight, TensorSpec x)
    {
        if (weight is not null && (weight.Rank != 1 || weight.Last != x.Last || weight.DType > DType.BFloat16))
            ThrowRowWeight(op, weight, x);
    }

    /// <summary>A matrix of rows like x's, of x's dtype.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LinearWeight(string op, TensorSpec weight, TensorSpec x)
    {
        if (weight.Rank != 2 || weight.Last != x.Last || weight.DType != x.DType)
            ThrowLinearWeight(op, weight, x);
    }

    /// <summary>Absent, or from 1 to the length of a row of x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void VarianceSize(string op, int? varianceSize, TensorSpec x)
    {
        if (varianceSize is { } size && (size < 1 || size > x.Last))
            ThrowVarianceSize(op, size, x);
    }

    /// <summary>Rows of two halves: one for the activation function, one to multiply with.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Halves(string op, TensorSpec x)
    {
        Floating(op, "x", x);
        if ((x.Last & 1) != 0)
            ThrowOdd(op, x);
    }

    /// <summary>The names of the two forms of gelu.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Approximate(string op, string approximate)
    {
        if (approximate is not ("none" or "tanh"))
            ThrowApproximate(op, approximate);
    }

    /// <summary>A float8 dtype.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Float8(string op, DType dtype)
    {
        if (!dtype.IsFloat8())
            ThrowNotFloat8(op, dtype);
    }

    /// <summary>One float32 number, whatever the rank.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void OneSingle(string op, string name, TensorSpec spec)
    {
        if (spec.DType != DType.Float32 || spec.ElementCount != 1)
            ThrowNotOneSingle(op, name, spec);
    }

    /// <summary>No padding, or padding of the rows of a matrix.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Padding(string op, int? rows, TensorSpec x)
    {
        if (rows is { } given && (given < 0 || x.Rank != 2))
            ThrowPadding(op, given, x);
    }

    /// <summary>An int32 or int64 tensor.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Indices(string op, string name, TensorSpec spec)
    {
        if (spec.DType is not (DType.Int32 or DType.Int64))
            ThrowNotIndices(op, name, spec);
    }

    [DoesNotReturn]
    private static void ThrowNotFloating(string op, string name, TensorSpec spec) =>
        throw new OpArgumentException(op, $"{name} must be f32, f16 or bf16 and have at least one dimension; found {spec}.");

    [DoesNotReturn]
    private static void ThrowOther(string op, string name, TensorSpec spec, string otherName, TensorSpec other) =>
        throw new OpArgumentException(op, $"{name} must be {other}, as {otherName} is; found {spec}.");

    [DoesNotReturn]
    private static void ThrowRowWeight(string op, TensorSpec weight, TensorSpec x) =>
        throw new OpArgumentException(op, $"weight must be [{x.Last}] of f32, f16 or bf16 for x {x}; found {weight}.");

    [DoesNotReturn]
    private static void ThrowLinearWeight(string op, TensorSpec weight, TensorSpec x) =>
        throw new OpArgumentException(op, $"weight must be {x.DType.ShortName()}[N,{x.Last}] for x {x}; found {weight}.");

    [DoesNotReturn]
    private static void ThrowVarianceSize(string op, int size, TensorSpec x) =>
        throw new OpArgumentException(
            op, $"variance_size must be from 1 to {x.Last} for x {x}, or None for all of a row; found {size}.");

    [DoesNotReturn]
    private static void ThrowOdd(string op, TensorSpec x) =>
        throw new OpArgumentException(op, $"x must have rows of even length, two halves; found {x}.");

    [DoesNotReturn]
    private static void ThrowApproximate(string op, string? approximate) =>
        throw new OpArgumentException(op, $"approximate must be \"none\" or \"tanh\"; found \"{approximate}\".");

    [DoesNotReturn]
    private static void ThrowNotFloat8(string op, DType dtype) =>
        throw new OpArgumentException(op, $"fp8_dtype must be float8_e4m3fn or float8_e5m2; found {dtype.Name()}.");

    [DoesNotReturn]
    private static void ThrowNotOneSingle(string op, string name, TensorSpec spec) =>
        throw new OpArgumentException(op, $"{name} must be one f32 number; found {spec}.");

    [DoesNotReturn]
    private static void ThrowPadding(string op, int rows, TensorSpec x) => throw new OpArgumentException(
        op, $"num_token_padding must not be negative and needs an x of two dimensions; found {rows} for x {x}.");

    [DoesNotReturn]
    private static void ThrowNotIndices(string op, string name, TensorSpec spec) =>
        throw new OpArgumentException(op, $"{name} must be i32 or i64; found {spec}.");
}
