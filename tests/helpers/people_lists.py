"""Lists of people as agencies send them: small sheets for the tests, made here."""

import base64
import io

from openpyxl import Workbook

HEADINGS = ["STT", "Họ và tên", "Thư điện tử", "Số điện thoại", "Nhiệm vụ", "Mã cơ quan"]


def workbook(rows: list[list], headings: list[str] = HEADINGS, title: str = "") -> bytes:
    """An .xlsx with the headings and rows, below a title when there is one."""
    book = Workbook()
    sheet = book.active
    if title:
        sheet.append([title])
        sheet.append([])
    sheet.append(headings)
    for row in rows:
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sent(content: bytes) -> str:
    """The file as the page sends it."""
    return base64.b64encode(content).decode()


def person(number: int, **values) -> list:
    """A row below `HEADINGS`; `values` change single cells."""
    cells = {
        "stt": number,
        "name": f"Cán Bộ Số {number}",
        "email": f"moi.{number}@list.example",
        "phone": None,
        "duty": "Cán bộ xử lý",
        "agency": None,
        **values,
    }
    return list(cells.values())
