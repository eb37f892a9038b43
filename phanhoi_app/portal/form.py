"""The complaint form as the public sees it: the administrator's Web Form and a field's questions, as data.

Labels, order, required marks, descriptions and texts come from the stock Web Form document, so that they are
changed there. What a field of the form looks like is decided here, by the complaint's fieldname.
"""

from dataclasses import dataclass, field

import frappe
from frappe import _
from frappe.query_builder import DocType
from frappe.utils import cint

from phanhoi_app.history.now import now
from phanhoi_app.intake import areas as by_time
from phanhoi_app.intake import check, custom, questions
from phanhoi_app.portal import words
from phanhoi_app.rules import text

# Fieldname → how it is shown. A field of the Web Form that is not here is not the public's to fill in.
WIDGETS = {
    "kind": "radio",
    "title": "text",
    "content": "textarea",
    "occurred_at": "datetime",
    "area": "area",
    "address": "text",
    "latitude": "pin",
    "photos_html": "photos",
    "accused_agency": "agency",
    "citizen_name": "text",
    "citizen_phone": "tel",
    "citizen_email": "email",
    "identity_wish": "radio",
}
# The same for fields that an administrator has added to the complaint, by their type.
WIDGETS_OF_ADDED = {
    "Small Text": "textarea",
    "Text": "textarea",
    "Long Text": "textarea",
    "Select": "radio",
    "Check": "radio",
    "Date": "date",
}
PHOTOS = "photos_html"
PARTS_OF_ANOTHER = {"longitude": "latitude"}
AUTOCOMPLETE = {
    "citizen_name": "name",
    "citizen_phone": "tel",
    "citizen_email": "email",
    "address": "street-address",
}


@dataclass
class Item:
    """One thing to fill in. `name` is the input's name in the form and the key of its error."""

    name: str
    widget: str
    label: str
    description: str = ""
    required: bool = False
    max_length: int = 0
    default: str = ""
    options: list[dict] = field(default_factory=list)  # [{value, label, hint}]
    autocomplete: str = ""
    # Extra questions only: shown when another input has this value; this value stops the form.
    shown_when: tuple[str, str] | None = None
    stops_when: str = ""
    stop_message: str = ""


@dataclass
class Section:
    """A group of items under a heading."""

    title: str
    items: list[Item] = field(default_factory=list)
    description: str = ""


def sections(web_form, sealed: bool = False) -> list[Section]:
    """The Web Form's fields in its order, grouped by its section breaks; hidden and read-only ones left out.

    Which agency a complaint is about is asked for `sealed` fields only.
    """
    result = [Section("")]
    for row in web_form.web_form_fields:
        if row.fieldname == "accused_agency" and not sealed:
            continue
        if row.fieldtype in ("Section Break", "Page Break"):
            result.append(Section(_(row.label or ""), description=_(row.description or "")))
        elif _is_shown(row):
            result[-1].items.append(_item(row))
    return [section for section in result if section.items]


def required_rows(web_form) -> list:
    """The Web Form's rows that the administrator requires and the public can fill in."""
    return [row for row in web_form.web_form_fields if cint(row.reqd) and _is_shown(row)]


def label_of(row) -> str:
    """What the row is called on the page."""
    return _(row.label or frappe.get_meta("Complaint").get_label(row.fieldname))


def fixed_values(web_form) -> dict[str, str]:
    """Defaults of hidden or read-only fields: the administrator's, whatever a request says."""
    return {
        row.fieldname: row.default
        for row in web_form.web_form_fields
        if row.fieldname in check.ALLOWED and (row.hidden or row.read_only) and row.default
    }


def readable_fields(web_form) -> list[str]:
    """The fieldnames that a request may fill in, `longitude` with `latitude`."""
    names = [
        row.fieldname
        for row in web_form.web_form_fields
        if row.fieldname and row.fieldname != PHOTOS and _is_shown(row)
    ]
    names += [part for part, whole in PARTS_OF_ANOTHER.items() if whole in names]
    return ["field", *names]


def added_fields(web_form) -> tuple[str, ...]:
    """The names of fields that the administrator added to the complaint and offers in this form."""
    names = [row.fieldname for row in web_form.web_form_fields if not (row.hidden or row.read_only)]
    return tuple(df.fieldname for df in custom.fields(names))


def field_row(web_form):
    """The Web Form's row for the choice of the field (its label and description), or None."""
    return next((row for row in web_form.web_form_fields if row.fieldname == "field"), None)


def _is_shown(row) -> bool:
    """Whether the public fills this row in."""
    return bool(_widget(row)) and not row.hidden and not row.read_only


def _widget(row) -> str | None:
    """How the row of the Web Form is shown; None for what is not the public's to fill in."""
    if row.fieldname in WIDGETS:
        return WIDGETS[row.fieldname]
    added = custom.fields([row.fieldname])
    return WIDGETS_OF_ADDED.get(added[0].fieldtype, "text") if added else None


