"""AnimeGANv2: its generators and the looks made with them. May import: neural, checkpoints, styles."""
