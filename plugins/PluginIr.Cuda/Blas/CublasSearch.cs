using PluginIr.Cuda.Driver;

namespace PluginIr.Cuda.Blas;

/// <summary>What became of looking for cuBLAS.</summary>
/// <param name="Found">The library; null when there is none that can be used.</param>
/// <param name="Report">One sentence for operators: which it is, or where it was looked for and what was in the way.</param>
internal sealed record CublasSearch(Cublas? Found, string Report)
{
    /// <summary>Takes the first of some libraries that has all functions.</summary>
    /// <param name="installed">The libraries, each loaded when it is reached.</param>
    public static CublasSearch Of(IEnumerable<INativeLibrary> installed)
    {
        List<string> refused = [];
        foreach (INativeLibrary library in installed)
        {
            try
            {
                return new CublasSearch(new Cublas(library), Sentence($"cuBLAS is {library}", refused));
            }
            catch (EntryPointNotFoundException missing)
            {
                refused.Add(missing.Message);
            }
        }

        return new CublasSearch(null, Sentence($"no cuBLAS, so that linear is slow for more than eight rows: {CublasLibrary.Places}", refused));
    }

    private static string Sentence(string result, List<string> refused) => string.Join("; ", [result, .. refused]);
}
