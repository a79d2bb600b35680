"""Training a style: the plan, the loop, the command.

May import: training.results, training.steps, training.data, neural, checkpoints, styles.
"""
