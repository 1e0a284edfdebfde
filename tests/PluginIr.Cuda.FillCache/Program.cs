using PluginIr.Cuda.Compiling;
using PluginIr.Cuda.Launching;

// Arguments: the targets, sm_80 and sm_90 if none is named. The folder is the one that the plugin itself would use.
PtxTarget[] known = [PtxTarget.Sm80, PtxTarget.Sm90];
PtxTarget[] targets = args.Length == 0 ? known : [.. known.Where(target => args.Contains(target.ToString()))];
if (targets.Length != Math.Max(args.Length, 1) && args.Length != 0)
{
    Console.Error.WriteLine($"The targets are {string.Join(" and ", known)}; found {string.Join(' ', args)}.");
    return 2;
}

var cache = PtxCache.Default();
using var source = new PtxSource(cache);
GpuKernel[] kernels = [.. KernelCatalog.All];
foreach (PtxTarget target in targets)
{
    GpuKernel? missing = null;
    Parallel.ForEach(kernels, (kernel, loop) =>
    {
        source.Get(kernel, target);
        if (cache.Find(kernel, target) is not null)
            return;
        missing = kernel;
        loop.Stop();
    });
    if (missing is null)
        continue;
    Console.Error.WriteLine(
        $"{missing} for {target} was compiled and is not in {cache.Folder}: {source.StoreProblem ?? "what was stored cannot be read"} " +
        $"See whether the folder can be written and has room, or name another in {PtxCache.Variable}.");
    return 1;
}

Console.WriteLine($"{kernels.Length} kernels for {string.Join(" and ", targets)} in {cache.Folder}; {source.CompiledCount} were compiled, the others were there.");
return 0;
