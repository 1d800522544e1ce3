"""Django app of the commands `bench` and `pictures`.

In the settings of development, demo and tests only.
"""
