"""Django app of what developers run: `bench`, `plans`, `grow`, `mutants`, `pictures`.

In the settings of development, demo and tests only. `deploy/load` measures with it, too.
"""
