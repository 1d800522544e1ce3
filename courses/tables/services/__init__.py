"""Files of rows: `files` reads and writes them, `imports` says what each line would change and
applies it.
"""
