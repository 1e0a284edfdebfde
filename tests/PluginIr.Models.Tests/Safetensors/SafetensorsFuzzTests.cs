using System.Text;
using PluginIr.Models.Safetensors;
using PluginIr.Models.Tests.Support;
using Xunit;

namespace PluginIr.Models.Tests.Safetensors;

public sealed class SafetensorsFuzzTests : IDisposable
{
    private static readonly byte[][] s_tokens =
    [
        .. new[] { "{", "}", "[", "]", ",", ":", "\"", "-1", "0", "9223372036854775807", "18446744073709551616", "1e9", "null", "F64", "\\ud800" }
            .Select(Encoding.UTF8.GetBytes),
        [0xFF], [0xC3],
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_truncation_is_refused()
    {
        byte[] whole = WellFormed();
        for (int length = 0; length < whole.Length; length++)
            Assert.Throws<SafetensorsException>(() => ReadAll(whole[..length]));
        Assert.Equal(3, ReadAll(whole));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_damaged_file_either_reads_within_its_bounds_or_is_refused(int seed)
    {
        var random = new Random(seed);
        byte[] whole = WellFormed();
        int refused = 0, read = 0;
        for (int round = 0; round < 700; round++)
        {
            byte[] damaged = Damage(whole, random);
            try
            {
                ReadAll(damaged);
                read++;
            }
            catch (SafetensorsException)
            {
                refused++;
            }
        }

        // Both outcomes must have been seen, or the damage is not what this test thinks it is.
        Assert.True(refused > 100 && read > 5, $"{refused} refused, {read} read");
    }

    private static byte[] Damage(byte[] whole, Random random)
    {
        var bytes = new List<byte>(whole);
        for (int change = random.Next(1, 4); change > 0; change--)
        {
            int at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0: bytes[at] = (byte)random.Next(256); break;
                case 1: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 2: bytes.RemoveAt(at); break;
                case 3: bytes.InsertRange(at, s_tokens[random.Next(s_tokens.Length)]); break;
                default: bytes[random.Next(8)] = (byte)random.Next(256); break;
            }
        }

        return [.. bytes];
    }

    // Reads every byte of every tensor, so that an entry that reached past the file would end the process.
    private int ReadAll(byte[] content)
    {
        string path = _folder.File("fuzz.safetensors");
        File.WriteAllBytes(path, content);
        using SafetensorsFile file = SafetensorsFile.Open(path);
        foreach (string name in file.Entries.Keys)
        {
            using Tensor tensor = file.Get(name);
            _ = tensor.ToSingles();
        }

        return file.Entries.Count;
    }

    private byte[] WellFormed()
    {
        string path = _folder.File("whole.safetensors");
        using Tensor a = Tensor.From<float>([1f, 2f, 3f], 3), b = Tensor.From<long>([1, 2], 2, 1), c = Tensor.FromSingles(DType.BFloat16, [1f], 1);
        SafetensorsWriter.Write(path, [("a", a), ("b.weight", b), ("c", c)]);
        return File.ReadAllBytes(path);
    }
}
