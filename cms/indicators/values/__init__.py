"""Numbers of closed weeks, and the words of measures, apart from models."""
