"""Indicators: page views counted without tracking, frozen definitions, closed weeks."""
