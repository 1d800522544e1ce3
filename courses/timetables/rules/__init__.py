"""Weeks folded into hours, words matched, hours compared. Pure."""
