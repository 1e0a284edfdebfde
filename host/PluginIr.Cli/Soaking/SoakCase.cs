using PluginIr.Ops;
using PluginIr.Runtime;

namespace PluginIr.Cli.Soaking;

/// <summary>Inputs of one size and what must come of them, bit for bit.</summary>
internal sealed class SoakCase
{
    private const float Epsilon = 1e-6f;

    private readonly Tensor _x, _residual, _weight, _output;
    private readonly byte[] _normed, _nativeNormed, _fusedNormed, _fusedSum;

    public SoakCase(IrRuntime ir, DType dtype, long rows, long hidden)
    {
        var random = new Random((int)((rows * 31) + hidden));
        _x = Values(random, dtype, rows, hidden);
        _residual = Values(random, dtype, rows, hidden);
        _weight = Values(random, dtype, hidden);
        _output = Tensor.Empty(_x.Spec);
        using (Tensor y = ir.RmsNorm(_x, _weight, Epsilon))
            _normed = y.AsBytes().ToArray();
        using (ir.UsePriority("rms_norm", "native"))
        {
            using Tensor y = ir.RmsNorm(_x, _weight, Epsilon);
            _nativeNormed = y.AsBytes().ToArray();
        }

        (Tensor normed, Tensor sum) = ir.FusedAddRmsNorm(_x, _residual, _weight, Epsilon);
        _fusedNormed = normed.AsBytes().ToArray();
        _fusedSum = sum.AsBytes().ToArray();
        normed.Dispose();
        sum.Dispose();
    }

    /// <summary>A functional call.</summary>
    public bool Functional(IrRuntime ir)
    {
        using Tensor y = ir.RmsNorm(_x, _weight, Epsilon);
        return y.AsBytes().SequenceEqual(_normed);
    }

    /// <summary>A call into the caller's memory.</summary>
    public bool Into(IrRuntime ir)
    {
        ir.RmsNormInto(_x, _weight, Epsilon, _output);
        return _output.AsBytes().SequenceEqual(_normed);
    }

    /// <summary>A call that donates its activations.</summary>
    public bool Donated(IrRuntime ir)
    {
        using Tensor x = Tensor.Empty(_x.Spec), residual = Tensor.Empty(_residual.Spec);
        x.CopyFrom(_x);
        residual.CopyFrom(_residual);
        (Tensor normed, Tensor sum) = ir.FusedAddRmsNormMaybeInplace(x, residual, _weight, Epsilon);
        bool isRight = normed.AsBytes().SequenceEqual(_fusedNormed) && sum.AsBytes().SequenceEqual(_fusedSum);
        normed.Dispose();
        sum.Dispose();
        return isRight;
    }

    /// <summary>A call in a scope that asks for native.</summary>
    public bool Scoped(IrRuntime ir)
    {
        using (ir.UsePriority("rms_norm", "native"))
        {
            using Tensor y = ir.RmsNorm(_x, _weight, Epsilon);
            return y.AsBytes().SequenceEqual(_nativeNormed);
        }
    }

    private static Tensor Values(Random random, DType dtype, params ReadOnlySpan<long> shape)
    {
        float[] values = new float[new TensorSpec(dtype, shape).ElementCount];
        for (int i = 0; i < values.Length; i++)
            values[i] = (2 * random.NextSingle()) - 1;
        return Tensor.FromSingles(dtype, values, shape);
    }
}
