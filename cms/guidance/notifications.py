"""Letters to those who write and keep pages. Each is written when it is sent, in its reader's language."""
