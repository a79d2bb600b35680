"""What a training does step by step: networks, losses, phases.

May import: training.data, trained, transfer, animegan, neural, checkpoints, styles.
"""
