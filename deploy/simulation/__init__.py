"""How many machines a region needs, from CPU seconds that were measured."""
