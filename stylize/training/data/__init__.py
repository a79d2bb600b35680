"""What is asked of a training, and what a style is trained with: folders of pictures, pairs, targets.

May import: classical, styles.
"""
