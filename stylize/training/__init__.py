"""Training a style: the plan, the loop, the commands; distilling one into a smaller network.

May import: training.results, training.steps, training.data, atelier, transfer, neural, checkpoints, styles.
"""
