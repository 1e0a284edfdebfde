namespace PluginIr.Fixtures.Faulty;

/// <summary>A type whose initializer throws, because that of a type which it needs does.</summary>
internal static class Unlicensed
{
    /// <summary>Throws when it is asked for.</summary>
    public static int Seats { get; } = Licence.Seats;

    private static class Licence
    {
        public static int Seats { get; } = Read();

        private static int Read() => throw new InvalidOperationException("there is no licence");
    }
}
