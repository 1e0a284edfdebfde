using Xunit;

namespace PluginIr.Cuda.Tests.Simulation;

/// <summary>Tests that share the simulation, one after another.</summary>
[CollectionDefinition(nameof(SimulatedGpu))]
public sealed class SimulatedGpuCollection : ICollectionFixture<SimulatedGpu>;
