namespace PluginIr.Cuda.Gpu;

/// <summary>One lane's part of a tile of 16 outputs by 8 rows, float32, as the instruction <c>mma.m16n8k16</c> divides it among a warp.</summary>
/// <remarks>Lane 4·g + t has output g of rows 2·t and 2·t + 1, and output g + 8 of the same.</remarks>
internal struct Tile
{
    public float A, B, C, D;
}
