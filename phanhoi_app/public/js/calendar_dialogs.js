// Dialogs of a working calendar's form: one day, the hours of a season, what a change moves.
frappe.provide("phanhoi");

const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const TABLES = { off: "days_off", part: "days_off", made_up: "working_days" };

phanhoi.may_edit_calendar = (frm) => Boolean(frm.perm[0]?.write) && !frm.read_only;

phanhoi.set_shifts = (frm, rows) => {
	frm.clear_table("shifts");
	rows.forEach((row) => frm.add_child("shifts", row));
	frm.refresh_field("shifts");
	frm.dirty();
};

function rows_of(frm, day) {
	return ["days_off", "working_days"].flatMap((table) => (frm.doc[table] || []).filter((row) => row.day === day));
}

function in_order(frm, table) {
	const rows = (frm.doc[table] || []).sort((one, other) => (one.day < other.day ? -1 : 1));
	rows.forEach((row, n) => (row.idx = n + 1));
	frm.refresh_field(table);
}

const as_date = (day) => moment(day).format("DD/MM/YYYY");

// Change a day, or a row of days from it on; `done` is called when the form's lists have changed.
phanhoi.edit_day = (frm, day, facts, done) => {
	if (!phanhoi.may_edit_calendar(frm) || frm.doc.round_the_clock) {
		frappe.msgprint(frappe.utils.escape_html(frm.year_view.words(day, facts)));
		return;
	}
	const own = rows_of(frm, day)[0] || {};
	const mark = facts.marks[0];
	const weekday = moment(day).isoWeekday() - 1;
	const is = (...kinds) => kinds.map((kind) => `doc.kind=='${kind}'`).join("||");
	const dialog = new frappe.ui.Dialog({
		title: `${__(WEEKDAYS[weekday])} ${as_date(day)}`,
		fields: [
			{
				fieldname: "kind",
				fieldtype: "Select",
				label: __("This day is"),
				options: [
					{ value: "usual", label: __("as every week") + (facts.marks.length || !facts.hours ? "" : ` (${facts.hours})`) },
					{ value: "off", label: __("day off") },
					{ value: "part", label: __("part of the day off") },
					{ value: "made_up", label: __("make-up working day") },
				],
				default: mark ? mark.kind : "usual",
				reqd: 1,
			},
			{ fieldname: "until", fieldtype: "Date", label: __("Through"), description: __("Leave it for a single day"), default: day, depends_on: `eval:${is("off", "usual")}` },
			{ fieldname: "start_time", fieldtype: "Time", label: __("Off From"), default: own.start_time || "13:30:00", depends_on: `eval:${is("part")}` },
			{ fieldname: "end_time", fieldtype: "Time", label: __("Off To"), default: own.end_time || "17:00:00", depends_on: `eval:${is("part")}` },
			{
				fieldname: "as_weekday",
				fieldtype: "Select",
				label: __("Worked As"),
				options: WEEKDAYS.map((name) => ({ value: name, label: __(name) })),
				default: own.as_weekday || "Friday",
				depends_on: `eval:${is("made_up")}`,
			},
			{ fieldname: "description", fieldtype: "Data", label: __("Description"), default: own.description, depends_on: "eval:doc.kind!='usual'" },
			{ fieldname: "legal_document", fieldtype: "Data", label: __("Legal Document"), default: own.legal_document, depends_on: "eval:doc.kind!='usual'" },
			{
				fieldname: "confirmed",
				fieldtype: "Check",
				label: __("Confirmed"),
				description: __("A draft does not count until it is confirmed"),
				default: own.status === "Draft" ? 0 : 1,
				depends_on: "eval:doc.kind!='usual'",
			},
		],
		primary_action_label: __("Take over"),
		primary_action(values) {
			if (!take_over(frm, day, values)) return;
			dialog.hide();
			done();
		},
	});
	dialog.onhide = () => frm.year_view?.button(day)?.focus();
	dialog.show();
};

function take_over(frm, day, values) {
	const until = ["off", "usual"].includes(values.kind) ? values.until || day : day;
	if (until < day || moment(until).diff(day, "days") > 30) {
		frappe.msgprint(__("“{0}” is {1} or a day of the thirty days after it.", [__("Through"), as_date(day)]));
		return false;
	}
	if (values.kind === "part" && values.start_time >= values.end_time) {
		frappe.msgprint(__("“{0}” lies before “{1}”: please correct one of them.", [__("Off To"), __("Off From")]));
		return false;
	}
	for (const table of ["days_off", "working_days"]) {
		frm.doc[table] = (frm.doc[table] || []).filter((row) => !(row.day >= day && row.day <= until));
	}
	const table = TABLES[values.kind];
	for (let each = moment(day); table && each.isSameOrBefore(until, "day"); each.add(1, "days")) {
		const row = { day: each.format("YYYY-MM-DD"), description: values.description, legal_document: values.legal_document };
		row.status = values.confirmed ? "Confirmed" : "Draft";
		if (table === "working_days") row.as_weekday = values.as_weekday;
		else row.part = values.kind === "part" ? "Part of the day" : "Whole day";
		const added = frm.add_child(table, row);
		// The framework fills a new Time with the present one.
		if (table === "days_off") {
			added.start_time = values.kind === "part" ? values.start_time : null;
			added.end_time = values.kind === "part" ? values.end_time : null;
		}
	}
	["days_off", "working_days"].forEach((name) => in_order(frm, name));
	frm.dirty();
	return true;
}

