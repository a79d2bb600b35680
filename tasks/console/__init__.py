"""What a terminal is told and asked, and how a command ends. May import: batch.folder."""
