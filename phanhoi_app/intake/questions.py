"""The extra questions of a field: which are shown, and whether they are answered well."""

from frappe import _

from phanhoi_app.rules import moments, text

LONGEST = {"Text": 200, "Long text": 2000}
YES_NO = ["Yes", "No"]


def check_answers(questions, answers: dict) -> tuple[list[dict], dict[str, str]]:
    """([{code, label, value}] of the answers given, {"q_<code>": sentence} of what is wrong).

    A question that is not shown is not read. An answer that stops the form is an error whose sentence is
    the question's own message ("call 114 now").
    """
    given, details, errors = {}, [], {}
    for question in questions:
        if not is_shown(question, given):
            continue
        code = question.question_code
        value = text.clean_typed(str(answers.get(code) or ""))
        if not value:
            if question.required:
                errors[f"q_{code}"] = _("Please answer: {0}").format(question.label)
            continue
        sentence = _wrong(question, value)
        if sentence:
            errors[f"q_{code}"] = sentence
            continue
        given[code] = value
        details.append({"code": code, "label": question.label, "value": value})
    return details, errors


def is_shown(question, given: dict) -> bool:
    """Whether the question is asked, given the answers to the earlier ones."""
    if not question.shown_when_question:
        return True
    return given.get(question.shown_when_question) == (question.shown_when_value or "").strip()


def choices(question) -> list[str]:
    """The values that the question takes; empty when it is answered in free text."""
    if question.question_type == "Yes/No":
        return YES_NO
    if question.question_type == "Choice":
        return [line.strip() for line in (question.options or "").splitlines() if line.strip()]
    return []


def _wrong(question, value: str) -> str | None:
    if question.stops_when and value == question.stops_when.strip():
        return question.stop_message or _("This cannot be handled here.")
    allowed = choices(question)
    if allowed and value not in allowed:
        return _("“{0}” is not one of the choices for “{1}”. Please choose again.").format(
            value[:40], question.label
        )
    if question.question_type == "Number" and not _is_number(value):
        return _("“{0}” must be a number, such as 12 or 3,5.").format(question.label)
    if question.question_type == "Date" and not moments.read_day(value):
        return _("“{0}” must be a date, such as 31/12/2026.").format(question.label)
    longest = LONGEST.get(question.question_type)
    if longest and len(value) > longest:
        return _("{0} is too long: at most {1} characters, you wrote {2}.").format(
            question.label, longest, len(value)
        )
    return None


def _is_number(value: str) -> bool:
    try:
        return abs(float(value.replace(",", "."))) < 1e15
    except ValueError:
        return False
