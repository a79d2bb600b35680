"""What the server itself does: crashes runs that died, tells that a comic is done. May import: nothing of the room."""
