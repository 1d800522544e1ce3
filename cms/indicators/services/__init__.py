"""What happens when pages are counted, and weeks are closed."""
