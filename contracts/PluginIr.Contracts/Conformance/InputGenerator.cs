using PluginIr.Schemas;

namespace PluginIr.Conformance;

/// <summary>Makes arguments to test an op's kernels with: reproducible from a seed, of a given dtype and rough size.</summary>
/// <param name="schema">The op's schema.</param>
/// <param name="dtype">The activations' dtype.</param>
/// <param name="rows">How many rows (tokens).</param>
/// <param name="hidden">The row length that the op should work on; ops with shapes of their own take what comes near.</param>
/// <param name="seed">Equal seeds make equal arguments.</param>
public sealed class InputGenerator(OpSchema schema, DType dtype, long rows, long hidden, int seed)
{
    private readonly Tensor?[] _tensors = new Tensor?[schema.TensorCount];
    private readonly AttributeValue[] _attributes = new AttributeValue[schema.AttributeCount];
    private readonly HashSet<string> _given = [];

    /// <summary>The activations' dtype.</summary>
    public DType DType { get; } = dtype;

    /// <summary>How many rows.</summary>
    public long Rows { get; } = rows;

    /// <summary>The row length.</summary>
    public long Hidden { get; } = hidden;

    /// <summary>True to leave tensors' values undefined, for questions that only look at shapes, and to make the plain choice of each.</summary>
    public bool IsDataLess { get; init; }

    /// <summary>The source of randomness.</summary>
    public Random Random { get; } = new(seed);

    /// <summary>The dtype of indices, int32 or int64 by the seed: for <see cref="Indices(DType, long, ReadOnlySpan{long})"/> of ops that take both.</summary>
    public DType IndexDType => Choose(GeneratorChoice.IndexDType, 2) == 0 ? DType.Int64 : DType.Int32;

    /// <summary>
    /// The shape of an activation whose dimensions but the last an op takes as rows: [Rows, last] or, by the seed, [Rows, 2, last], or [last] of a
    /// single row.
    /// </summary>
    /// <param name="last">How many elements a row has.</param>
    public long[] Shape(long last) => Rows == 1 && Choose(GeneratorChoice.Rank, 3) == 1 ? [last] : Shape(Rows, last);

    /// <summary>The same for a tensor of two dimensions at least: [first, last] or, by the seed, [first, 2, last].</summary>
    /// <param name="first">The first dimension.</param>
    /// <param name="last">The last one.</param>
    public long[] Shape(long first, long last) => Choose(GeneratorChoice.Rank, 2) == 0 ? [first, last] : [first, 2, last];

    /// <summary>Normally distributed values, mean 0, of <see cref="DType"/>.</summary>
    /// <param name="deviation">The standard deviation.</param>
    /// <param name="shape">The tensor's shape.</param>
    public Tensor Normal(float deviation, params ReadOnlySpan<long> shape) => Fill(DType, shape, () =>
    {
        // Box and Muller, 1958: two uniform numbers make one normal one.
        double radius = Math.Sqrt(-2 * Math.Log(1 - Random.NextDouble()));
        return (float)(deviation * radius * Math.Cos(2 * Math.PI * Random.NextDouble()));
    });

    /// <summary>Uniformly distributed values.</summary>
    /// <param name="dtype">The tensor's dtype.</param>
    /// <param name="low">The least value.</param>
    /// <param name="high">The bound above.</param>
    /// <param name="shape">The tensor's shape.</param>
    public Tensor Uniform(DType dtype, float low, float high, params ReadOnlySpan<long> shape) =>
        Fill(dtype, shape, () => low + ((high - low) * Random.NextSingle()));

    /// <summary>Random int64 indices from 0 up to, not including, <paramref name="bound"/>.</summary>
    public Tensor Indices(long bound, params ReadOnlySpan<long> shape) => Indices(DType.Int64, bound, shape);

    /// <summary>The same of int32 or int64.</summary>
    /// <param name="dtype">The tensor's dtype.</param>
    /// <param name="bound">The bound above, not included.</param>
    /// <param name="shape">The tensor's shape.</param>
    public Tensor Indices(DType dtype, long bound, params ReadOnlySpan<long> shape)
    {
        Tensor tensor = Tensor.Empty(dtype, shape);
        for (int i = 0; i < tensor.ElementCount && !IsDataLess; i++)
        {
            long index = Random.NextInt64(bound);
            if (dtype == DType.Int64)
                tensor.AsSpan<long>()[i] = index;
            else
                tensor.AsSpan<int>()[i] = checked((int)index);
        }

        return tensor;
    }

    /// <summary>Gives a tensor input.</summary>
    /// <exception cref="ArgumentException">The schema has no tensor of that name.</exception>
    public void Set(string name, Tensor? tensor) => _tensors[IndexOf(name, schema.Tensors)] = tensor;

    /// <summary>Gives another input.</summary>
    /// <exception cref="ArgumentException">The schema has no attribute of that name, or the value is not of its type.</exception>
    public void Set(string name, AttributeValue value)
    {
        int index = IndexOf(name, schema.Attributes);
        SchemaParameter parameter = schema.Attributes.ElementAt(index);
        if (!value.Fits(parameter))
            throw new ArgumentException($"{schema.Name}: {value} is not a value for '{parameter}'.", nameof(value));
        _attributes[index] = value;
    }

    /// <summary>The arguments. What was not given takes its default, or is absent.</summary>
    /// <exception cref="InvalidOperationException">An input without default was not given.</exception>
    public OpArguments Build()
    {
        foreach (SchemaParameter parameter in schema.Parameters.Where(p => !_given.Contains(p.Name)))
        {
            if (parameter.DefaultText is { } text && !parameter.IsTensor)
                Set(parameter.Name, AttributeValue.Parse(text, parameter));
            else if (!parameter.IsOptional)
                throw new InvalidOperationException($"{schema.Name}: no value was given for '{parameter}'.");
        }

        return new OpArguments(schema, _tensors, _attributes);
    }

    /// <summary>One of several choices; the first is the plain one. It leaves <see cref="Random"/> as it is.</summary>
    internal int Choose(GeneratorChoice choice, int count) =>
        IsDataLess ? 0 : (int)(((ulong)unchecked((uint)seed * (uint)choice) * (uint)count) >> 32);

    private int IndexOf(string name, IEnumerable<SchemaParameter> parameters)
    {
        int index = 0;
        foreach (SchemaParameter parameter in parameters)
        {
            if (parameter.Name == name)
            {
                _given.Add(name);
                return index;
            }

            index++;
        }

        throw new ArgumentException($"'{schema.Text}' has no such input: '{name}'.", nameof(name));
    }

    private Tensor Fill(DType dtype, ReadOnlySpan<long> shape, Func<float> next)
    {
        if (IsDataLess)
            return Tensor.Empty(dtype, shape);
        float[] values = new float[new TensorSpec(dtype, shape).ElementCount];
        for (int i = 0; i < values.Length; i++)
            values[i] = next();
        return Tensor.FromSingles(dtype, values, shape);
    }
}
