using System.Runtime.InteropServices;
using PluginIr.Compiler.Graphs;
using PluginIr.Compiler.Lowering;
using PluginIr.Compiler.Tests.Support;
using PluginIr.Compiler.Text;
using PluginIr.Runtime;
using PluginIr.Runtime.Observing;
using Xunit;

namespace PluginIr.Compiler.Tests.Execution;

public sealed class GraphSessionTests
{
    private const string Block = """
        graph @block(%x: f32[T,16], %r: f32[T,16] donated, %w: f32[16], %up: f32[32,16], %down: f32[16,16]) where T in 1..64 {
          %n, %s = fused_add_rms_norm(%x, %r, %w, epsilon=1e-05)
          %u = linear(%n, %up)
          %h = silu_and_mul(%u)
          %d = linear(%h, %down)
          %y, %t = fused_add_rms_norm(%d, %s, %w, epsilon=1e-05)
          %heads = reshape(%y, shape="[T,2,8]")
          %last = last_rows(%heads, count=1)
          return %last, %t
        }
        """;

    private const string OfManyTokens = "graph @many(%x: f32[T,4]) where T in 1..8192 {{\n  %y = {0}(%x, epsilon=1)\n  return %y\n}}";

    [Theory]
    [InlineData("only")]
    [InlineData("may")]
    [InlineData("native")]
    public void A_run_at_a_size_that_was_run_before_allocates_nothing(string provider)
    {
        using GraphSession session = Compile(provider == "native" ? TestRuntime.Native : TestRuntime.With(provider)).CreateSession();
        Tensor[][] inputs = [Inputs(1), Inputs(8), Inputs(64)];

        // The second time round: a larger size makes a larger arena, in which the smaller ones are laid out anew.
        foreach (Tensor[] set in (Tensor[][])[.. inputs, .. inputs])
            Run(session, set);
        long arena = session.ArenaBytes, before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            Run(session, inputs[i % 3]);
        Assert.Equal((0, arena), (GC.GetAllocatedBytesForCurrentThread() - before, session.ArenaBytes));
    }

    [Fact]
    public void An_arena_is_as_large_as_the_largest_size_that_was_run_needs_and_passes_on_to_the_next_session()
    {
        CompiledGraph compiled = Compile(TestRuntime.Native);
        long small, large;
        using (GraphSession session = compiled.CreateSession())
        {
            Run(session, Inputs(2));
            small = session.ArenaBytes;
            Run(session, Inputs(64));
            large = session.ArenaBytes;
            Run(session, Inputs(2));
            Assert.Equal(large, session.ArenaBytes);
        }

        Assert.InRange(small, 1, large / 16);
        using GraphSession next = compiled.CreateSession();
        Assert.Equal(large, next.ArenaBytes);
    }

    [Fact]
    public void Sessions_that_share_an_arena_run_in_turn_and_notice_when_it_was_replaced()
    {
        CompiledGraph compiled = Compile(TestRuntime.Native);
        using GraphSession first = compiled.CreateSession(), second = compiled.CreateSession(first);
        foreach (long tokens in (long[])[1, 9, 2, 30])
        {
            Run(first, Inputs(2));
            float[] expected = first.Output(1).ToSingles();
            Run(second, Inputs(tokens));
            Run(first, Inputs(2));
            Assert.Equal(expected, first.Output(1).ToSingles());
            Assert.Equal(first.ArenaBytes, second.ArenaBytes);
        }
    }

    [Fact]
    public void A_kernel_that_declines_a_size_at_which_it_was_not_asked_is_passed_over_when_a_run_has_that_size()
    {
        IrRuntime runtime = TestRuntime.With("but_one");
        CompiledGraph compiled = GraphCompiler.Compile(runtime, GraphParser.Parse(runtime, string.Format(null, OfManyTokens, "rms_norm")));
        using GraphSession session = compiled.CreateSession(), other = compiled.CreateSession();
        Assert.Equal("but_one", Assert.Single(compiled.Report.Selections).Provider);
        Assert.Equal(1, FirstOf(session, 1000));

        Assert.Equal(0, FirstOf(session, ButOneKernels.Declined));
        Selection passedOver = Assert.Single(compiled.Report.Selections);
        Assert.Equal("native", passedOver.Provider);
        Assert.Contains($"declines T = {ButOneKernels.Declined}", passedOver.SizeDependent.Single().Reason, StringComparison.Ordinal);
        Assert.Equal((0, 0), (FirstOf(session, 1000), FirstOf(other, ButOneKernels.Declined)));
        Assert.Equal(2, compiled.Lowerings);

        // It is remembered for whatever is lowered against next.
        runtime.Replace("tests", TestRuntime.GenerationOf(2, "but_one"));
        Assert.Equal(0, FirstOf(session, ButOneKernels.Declined));
        Assert.Equal(3, compiled.Lowerings);
    }

