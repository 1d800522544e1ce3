"""Counting page views, closing days and weeks."""
