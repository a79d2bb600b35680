"""A page divided into panels: bands, tiers, slanted gutters, insets. May import: balloons, book."""
