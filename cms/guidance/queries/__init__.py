"""Queries for lists and pages of guidance, each in a known number of SQL queries."""
