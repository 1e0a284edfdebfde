namespace PluginIr.Runtime.Tests.Workers;

/// <summary>A body that does as a test says.</summary>
internal readonly struct ScriptedBody(Action<KernelContext, nint> script) : IParallelBody
{
    public void Run(KernelContext context, nint first, nint end)
    {
        for (nint i = first; i < end; i++)
            script(context, i);
    }
}
