"""What a training leaves: weights, card, curves, samples.

May import: training.steps, training.data, checkpoints, styles.
"""
