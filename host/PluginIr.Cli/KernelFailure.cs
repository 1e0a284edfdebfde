using PluginIr.Devices;

namespace PluginIr.Cli;

/// <summary>A kernel threw while a command called it.</summary>
internal static class KernelFailure
{
    /// <summary>
    /// Which kernel threw what and where, on one line; null for what no kernel threw, as far as dispatch has noted it in the exception's data.
    /// </summary>
    /// <param name="failure">What ended the command.</param>
    public static string? Explain(Exception failure)
    {
        for (Exception? thrown = failure; thrown is not null; thrown = thrown.InnerException)
        {
            // That its device is full is no kernel's fault.
            if (thrown.Data["PluginIr.Op"] is string op && thrown is not DeviceException { IsOutOfMemory: true })
                return Explain(thrown, op, (string)thrown.Data["PluginIr.Provider"]!);
        }

        return null;
    }

    private static string Explain(Exception thrown, string op, string provider)
    {
        string place = thrown.Data["PluginIr.Place"] is string inside ? $" (at {inside})" : "";
        string remedy = provider == "native" ? "" : $" Mend the kernel, or have another one serve: --priority {op}=native.";
        return $"{op} by provider '{provider}' of {thrown.Data["PluginIr.Generation"]} threw " +
               $"{thrown.GetType().Name}: {thrown.Message.ReplaceLineEndings(" ").TrimEnd().TrimEnd('.')}{place}.{remedy}";
    }
}
