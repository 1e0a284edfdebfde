using PluginIr.Contracts.Generators.Tests.Driving;
using PluginIr.Registration;
using Xunit;

namespace PluginIr.Contracts.Generators.Tests;

/// <summary>A class marked as a device runtime is registered with its plugin; what is wrong with it is an error of the build.</summary>
public sealed class DeviceRuntimeTests
{
    private const string Source = """
        using System;
        using System.Collections.Generic;
        using PluginIr;
        using PluginIr.Devices;

        namespace Fixture;

        [DeviceRuntime("drum", Supported = nameof(Probe))]
        internal sealed class Drum : DeviceRuntime
        {
            public static int Disposed;

            internal static Support Probe() => Support.Yes;

            public override IReadOnlyList<DeviceDescription> Devices => [new DeviceDescription("Drum", "d1", 64)];
            public override nint Start(int device, nint computeStream) => 1;
            public override nint Allocate(int device, nuint bytes) => 256;
            public override void Free(int device, nint address, nuint bytes) { }
            public override void CopyToDevice(int device, nint target, nint source, nuint bytes, nint stream = 0) { }
            public override void CopyToHost(int device, nint target, nint source, nuint bytes, nint stream = 0) { }
            public override void CopyOnDevice(int device, nint target, nint source, nuint bytes, nint stream = 0) { }
            public override void Fill(int device, nint target, byte value, nuint bytes, nint stream = 0) { }
            public override void Synchronize(int device) { }
            public override DeviceMemory MemoryOf(int device) => default;
            public override void ResetPeak(int device) { }
            public override nint CreateStream(int device) => 2;
            public override void DestroyStream(int device, nint stream) { }
            public override void SynchronizeStream(int device, nint stream = 0) { }
            public override nint CreateEvent(int device, bool isTimed = false) => 3;
            public override void DestroyEvent(int device, nint @event) { }
            public override void RecordEvent(int device, nint @event, nint stream = 0) { }
            public override void WaitForEvent(int device, nint @event, nint stream = 0) { }
            public override void SynchronizeEvent(int device, nint @event) { }
            public override float ElapsedMilliseconds(int device, nint start, nint end) => 0;
            public override void Dispose() { Disposed++; base.Dispose(); }
        }
        """;

    private static readonly RuleCheck s_runtime = new(Source);

    [Fact]
    public void A_runtime_is_registered_with_its_kind_and_disposed_with_its_plugin()
    {
        System.Reflection.Assembly assembly = GeneratorRun.Over(Source).Compiles().Load();
        DeviceRuntimeDescriptor runtime = Assert.Single(CollectingRegistrar.Of(assembly).DeviceRuntimes);
        Assert.Equal(DeviceKind.Get("drum"), runtime.Kind);
        Assert.True(runtime.Support.IsSupported);
        Assert.Equal("Drum", runtime.Runtime!.Devices[0].Name);
        Assert.False(runtime.Runtime.CanCapture);
        Assert.Contains("CanCapture", Assert.Throws<NotSupportedException>(() => runtime.Runtime.BeginCapture(0, 2)).Message);
        Assert.Equal(1, assembly.GetType("Fixture.Drum")!.GetField("Disposed")!.GetValue(null));
    }

    [Fact]
    public void A_runtime_that_is_not_supported_here_is_not_made_and_says_why()
    {
        string source = Source.Replace("Support Probe() => Support.Yes", "Support Probe() => Support.No(\"no drum\")");
        DeviceRuntimeDescriptor runtime = Assert.Single(CollectingRegistrar.Of(GeneratorRun.Over(source).Compiles().Load()).DeviceRuntimes);
        Assert.Equal("no drum", runtime.Support.Reason);
        Assert.Null(runtime.Runtime);
    }

    [Fact]
    public void A_runtime_and_its_method_may_be_named_like_keywords() =>
        GeneratorRun.Over(Source.Replace("Probe", "@is").Replace("class Drum", "class @lock")).Compiles();

    [Fact]
    public void PIR002_a_kind_is_lower_case() => s_runtime.Reports("PIR002", "\"drum\"", "\"Drum\"", "device kind", "'Drum'");

    [Theory]
    [InlineData("sealed class Drum", "abstract class Drum", "abstract")]
    [InlineData("sealed class Drum : DeviceRuntime", "sealed record Drum", "not derived from it")]
    [InlineData("public static int Disposed;", "private Drum() { }", "without such a constructor")]
    [InlineData("public static int Disposed;", "public Drum(int size) { }", "without such a constructor")]
    public void PIR027_a_runtime_can_be_made_by_the_plugin(string original, string replacement, string saying) =>
        s_runtime.Reports("PIR027", original, replacement, "'Drum'", saying);

    [Fact]
    public void PIR028_the_hosts_own_memory_needs_no_runtime() => s_runtime.Reports("PIR028", "\"drum\"", "\"cpu\"", "'Drum'", "rename");

    [Theory]
    [InlineData("internal static Support Probe", "private static Support Probe")]
    [InlineData("Support Probe()", "Support Probe(int device)")]
    [InlineData("internal static Support Probe()", "internal Support Probe()")]
    public void PIR029_a_runtime_says_whether_its_devices_are_here(string original, string replacement) =>
        s_runtime.Reports("PIR029", original, replacement, "'drum'", "static Support Probe()");
}
