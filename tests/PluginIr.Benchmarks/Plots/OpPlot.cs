using PluginIr.Cli.Benchmarks.Ops;
using ScottPlot;

namespace PluginIr.Benchmarks.Plots;

/// <summary>Draws results: how much faster than the best peer, and which part of what the machine can do.</summary>
internal static class OpPlot
{
    private const int Width = 1400, RowHeight = 18, Margin = 140;

    private static readonly string[] s_colors = ["#1f77b4", "#ff7f0e", "#2ca02c", "#9467bd"];

    /// <summary>Draws.</summary>
    /// <param name="results">The results; a row for each case, a colour for each number of threads.</param>
    /// <param name="file">The PNG file.</param>
    public static void Save(IReadOnlyList<OpResult> results, string file)
    {
        string[] cases = [.. results.Select(NameOf).Distinct()];
        var plots = new Multiplot();
        plots.AddPlots(2);
        plots.Layout = new ScottPlot.MultiplotLayouts.Columns();
        Plot ratio = plots.GetPlot(0), fraction = plots.GetPlot(1);
        Draw(ratio, results, cases, "the best peer's time / ours", r => Math.Log2(r.Ratio ?? 1));
        Draw(fraction, results, cases, "fraction of the machine's limit", r => r.LimitFraction);
        ratio.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericAutomatic
        {
            IntegerTicksOnly = true,
            LabelFormatter = exponent => $"{Math.Pow(2, exponent):0.##}",
        };
        ratio.Add.VerticalLine(0, 1, Colors.Black);
        fraction.Add.VerticalLine(1, 1, Colors.Black);
        fraction.Axes.SetLimitsX(0, Math.Max(1.1, results.Max(r => r.LimitFraction)));
        plots.SavePng(file, Width, Margin + (RowHeight * cases.Length));
    }

    private static void Draw(Plot plot, IReadOnlyList<OpResult> results, string[] cases, string title, Func<OpResult, double> value)
    {
        int color = 0;
        foreach (IGrouping<int, OpResult> threads in results.GroupBy(r => r.Threads))
        {
            double[] xs = [.. threads.Select(value)], ys = [.. threads.Select(r => (double)-Array.IndexOf(cases, NameOf(r)))];
            ScottPlot.Plottables.Scatter points = plot.Add.ScatterPoints(xs, ys, Color.FromHex(s_colors[color++ % s_colors.Length]));
            points.MarkerSize = 8;
            points.LegendText = threads.Key == 1 ? "1 thread" : $"{threads.Key} threads";
        }

        plot.Axes.Left.SetTicks([.. cases.Select((_, i) => (double)-i)], cases);
        plot.Axes.SetLimitsY(-cases.Length, 1);
        plot.Title(title, 14);
        plot.ShowLegend(Alignment.LowerRight);
    }

    private static string NameOf(OpResult result) =>
        OpCase.Describe(result.Op, result.DType, result.Rows, result.Hidden, result.Cold);
}