def _item(row) -> Item:
    df = frappe.get_meta("Complaint").get_field(row.fieldname)
    item = Item(
        name="photos" if row.fieldname == PHOTOS else row.fieldname,
        widget=_widget(row),
        label=label_of(row),
        description=_(row.description or ""),
        required=bool(cint(row.reqd)),
        max_length=cint(row.max_length) or check.LONGEST.get(row.fieldname, 0),
        default=row.default or "",
        autocomplete=AUTOCOMPLETE.get(row.fieldname, ""),
    )
    if item.widget == "radio":
        # The administrator may offer fewer choices than the DocType has, never others.
        possible = questions.YES_NO if df.fieldtype == "Check" else (df.options or "").strip().split("\n")
        explained = _explained()
        offered = [line.strip() for line in (row.options or "").split("\n") if line.strip() in possible]
        item.options = [
            {"value": value, "label": _(value), "hint": explained.get(value, "")}
            for value in offered or possible
        ]
        item.default = item.default or _default_choice(row.fieldname)
    return item


def _explained() -> dict[str, str]:
    """What each choice means, shown beside its name."""
    return {
        "Feedback": _("Something is wrong and should be put right"),
        "Proposal": _("An idea or a wish for how it could be done better"),
        "Public": _("Your name may stand beside the published answer"),
        "Hidden from the public": _("Only the officials who handle it see your name"),
        "Hidden from the handling agency": _(
            "Only the receiving desk sees your name; the agency that handles it does not"
        ),
    }


def _default_choice(fieldname: str) -> str:
    if fieldname == "identity_wish":
        return frappe.get_cached_doc("Phanhoi Settings").identity_wish_default or "Hidden from the public"
    return "Feedback" if fieldname == "kind" else ""


def chosen_field(code: str | None):
    """The Field document of a code that the public may choose, or None."""
    if not code or not frappe.db.exists("Field", code):
        return None
    doc = frappe.get_cached_doc("Field", code)
    return None if doc.is_group or not doc.enabled else doc


def field_groups() -> list[dict]:
    """The fields to choose from: [{title, cards: [{code, name, icon, keywords}]}], fields without a parent last."""
    rows = frappe.get_all(
        "Field",
        filters={"enabled": 1},
        fields=[
            "name",
            "field_name",
            "field_name_en",
            "icon",
            "parent_field",
            "is_group",
            "keywords",
            "sort_order",
        ],
        order_by="sort_order asc, lft asc",
    )
    groups = {
        row.name: {"title": _field_name(row), "icon": row.icon, "cards": []} for row in rows if row.is_group
    }
    single = {"title": _("Other subjects") if groups else "", "icon": "other", "cards": []}
    for row in rows:
        if row.is_group:
            continue
        group = groups.get(row.parent_field, single)
        group["cards"].append(
            {
                "code": row.name,
                "name": _field_name(row),
                "icon": row.icon,
                "words": _search_words(row, groups.get(row.parent_field)),
            }
        )
    return [group for group in [*groups.values(), single] if group["cards"]]


def _field_name(row) -> str:
    return words.local_name(row, "field_name", "field_name_en")


def _search_words(row, group) -> str:
    typed = [row.field_name, row.field_name_en, group and group["title"], *(row.keywords or "").splitlines()]
    return text.search_key(" ".join(filter(None, typed)))


def extra_questions(field_doc) -> list[Item]:
    """A field's own questions as items; input names are `q_<code>`."""
    widgets = {"Text": "text", "Long text": "textarea", "Number": "number", "Date": "date"}
    items = []
    for row in field_doc.questions:
        choices = questions.choices(row)
        items.append(
            Item(
                name=f"q_{row.question_code}",
                widget="radio" if choices else widgets.get(row.question_type, "text"),
                label=words.local_name(row, "label", "label_en"),
                required=bool(cint(row.required)),
                max_length=questions.LONGEST.get(row.question_type, 0),
                options=[{"value": value, "label": _(value), "hint": ""} for value in choices],
                shown_when=(
                    (f"q_{row.shown_when_question}", (row.shown_when_value or "").strip())
                    if row.shown_when_question
                    else None
                ),
                stops_when=(row.stops_when or "").strip(),
                stop_message=_(row.stop_message or ""),
            )
        )
    return items


def agencies() -> list[dict]:
    """The agencies in force today that a complaint may be about: [{name, agency_name, words}]. Not the topmost:
    nobody above it could handle what is said of it."""
    today = frappe.utils.nowdate()
    rows = frappe.get_all(
        "Agency",
        filters={"parent_agency": ("is", "set")},
        or_filters=[["valid_to", "is", "not set"], ["valid_to", ">=", today]],
        fields=["name", "agency_name"],
        order_by="lft asc",
    )
    return [{**row, "words": text.search_key(row.agency_name)} for row in rows]


def areas() -> list[dict]:
    """Communes and wards valid today: [{name, area_name, area_type, latitude, longitude, words}]."""
    area = DocType("Area")
    rows = (
        frappe.qb.from_(area)
        .select(area.name, area.area_name, area.area_type, area.latitude, area.longitude)
        .where((area.is_group == 0) & by_time.valid_on(now().date()))
        .orderby(area.area_name)
        .orderby(area.name)
        .run(as_dict=True)
    )
    return [{**row, "words": text.search_key(row.area_name)} for row in rows]
