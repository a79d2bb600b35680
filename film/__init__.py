"""Reading films: probe, decode, shots, keyframes, faces, dialogue."""
