"""Names of files that stand where a description belongs."""

import re
from pathlib import PurePath

from django.utils.text import slugify

NAME_OF_A_FILE = re.compile(
    r"\.(?:avif|bmp|gif|heic|jpe?g|pdf|png|svg|tiff?|webp)$|^(?:img|dscn?|image|photo|capture|screenshot|scan)?[\s_-]*\d+$|_",
    re.I,
)
A_RANDOM_ENDING = re.compile(
    r"_[A-Za-z0-9]{7}$"
)  # Django puts it behind the name of a file that is taken


def is_name_of_file(words: str, file: str) -> bool:
    """Is this what the file is called, or what a camera calls its files?

    `file` is the stored name.
    """
    stem = PurePath(file).stem
    names = {slugify(stem), slugify(A_RANDOM_ENDING.sub("", stem))}
    return bool(words.strip()) and (
        bool(NAME_OF_A_FILE.search(words.strip())) or slugify(words) in names
    )
