"""What a person reads of the JSON documents that an app ships: names, labels, choices, texts."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

# Kind of document → the keys read of itself, and those read of each row of its tables.
KNOWN: dict[str, tuple[tuple[str, ...], dict[str, tuple[str, ...]]]] = {
    "DocType": (
        ("name", "description"),
        {
            "fields": ("label", "description", "placeholder"),
            "actions": ("label",),
            "links": ("group",),
            "states": ("title",),
        },
    ),
    "Custom Field": (("label", "description", "placeholder"), {}),
    "Role": (("role_name",), {}),
    "Web Form": (
        (
            "title",
            "introduction_text",
            "button_label",
            "success_title",
            "success_message",
            "list_title",
            "meta_title",
            "meta_description",
        ),
        {"web_form_fields": ("label", "description", "placeholder")},
    ),
    "Workspace": (
        ("label", "title"),
        {
            "links": ("label",),
            "shortcuts": ("label",),
            "charts": ("label",),
            "number_cards": ("label",),
            "quick_lists": ("label",),
        },
    ),
    "Page": (("title",), {}),
    "Report": (("name",), {"columns": ("label",), "filters": ("label",)}),
    "Print Format": (("name",), {}),
    "Number Card": (("label",), {}),
    "Dashboard Chart": (("chart_name",), {}),
    "Dashboard": (("dashboard_name",), {}),
    "Workflow State": (("workflow_state_name",), {}),
    "Workflow Action Master": (("workflow_action_name",), {}),
    "Module Onboarding": (("title", "subtitle", "success_message"), {}),
    "Onboarding Step": (("title", "description", "action_label"), {}),
}
# A workspace is a page in its own language: what is Vietnamese in it is what people read.
MAY_BE_VIETNAMESE = {"Workspace", "Number Card", "Dashboard Chart", "Dashboard"}


def document_texts(document: dict) -> Iterator[str]:
    """Every text read of a document whose kind is in `KNOWN`."""
    kind = document["doctype"]
    own, tables = KNOWN[kind]
    texts = list(_of(document, own))
    for table, keys in tables.items():
        for row in document.get(table) or []:
            texts += _of(row, keys)
    if kind == "Workspace":
        texts += _headings(document)
    if kind in MAY_BE_VIETNAMESE:
        texts = [text for text in texts if text.isascii()]
    yield from texts


def _of(row: dict, keys: tuple[str, ...]) -> Iterator[str]:
    for key in keys:
        if row.get(key):
            yield row[key]
    if row.get("fieldtype") == "Select":
        yield from (choice for choice in (row.get("options") or "").split("\n") if choice)
    if row.get("fieldtype") == "HTML" and row.get("options"):
        yield row["options"]


def _headings(workspace: dict) -> Iterator[str]:
    for block in json.loads(workspace.get("content") or "[]"):
        if block["type"] in ("header", "paragraph"):
            yield re.sub(r"<[^>]*>", "", block["data"].get("text", ""))


def workflow_texts(workflow: dict) -> Iterator[str]:
    """The name, states and actions of a ready-made workflow of the app."""
    yield workflow["name"]
    yield from (state["state"] for state in workflow["states"])
    yield from (transition["action"] for transition in workflow["transitions"])
