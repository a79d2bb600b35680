"""What every network needs to paint: device, precision, palette, tiles. May import: styles."""
