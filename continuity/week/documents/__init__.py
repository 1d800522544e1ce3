"""A student's week in words: in the rows of its page, on sheets of paper, in a calendar program.

Whole sentences, in one language.
"""
