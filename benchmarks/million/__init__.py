"""A province's complaints by the million: made fast, whole; and what its lists then cost."""

import functools

import frappe

from benchmarks.million import make, measure, sample

say = functools.partial(print, flush=True)


def run(size: int, keep: bool) -> dict[str, list[dict]]:
    """{"made", "sample", "asked"}: how fast they were built, what a sample of them shows, what lists cost.

    Unless `keep`, all is taken away again at the end. The site's tables must be empty, or hold what was kept.
    """
    say(f"{size:,} complaints …")
    made = make.build(size, say)
    say("A sample …")
    found = sample.examine()
    say("Lists, counts, searches …")
    asked = measure.measure(say)
    frappe.db.commit()
    if not keep:
        make.remove()
    return {"made": [made], "sample": [found], "asked": asked}


def lines(found: dict[str, list[dict]]) -> list[str]:
    """The results as text."""
    made, sample_ = found["made"][0], found["sample"][0]
    rows = ", ".join(f"{count:,} {doctype}" for doctype, count in made["rows"].items())
    took = f"built in {made['seconds']} s" if made["seconds"] else "there before"
    words = [
        "",
        f"{made['complaints']:,} complaints, {took}, {made['bytes'] / 1e9:.1f} GB: {rows}",
        f"Sample: {sample_['complaints']} histories, {sample_['broken']} breaks; wrong: {sample_['wrong']}",
        f"{'As the desk asks':<62}{'rows':>9}{'times':>7}{'least':>9}{'p50 ms':>9}{'p95 ms':>9}",
    ]
    return words + [
        f"{row['name']:<62}{row['rows']:>9}{row['times']:>7}{row['least_ms']:>9}{row['p50_ms']:>9}{row['p95_ms']:>9}"
        for row in found["asked"]
    ]
