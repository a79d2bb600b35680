"""What a batch is asked for: its inputs, lists of films, each film's own recipe. May import: batch.folder, store."""
