"""People who ask a running shape for pages, and what that costs each of its parts.

uv run --extra production --group shape --group load python -m deploy.load FOLDER SCENARIO
"""
