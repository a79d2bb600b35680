"""Files of weights, read into networks and written: tensors only. May import: nothing of the room."""
