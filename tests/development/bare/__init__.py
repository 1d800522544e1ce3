"""The bare page: what a plain Django page of a week costs here.

The floor that every measure is held against.
"""
