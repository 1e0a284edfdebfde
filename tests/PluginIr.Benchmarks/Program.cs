using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Running;
using PluginIr.Benchmarks.Detailed;

BenchmarkSwitcher.FromAssembly(typeof(OpBenchmarks).Assembly).Run(args, DefaultConfig.Instance.WithArtifactsPath(Folders.Results));
