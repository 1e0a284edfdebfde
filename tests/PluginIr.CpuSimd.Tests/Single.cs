namespace PluginIr.CpuSimd.Tests;