    [Fact]
    public void A_run_at_a_size_that_no_kernel_takes_is_refused_and_others_go_on()
    {
        IrRuntime runtime = TestRuntime.With("but_one");
        CompiledGraph compiled = GraphCompiler.Compile(runtime, GraphParser.Parse(runtime, string.Format(null, OfManyTokens, "rms_norm[but_one]")));
        using GraphSession session = compiled.CreateSession();
        GraphException refused = Assert.Throws<GraphException>(() => FirstOf(session, ButOneKernels.Declined));
        Assert.Contains($"declines T = {ButOneKernels.Declined}", refused.Problem, StringComparison.Ordinal);
        Assert.Equal(1, FirstOf(session, 1000));
        runtime.Replace("tests", TestRuntime.GenerationOf(2, "but_one"));
        Assert.Equal(1, FirstOf(session, 1000));
    }

    [Fact]
    public void A_session_beside_one_that_was_disposed_is_refused()
    {
        CompiledGraph compiled = Compile(TestRuntime.Native);
        GraphSession disposed = compiled.CreateSession();
        disposed.Dispose();
        Assert.Throws<ObjectDisposedException>(() => compiled.CreateSession(disposed));
    }

    [Fact]
    public void Outputs_have_the_runs_size()
    {
        using GraphSession session = Compile(TestRuntime.Native).CreateSession();
        Run(session, Inputs(5));
        Assert.Equal(("f32[1,2,8]", "f32[5,16]"), (session.Output(0).ToString(), session.Output(1).ToString()));
    }

