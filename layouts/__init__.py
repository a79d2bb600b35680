"""Panels and words to pages to editions: pacing, tiers, balloons, PDF."""
