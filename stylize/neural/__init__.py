"""What every network needs to paint: device, precision, palette, tiles, its engine on a CPU. May import: styles."""