    [Theory]
    [InlineData(DType.BFloat16, new long[] { 3, 16 })]
    [InlineData(DType.Float32, new long[] { 16 })]
    public void A_tensor_of_another_dtype_or_rank_is_refused_when_it_is_bound(DType dtype, long[] shape)
    {
        using GraphSession session = Compile(TestRuntime.Native).CreateSession();
        ArgumentException refused = Assert.Throws<ArgumentException>(() => session.Bind("x", Tensor.Zeros(dtype, shape)));
        Assert.Contains("The input %x of block must be f32[T,16]; found", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_strided_or_unaligned_tensor_is_refused_when_it_is_bound()
    {
        using GraphSession session = Compile(TestRuntime.Native).CreateSession();
        Tensor wide = Tensor.Zeros(DType.Float32, 4, 32);
        Assert.Contains("must be contiguous", Assert.Throws<ArgumentException>(() => session.Bind("x", wide.Slice(1, 0, 16))).Message, StringComparison.Ordinal);
        Tensor shifted = Tensor.Zeros(DType.Float32, 17).Slice(0, 1, 16);
        Assert.Contains("multiple of 64 bytes", Assert.Throws<ArgumentException>(() => session.Bind("w", shifted)).Message, StringComparison.Ordinal);
        Assert.Contains("has no input %z; it has %x", Assert.Throws<ArgumentException>(() => session.Bind("z", wide)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3, 4, "%r of block must be f32[T,16] with T = 3; found f32[4,16]")]
    [InlineData(65, 65, "runs at T in 1..64; the inputs have T = 65")]
    [InlineData(0, 0, "runs at T in 1..64; the inputs have T = 0")]
    public void Sizes_that_do_not_go_together_or_are_out_of_range_are_refused(long x, long r, string problem)
    {
        using GraphSession session = Compile(TestRuntime.Native).CreateSession();
        Tensor[] inputs = Inputs(2);
        inputs[0] = Tensor.Zeros(DType.Float32, x, 16);
        inputs[1] = Tensor.Zeros(DType.Float32, r, 16);
        Assert.Contains(problem, Assert.Throws<ArgumentException>(() => Run(session, inputs)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_bound_or_is_disposed_or_has_not_run_is_an_error_that_says_so()
    {
        using GraphSession session = Compile(TestRuntime.Native).CreateSession();
        Assert.Contains("%x of block is not bound", Assert.Throws<InvalidOperationException>(session.Run).Message, StringComparison.Ordinal);
        Assert.Contains("has not run", Assert.Throws<InvalidOperationException>(() => session.Output(0)).Message, StringComparison.Ordinal);
        Tensor[] inputs = Inputs(2);
        Run(session, inputs);
        inputs[2].Dispose();
        Assert.Contains("bound to %w was disposed", Assert.Throws<ObjectDisposedException>(session.Run).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_input_that_was_disposed_after_another_one_was_bound_is_freed_though_a_size_that_ran_with_it_is_kept()
    {
        const string Views = "graph @g(%x: f32[T,16]) where T in 1..64 {\n  %v = reshape(%x, shape=\"[T,2,8]\")\n  %y = gelu_new(%v)\n  return %y\n}";
        using GraphSession session = GraphCompiler.Compile(TestRuntime.Native, Compiling.Parse(Views)).CreateSession();
        var owner = new FreeingOwner();
        for (int rows = 1; rows <= 3; rows++)
        {
            var x = new Tensor(new TensorSpec(DType.Float32, rows, 16), owner.Take(rows * 64));
            session.Bind("x", x);
            session.Run();
            session.Bind("x", Tensor.Zeros(DType.Float32, 4, 16));
            x.Dispose();
            Assert.Equal(rows, owner.Freed);
        }
    }

    [Fact]
    public void A_disposed_session_does_not_run_and_gives_its_arena_back_once()
    {
        CompiledGraph compiled = Compile(TestRuntime.Native);
        GraphSession session = compiled.CreateSession();
        Run(session, Inputs(2));
        session.Dispose();
        session.Dispose();
        Assert.Throws<ObjectDisposedException>(session.Run);
        Assert.Throws<InvalidOperationException>(() => session.Output(0));
        using GraphSession next = compiled.CreateSession(), other = compiled.CreateSession();
        Run(next, Inputs(2));
        Run(other, Inputs(2));
        Assert.False(next.Output(1).Overlaps(other.Output(1)) || next.Output(0).Overlaps(other.Output(0)));
    }

    [Fact]
    public void A_donated_input_that_shares_memory_with_another_is_refused_every_time()
    {
        using GraphSession session = Compile(TestRuntime.Native).CreateSession();
        Tensor[] inputs = Inputs(2);
        inputs[1] = inputs[0];
        for (int i = 0; i < 2; i++)
            Assert.Contains("%r of block is donated and shares memory with %x", Assert.Throws<ArgumentException>(() => Run(session, inputs)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_output_of_the_session_is_refused_as_its_input()
    {
        CompiledGraph compiled = GraphCompiler.Compile(TestRuntime.Native, Compiling.Parse("graph @g(%x: f32[4]) {\n  %y = add(%x, %x)\n  return %y\n}"));
        using GraphSession session = compiled.CreateSession();
        session.Bind("x", Tensor.Zeros(DType.Float32, 4));
        session.Run();
        session.Bind("x", session.Output(0));
        Assert.Contains("lies in the session's own memory", Assert.Throws<ArgumentException>(session.Run).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_observer_sees_every_kernel_call_of_a_run()
    {
        IrRuntime runtime = TestRuntime.With("may");
        using GraphSession session = Compile(runtime).CreateSession();
        var counter = new CallCounter();
        runtime.Observer = counter;
        Run(session, Inputs(3));
        runtime.Observer = null;
        Assert.Equal(
            [("fused_add_rms_norm", "may", 2L), ("linear", "native", 2L), ("silu_and_mul", "native", 1L)],
            counter.CountsByGeneration.Select(c => (c.Op, c.Provider, c.Calls)).Order());
    }

    private static CompiledGraph Compile(IrRuntime runtime) => GraphCompiler.Compile(runtime, GraphParser.Parse(runtime, Block));

    // Of OfManyTokens' output for zeros.
    private static float FirstOf(GraphSession session, long tokens)
    {
        using Tensor x = Tensor.Zeros(DType.Float32, tokens, 4);
        session.Bind(0, x);
        session.Run();
        return session.Output(0).AsSpan<float>()[0];
    }

    private static Tensor[] Inputs(long tokens) =>
        [Ones(tokens, 16), Tensor.Zeros(DType.Float32, tokens, 16), Ones(16), Tensor.Zeros(DType.Float32, 32, 16), Tensor.Zeros(DType.Float32, 16, 16)];

    private static Tensor Ones(params ReadOnlySpan<long> shape)
    {
        Tensor tensor = Tensor.Empty(DType.Float32, shape);
        tensor.AsSpan<float>().Fill(1);
        return tensor;
    }

    private static void Run(GraphSession session, Tensor[] inputs)
    {
        for (int i = 0; i < inputs.Length; i++)
            session.Bind(i, inputs[i]);
        session.Run();
    }

    private sealed unsafe class FreeingOwner : BufferOwner
    {
        public int Freed { get; private set; }

        public TensorBuffer Take(int bytes)
        {
            void* memory = NativeMemory.AlignedAlloc((nuint)bytes, TensorBuffer.Alignment);
            new Span<byte>(memory, bytes).Clear();
            return new TensorBuffer(Device.Cpu, (nint)memory, (nuint)bytes, this);
        }

        public override void Free(Device device, nint address, nuint byteCount)
        {
            NativeMemory.AlignedFree((void*)address);
            Freed++;
        }
    }
}
