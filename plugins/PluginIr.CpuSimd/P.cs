namespace PluginIr.CpuSimd; internal static class Placeholder;
