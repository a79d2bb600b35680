"""Each kind of change of shot, found while the frames go by: hard cuts, dissolves, wipes, fades, and blinks.

May import: shots.judging, shots.evidence, model.
"""
