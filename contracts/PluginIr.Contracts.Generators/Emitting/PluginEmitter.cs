using System.Collections.Generic;
using System.Linq;
using PluginIr.Generators.Model;
using PluginIr.Generators.Naming;

namespace PluginIr.Generators.Emitting;

/// <summary>Writes an assembly's entry point, and the attributes by which hosts find it and other compilations find its ops.</summary>
internal static class PluginEmitter
{
    public static string Emit(PluginModel plugin)
    {
        string name = new string([.. plugin.AssemblyName.Select(c => char.IsLetterOrDigit(c) ? c : '_')]) + "Plugin";
        if (char.IsDigit(name[0]))
            name = "_" + name;
        List<IGrouping<string, ProviderModel>> providers = [.. plugin.Providers.GroupBy(p => p.Name)];

        var code = new CodeWriter();
        foreach (OpModel op in plugin.Ops)
            code.Line($"[assembly: global::PluginIr.Registration.DeclaredOp({Literals.Text(op.Schema)}, allowInplace: {Literals.Bool(op.AllowInplace)})]");
        code.Line($"[assembly: global::PluginIr.Registration.KernelPlugin(typeof(global::PluginIr.Generated.{name}))]");
        code.Line();
        code.Line("namespace PluginIr.Generated;");
        code.Line();
        code.Line($"/// <summary>Registers what {XmlText.Escape(plugin.AssemblyName)} declares and implements.</summary>");
        code.Open($"public sealed class {name} : global::PluginIr.Registration.KernelPlugin");
        WriteRuntimeFields(plugin.DeviceRuntimes, code);
        WriteRegister(plugin, providers, code);
        WriteCompileEntries([.. plugin.Providers.Where(p => p.Kernels.Count > 0)], code);
        WriteSupport(providers, code);
        WriteDispose([.. Disposals(plugin)], code);
        code.Close();
        return code.ToString();
    }

    private static void WriteRegister(PluginModel plugin, List<IGrouping<string, ProviderModel>> providers, CodeWriter code)
    {
        code.Line("/// <inheritdoc/>");
        code.Open("public override void Register(global::PluginIr.Registration.IKernelRegistrar registrar)");
        foreach (OpModel op in plugin.Ops)
            code.Line($"registrar.AddOp({op.Class.GlobalName}.{OpEmitter.Descriptor}());");
        foreach (FusionModel fusion in plugin.Fusions)
        {
            string name = fusion.Class.GlobalName;
            code.Line(
                $"registrar.AddFusion(new global::PluginIr.Registration.FusionDescriptor({Literals.Text(fusion.Name)}, {name}.Pattern, {name}.Replacement));");
        }

        // Runtimes come first: providers may ask them whether a device is here.
        foreach (DeviceRuntimeModel runtime in plugin.DeviceRuntimes)
            WriteRuntime(runtime, code);
        foreach (IGrouping<string, ProviderModel> provider in providers)
        {
            code.Open("registrar.AddProvider(new global::PluginIr.Registration.ProviderDescriptor");
            code.Line($"Name = {Literals.Text(provider.Key)},");
            code.Line($"Device = global::PluginIr.DeviceKind.Get({Literals.Text(provider.First().Device)}),");
            code.Line($"Support = {SupportMethod(provider.Key)}(),");
            code.Close(");");
        }

        foreach (ProviderModel provider in plugin.Providers)
            code.Line($"{provider.Class.GlobalName}.{ProviderEmitter.Register}(registrar);");
        code.Close();
    }

    private static void WriteCompileEntries(List<ProviderModel> providers, CodeWriter code)
    {
        if (providers.Count == 0)
            return;
        code.Line();
        code.Line("/// <inheritdoc/>");
        code.Open("public override void CompileEntries()");
        foreach (ProviderModel provider in providers)
            code.Line($"Compile({provider.Class.GlobalName}.{ProviderEmitter.Entries}());");
        code.Close();
    }

    // A provider can be used when none of its classes refuses. The first refusal is the one to show.
    private static void WriteSupport(List<IGrouping<string, ProviderModel>> providers, CodeWriter code)
    {
        foreach (IGrouping<string, ProviderModel> provider in providers)
        {
            code.Line();
            code.Open($"private static global::PluginIr.Support {SupportMethod(provider.Key)}()");
            code.Line("global::PluginIr.Support support = global::PluginIr.Support.Yes;");
            foreach (ProviderModel part in provider.Where(p => p.Supported is not null))
                code.Continued("if (support.IsSupported)", $"support = {part.Class.GlobalName}.{ProviderEmitter.SupportBridge}();");
            code.Line("return support;");
            code.Close();
        }
    }

    // What is the plugin's to dispose.
    private static void WriteRuntimeFields(EquatableArray<DeviceRuntimeModel> runtimes, CodeWriter code)
    {
        foreach (DeviceRuntimeModel runtime in runtimes)
            code.Line($"private {runtime.Class.GlobalName}? {RuntimeField(runtime)};");
        if (runtimes.Count > 0)
            code.Line();
    }

    private static void WriteRuntime(DeviceRuntimeModel runtime, CodeWriter code)
    {
        string support = "support_" + runtime.Kind;
        string value = runtime.Supported is null ? "global::PluginIr.Support.Yes" : $"{runtime.Class.GlobalName}.{Identifiers.Escape(runtime.Supported)}()";
        code.Line($"global::PluginIr.Support {support} = {value};");
        code.Continued($"if ({support}.IsSupported)", $"{RuntimeField(runtime)} = new {runtime.Class.GlobalName}();");
        code.Open("registrar.AddDeviceRuntime(new global::PluginIr.Registration.DeviceRuntimeDescriptor");
        code.Line($"Kind = global::PluginIr.DeviceKind.Get({Literals.Text(runtime.Kind)}),");
        code.Line($"Support = {support},");
        code.Line($"Runtime = {RuntimeField(runtime)},");
        code.Close(");");
    }

    // Kernels' resources lie on devices, so they go before the devices' runtimes.
    private static IEnumerable<string> Disposals(PluginModel plugin) =>
        plugin.Providers.Where(p => p.Dispose is not null).Select(p => $"{p.Class.GlobalName}.{ProviderEmitter.DisposeBridge}();")
            .Concat(plugin.DeviceRuntimes.Select(r => $"{RuntimeField(r)}?.Dispose();"));

    // One method that throws must not keep the others' resources from being freed.
    private static void WriteDispose(List<string> disposals, CodeWriter code)
    {
        if (disposals.Count == 0)
            return;
        code.Line();
        code.Line("/// <inheritdoc/>");
        code.Open("public override void Dispose()");
        foreach (string disposal in disposals)
        {
            code.Open("try");
            code.Line(disposal);
            code.Close();
            code.Open("finally");
        }

        code.Line("base.Dispose();");
        foreach (string _ in disposals)
            code.Close();
        code.Close();
    }

    private static string RuntimeField(DeviceRuntimeModel runtime) => "_runtime_" + runtime.Kind;

    private static string SupportMethod(string provider) => "SupportOf_" + provider;
}
