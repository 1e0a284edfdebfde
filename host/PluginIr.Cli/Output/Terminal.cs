using System.Globalization;
using Spectre.Console;

namespace PluginIr.Cli.Output;

/// <summary>Writes tables and text for people. In a pipe lines are not broken, so that tools see whole rows.</summary>
internal static class Terminal
{
    private const int WidthInPipes = 500;

    /// <summary>A table with these columns.</summary>
    public static Table Table(params string[] columns)
    {
        Table table = new Table().Border(TableBorder.Simple);
        foreach (string column in columns)
            table.AddColumn(new TableColumn(Markup.Escape(column)).NoWrap());
        return table;
    }

    /// <summary>Adds a row of plain text.</summary>
    public static void Row(this Table table, params string[] cells) => table.AddRow([.. cells.Select(c => new Text(c))]);

    /// <summary>Writes a table.</summary>
    public static void Write(Table table)
    {
        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = WidthInPipes;
        AnsiConsole.Write(table);
    }

    /// <summary>A number with so many decimals, the same everywhere.</summary>
    public static string Number(double value, int decimals) => value.ToString($"F{decimals}", CultureInfo.InvariantCulture);
}
