"""Whether what was built fast is what the app would have built: some histories, and what must hold for all rows."""

import random

import frappe

from phanhoi_app.history import verify
from phanhoi_app.intake import numbers
from phanhoi_app.rules import searching

# Each counts what must not be there.
RULES = {
    "without its one holder": """select count(*) from (select c.name from `tabComplaint` c left join tabCustody p
        on p.complaint = c.name and p.part = 'Holder' and p.until is null and p.party = c.agency
        group by c.name having count(p.name) != 1) wrong""",
    "with another holder": """select count(*) from (select complaint from tabCustody
        where part = 'Holder' and until is null group by complaint having count(*) != 1) wrong""",
    "without a citizen": """select count(*) from `tabComplaint` c left join tabComplainant p on p.name = c.name
        where p.tracking_code is null""",
    "with another anchor": """select count(*) from `tabComplaint` c left join `tabComplaint Event` e
        on e.complaint = c.name and e.sequence = c.event_count where e.hash is null or e.hash != c.last_hash""",
    "sealed within the agency complained about": """select count(*) from `tabComplaint`
        where sealed = 1 and (accused_agency is null or accused_agency = agency)""",
    "read past the end of a history": """select count(*) from tabCustody p join `tabComplaint` c
        on c.name = p.complaint where p.until_sequence > c.event_count""",
}


def examine(complaints: int = 500) -> dict:
    """{complaints, broken, wrong}: histories looked at, breaks in them, and how many rows break a rule."""
    names = [row[0] for row in frappe.db.sql("select name from `tabComplaint`")]
    chosen = random.Random(3).sample(names, min(complaints, len(names)))
    broken = sum(verify.one(name).broken for name in chosen)
    wrong = {rule: frappe.db.sql(query)[0][0] for rule, query in RULES.items()}
    wrong["not as searched"] = sum(map(_searched_otherwise, chosen))
    wrong["numbered past the sequence"] = _past_the_sequence(names)
    frappe.db.commit()
    return {"complaints": len(chosen), "broken": broken, "wrong": sum(wrong.values()), "rules": wrong}


def _searched_otherwise(name: str) -> bool:
    title, content, address, key = frappe.db.get_value(
        "Complaint", name, ["title", "content", "address", "search_text"]
    )
    return key != searching.search_text(title, content, address)


def _past_the_sequence(names: list[str]) -> int:
    last: dict[str, int] = {}
    for _prefix, year, number in (name.split("-") for name in names):
        last[year] = max(last.get(year, 0), int(number))
    wrong = 0
    for year, number in last.items():
        query = f"select next_not_cached_value from `{numbers.sequence_name(year)}`"  # noqa: S608 - our own names
        wrong += frappe.db.sql(query)[0][0] <= number
    return wrong
