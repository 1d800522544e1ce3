"""Letters to those who write and keep pages, by noun. Each is written when it is sent, in its
reader's language; the outbox finds it by its key (`courses.mail.registry`).
"""
