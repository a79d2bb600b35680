"""Work of a batch in processes of their own, which damaged films may crash. May import: batch.folder, making, store."""
