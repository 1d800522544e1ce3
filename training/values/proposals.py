"""Dates that a provider proposes."""

MOST_PROPOSALS = 20  # of one provider, that wait for an answer
MOST_PROPOSED_DATES = 20  # in one proposal
