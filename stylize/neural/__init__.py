"""What every network needs to paint: device, precision, palette, tiles, the engine without torch. May import: styles."""
