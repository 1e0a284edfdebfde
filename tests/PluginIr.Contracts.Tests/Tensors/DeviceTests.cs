namespace PluginIr.Contracts.Tests.Tensors;

public sealed class DeviceTests
{
    [Fact]
    public void A_device_kind_is_interned_by_name()
    {
        DeviceKind kind = DeviceKind.Get("test_device");
        Assert.Equal(kind, DeviceKind.Get("test_device"));
        Assert.NotEqual(kind, DeviceKind.Cpu);
        Assert.Equal("test_device", kind.Name);
        Assert.Equal(0, DeviceKind.Cpu.Index);
        Assert.Equal(DeviceKind.Cpu, default);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Cuda")]
    [InlineData("9gpu")]
    [InlineData("cuda:0")]
    [InlineData("cpu\n")]
    public void A_device_kind_has_a_plain_name(string name) => Assert.Throws<ArgumentException>(() => DeviceKind.Get(name));

    [Fact]
    public void The_ordinal_is_written_when_it_is_not_0()
    {
        DeviceKind kind = DeviceKind.Get("test_device");
        Assert.Equal("cpu", Device.Cpu.ToString());
        Assert.Equal("test_device", new Device(kind).ToString());
        Assert.Equal("test_device:2", new Device(kind, 2).ToString());
        Assert.NotEqual(new Device(kind), new Device(kind, 2));
        Assert.False(new Device(kind).IsCpu);
    }
}