// Hours from one day to another, laid over those that hold now.
phanhoi.edit_season = (frm, ask, year, done) => {
	const dialog = new frappe.ui.Dialog({
		title: __("Seasonal hours"),
		fields: [
			{ fieldname: "first", fieldtype: "Date", label: __("From"), default: `${year}-04-16` },
			{ fieldname: "column", fieldtype: "Column Break" },
			{ fieldname: "last", fieldtype: "Date", label: __("To"), default: `${year}-10-15` },
			{ fieldname: "section", fieldtype: "Section Break" },
			{ fieldname: "hours", fieldtype: "Data", label: __("Hours"), reqd: 1, description: __("Written like 07:00–11:30, 13:30–17:00") },
			{
				fieldname: "weekdays",
				fieldtype: "MultiCheck",
				label: __("Weekdays"),
				columns: 2,
				options: WEEKDAYS.map((name, n) => ({ value: name, label: __(name), checked: n < 5 })),
			},
			{ fieldname: "note", fieldtype: "HTML", options: `<p class="text-muted small">${__("Hours that held in this time on these weekdays give way; before and after it they stay.")}</p>` },
		],
		primary_action_label: __("Take over"),
		async primary_action({ first, last, hours }) {
			const weekdays = dialog.get_value("weekdays");
			const rows = await ask(frm, "lay_season", { weekdays, hours, first, last });
			phanhoi.set_shifts(frm, rows);
			dialog.hide();
			done();
		},
	});
	dialog.show();
};

// For forms that give a calendar to others: ask before saving, and tell after it. `method` previews with `args`.
phanhoi.ask_before_moving = async (frm, method, args) => {
	const answer = await frappe.call({ method: `phanhoi_app.sla.calendar_api.${method}`, args });
	const told = answer.message;
	frm.moves_deadlines = told.later + told.earlier > 0;
	if (frm.moves_deadlines && !(await phanhoi.confirm_moves(frm, told))) frappe.validated = false;
};

phanhoi.tell_of_moving = (frm, filters = {}) => {
	if (!frm.moves_deadlines) return;
	frm.moves_deadlines = false;
	const list = `<a href="/app/calendar-change?${new URLSearchParams(filters)}">${__("See how far it is")}</a>`;
	frappe.show_alert({ message: `${__("The deadlines follow in the background.")} ${list}`, indicator: "blue" }, 15);
};

const legal_document = (frm) => ({
	fieldname: "legal_document",
	fieldtype: "Data",
	label: __("Legal Document"),
	default: frm.doc.legal_document,
	description: __("Of the latest change; it goes into the history of each complaint whose deadline moves"),
});

// Say what saving would move; a promise of whether to save.
phanhoi.confirm_moves = (frm, told) =>
	new Promise((answer) => {
		let decided = false;
		const dialog = new frappe.ui.Dialog({
			title: __("Deadlines will move"),
			fields: [
				{ fieldname: "told", fieldtype: "HTML", options: moves_html(told) },
				...(frm.fields_dict.legal_document ? [legal_document(frm)] : []),
			],
			primary_action_label: __("Save and move"),
			primary_action(values) {
				decided = true;
				if (frm.fields_dict.legal_document) frm.doc.legal_document = values.legal_document;
				dialog.hide();
				answer(true);
			},
			secondary_action_label: __("Go on editing"),
			secondary_action: () => dialog.hide(),
		});
		dialog.onhide = () => decided || answer(false);
		dialog.show();
	});

function moves_html(told) {
	const escape = frappe.utils.escape_html;
	const number = (value) => format_number(value, null, 0);
	const span = (seconds) => phanhoi.amount_words(Math.max(1, Math.round(seconds / 60)));
	const lines = [];
	if (told.later) lines.push(__("{0} deadlines move later, by {1} at most", [number(told.later), span(told.most_later)]));
	if (told.earlier) lines.push(__("{0} deadlines move earlier, by {1} at most", [number(told.earlier), span(told.most_earlier)]));
	if (told.no_longer_late) lines.push(__("{0} complaints are no longer late", [number(told.no_longer_late)]));
	if (told.become_late) lines.push(__("{0} complaints become late", [number(told.become_late)]));
	if (told.skipped) lines.push(__("{0} cannot be counted and stay as they are", [number(told.skipped)]));
	const when = (value) => moment(value).format("HH:mm DD/MM/YYYY");
	const rows = told.examples.map(
		(row) => `<tr><td><a href="/app/complaint/${encodeURIComponent(row.name)}" target="_blank">${escape(row.name)}</a></td>
			<td>${escape(row.title || "")}</td><td>${when(row.old)} →<br><strong>${when(row.new)}</strong></td></tr>`
	);
	const table = rows.length
		? `<p class="mt-3 mb-1">${__("For example")}:</p><div style="overflow-x: auto"><table class="phanhoi-moves small">${rows.join("")}</table></div>`
		: "";
	if (told.later) lines.push(__("Citizens whose answer is due on a later day get a message."));
	const about = told.estimated ? `<p class="text-muted small">${__("Estimated from a sample of the {0} open deadlines.", [number(told.looked_at)])}</p>` : "";
	return `<ul>${lines.map((line) => `<li>${escape(line)}</li>`).join("")}</ul>${about}${table}
		<p class="mt-3">${__("They follow in the background; each complaint's history tells why.")}</p>`;
}
