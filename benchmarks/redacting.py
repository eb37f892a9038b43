"""Taking personal data out of texts: how many texts a core does in a second of its time, whatever else runs."""

import time

from phanhoi_app.rules.redaction import redact

# As complaints are: most without personal data, some with several kinds, some long.
_PLAIN = (
    "Đường ĐT.506 đoạn Km12+300 có nhiều ổ gà, đã phản ánh ngày 12/05/2026 mà chưa sửa, kính mong sớm xử lý. "
)
_PERSONAL = (
    "Tôi là Nguyễn Văn An, CCCD 038085001234, số 0912 345 678, email an.nguyen@gmail.com, phản ánh xe 36C-123.45"
    " đổ đất xuống mương thôn 6; đã nộp 1.200.000 đồng, biên lai số 0045678. "
)
_TEXTS = {"Text without personal data": _PLAIN * 4, "Text with personal data": _PERSONAL + _PLAIN * 2}


def measure(seconds: float) -> list[dict]:
    """[{name, letters, per_second}], a row for each kind of text."""
    return [_measured(name, text, seconds / len(_TEXTS)) for name, text in _TEXTS.items()]


def _measured(name: str, text: str, seconds: float) -> dict:
    done, begun = 0, time.process_time()
    while (spent := time.process_time() - begun) < seconds:
        redact(text, ["Nguyễn Văn An"])
        done += 1
    return {"name": name, "letters": len(text), "per_second": round(done / spent)}
