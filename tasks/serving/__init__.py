"""Servers, pools of workers, and runs that died. May import: console, serving.rules."""
