using Microsoft.Extensions.Hosting;

namespace PluginIr.Hosting.Tests.Support;

/// <summary>A service of the application that does not start.</summary>
/// <param name="start">What it does before it fails.</param>
internal sealed class FailingService(Action start) : IHostedService
{
    public const string Reason = "this service never starts";

    public Task StartAsync(CancellationToken cancellationToken)
    {
        start();
        throw new InvalidOperationException(Reason);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
