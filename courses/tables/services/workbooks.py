"""Workbooks (XLSX) as the text of a table. They are opened in the fence."""

from courses.documents.services import fence
from courses.tables.exceptions import TableTooLarge, WorkbookUnreadable
from courses.tables.services.files import MOST_BYTES, text_of

STARTS = b"PK\x03\x04"  # a ZIP archive, as every XLSX is (ECMA-376, part 2)


def text_of_either(content: bytes, *, person_id: int | None = None) -> str:
    """The text of a table or of a workbook's first sheet. Raises a `Refusal`."""
    if content.startswith(STARTS):
        return text_of_workbook(content, person_id=person_id)
    return text_of(content)


def text_of_workbook(content: bytes, *, person_id: int | None = None) -> str:
    """The first sheet as CSV. Raises `TableTooLarge`, `WorkbookUnreadable`, `TooManyFilesAtOnce`."""
    if len(content) > MOST_BYTES:
        raise TableTooLarge
    with fence.place(person_id):
        try:
            told, text = fence.run("workbook", content=content)
        except fence.FenceBroken as error:
            raise WorkbookUnreadable from error
    if "why" in told:
        raise TableTooLarge if told["why"] == "large" else WorkbookUnreadable
    return text.decode()
