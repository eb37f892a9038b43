"""The import: rows a second, everything included, with one process a core and with one."""

import csv
import json
import os
import random
from pathlib import Path

from benchmarks import province
from phanhoi_app.intake.importer import mapping, run

TEXT = (
    "đường hỏng ổ gà nước thải rác mùi hôi đèn chiếu sáng vỉa hè cây đổ tiếng ồn cống ngập trường chợ xe tải "
    "bụi khói công trình lấn chiếm vệ sinh môi trường đề nghị kiểm tra xử lý sớm cho người dân đi lại an toàn"
)


def measure(rows: int, folder: Path) -> list[dict]:
    """[{name, rows, per_second, …}]; the rows are made up anew for each."""
    results = []
    for workers in sorted({1, os.cpu_count() or 1}):
        file = _write(folder / f"cases-{workers}.csv", rows, f"w{workers}")
        map_ = mapping.parse(json.dumps(_map(f"benchmark-{workers}")))
        progress = run.bring_in(file, map_, folder / "rejects.csv", workers=workers)
        results.append(
            {
                "name": f"Import, {workers} process{'es' if workers > 1 else ''}",
                "rows": progress.total,
                "accepted": progress.accepted,
                "rejected": progress.rejected,
                "per_second": round(progress.rate, 1),
            }
        )
    return results


def _map(source: str) -> dict:
    return {
        "source": source,
        "values": {
            "reference": "id",
            "received_at": "received",
            "due_on": "due",
            "closed_at": "closed",
            "title": "title",
            "content": "content",
            "answer_text": "answer",
            "address": "address",
            "field": {"constant": province.FIELD},
            "agency": {"constant": province.AGENCY},
            "area": {"constant": province.AREA},
            "channel": {"constant": "Phone"},
        },
    }


def _write(path: Path, rows: int, mark: str) -> Path:
    chance, vocabulary = random.Random(5), TEXT.split()

    def words(count: int) -> str:
        return " ".join(chance.choices(vocabulary, k=count))

    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["id", "received", "due", "closed", "title", "content", "answer", "address"])
        for number in range(rows):
            day = 1 + number % 27
            closed = f"2024-06-{day:02d} 15:30:00" if number % 5 else ""
            writer.writerow(
                [
                    f"{mark}-{number}",
                    f"2024-05-{day:02d} 08:{number % 60:02d}:00",
                    f"2024-06-{day:02d} 17:00:00",
                    closed,
                    words(8),
                    words(40),
                    words(20) if closed else "",
                    f"{number} {words(3)}",
                ]
            )
    return path
