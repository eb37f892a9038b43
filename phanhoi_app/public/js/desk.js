// Small things that lists and forms of the desk share.
frappe.provide("phanhoi");

// The same key as rules/text.py gives: lower case, đ as d, no marks, one space.
phanhoi.search_key = (text) =>
	(text || "")
		.normalize("NFKC")
		.toLowerCase()
		.replace(/đ/g, "d")
		.normalize("NFD")
		.replace(/\p{M}/gu, "")
		.replace(/[^\p{L}\p{N}]+/gu, " ")
		.trim();

// {text, color, title} of a complaint's deadline, in words; null when there is nothing to say.
phanhoi.due_words = (doc, now = moment(frappe.datetime.now_datetime())) => {
	if (!doc.due_on || doc.clock_state === "Stopped") return null;
	const due = moment(doc.due_on);
	const title = due.format("HH:mm DD/MM/YYYY");
	if (doc.clock_state === "Paused" && doc.reply_by && moment(doc.reply_by).isBefore(now, "day")) {
		return { text: __("no reply by {0}", [moment(doc.reply_by).format("DD/MM/YYYY")]), color: "orange", title };
	}
	if (doc.clock_state === "Paused") return { text: __("paused: waits for the citizen"), color: "gray", title };
	const minutes = Math.trunc(due.diff(now, "seconds") / 60);
	const late = due.isBefore(now);
	const amount = phanhoi.amount_words(Math.max(Math.abs(minutes), 1));
	if (late) return { text: __("late by {0}", [amount]), color: "red", title };
	const text = __("due in {0}", [amount]);
	if (doc.original_due_on && moment(doc.original_due_on).isBefore(due)) {
		return { text: `${text} · ${__("extended")}`, color: "blue", title };
	}
	return { text, color: minutes < 8 * 60 ? "orange" : "green", title };
};

phanhoi.amount_words = (minutes) => {
	if (minutes < 60) return __("{0} minutes", [minutes]);
	if (minutes < 48 * 60) return __("{0} hours", [Math.trunc(minutes / 60)]);
	return __("{0} days", [Math.trunc(minutes / (24 * 60))]);
};

// A sign besides the colour, so that nobody has to tell red from green.
phanhoi.due_badge = (doc) => {
	const due = phanhoi.due_words(doc);
	if (!due) return "";
	const sign = { red: "!", orange: "◔", green: "○", gray: "⏸", blue: "↷" }[due.color];
	return `<span class="phanhoi-due phanhoi-due-${due.color}" title="${frappe.utils.escape_html(due.title)}"><span aria-hidden="true">${sign}</span> ${frappe.utils.escape_html(due.text)}</span>`;
};

// An agency answers for an area that stands.
frappe.ui.form.on("Agency", {
	setup: (frm) => frm.set_query("area", () => ({ query: "phanhoi_app.intake.areas.offered" })),
});

// Codes are stored, words are shown: `formatters` ({fieldname: (value, df, doc) => HTML}) hold in list, form and report.
// `title` names the one that the list shows first.
phanhoi.show_in_words = (doctype, formatters, title) => {
	frappe.provide("frappe.listview_settings");
	const settings = (frappe.listview_settings[doctype] = frappe.listview_settings[doctype] || {});
	const { [title]: title_words, ...others } = formatters;
	settings.formatters = Object.assign(settings.formatters || {}, others);
	settings.phanhoi_title = title_words && ((doc) => title_words(doc[title], null, doc));
	for (const [fieldname, formatter] of Object.entries(formatters)) {
		const df = frappe.meta.docfield_map[doctype]?.[fieldname];
		if (df) df.formatter = formatter;
	}
};

// A formatter of the first column would replace its link and its box: say the words inside of the link instead.
const list = frappe.views.ListView?.prototype;
if (list?.get_subject_html) {
	const subject_html = list.get_subject_html;
	list.get_subject_html = function (doc, ...rest) {
		const html = subject_html.call(this, doc, ...rest);
		if (!this.settings.phanhoi_title) return html;
		const row = $("<div>").html(html);
		row.find("a[data-doctype]").html(this.settings.phanhoi_title(doc));
		const words = row.find("a[data-doctype]").text();
		row.find("[title]").attr("title", words);
		return row.html();
	};
}

// A word of ours in the user's language; safe to put into a page.
phanhoi.word = (code) => frappe.utils.escape_html(__(code || ""));

// The name of a message template is made of codes ("received Citizen SMS vi").
phanhoi.template_words = (name) => (name || "").split(" ").map(phanhoi.word).join(" · ");

// Why a message was not sent. Our own reasons are known sentences; what a provider says is shown as it came.
phanhoi.note_words = (note) => {
	const known = [
		__("not sent: no channel"),
		__("not sent: this site holds demo data, whose numbers may be somebody's"),
		__("not sent: tells of something that happened earlier"),
		__("a worker stopped while sending; this message may reach the recipient twice"),
		__("given up: it has waited too long"),
		__("waits: quiet hours"),
		__("waits: the recipient got several messages within an hour"),
	];
	const escape = frappe.utils.escape_html;
	const said = __(note || "");
	if (known.includes(said)) return escape(said);
	let values = /^(.+) is disabled$/.exec(note);
	if (values) return escape(__("{0} is disabled", [values[1]]));
	values = /^(\d+) segments, at most (\d+) are allowed$/.exec(note);
	if (values) return escape(__("{0} segments, at most {1} are allowed", [values[1], values[2]]));
	// A provider's words, with ours before them where we know what they mean.
	values = /^(wrong number|blocked): (.*)$/s.exec(note);
	if (values) return escape(`${{ "wrong number": __("wrong number"), blocked: __("blocked") }[values[1]]} (${values[2]})`);
	values = /^(\S+): (HTTP \d+.*|\w*(?:Timeout|Connection|SSL)\w*)$/.exec(note);
	if (values) {
		const why = /Timeout/.test(values[2])
			? __("the provider does not answer in time")
			: /^HTTP 429/.test(values[2])
				? __("the provider is busy")
				: /^HTTP 4/.test(values[2])
					? __("the provider does not accept the account")
					: __("the provider is down");
		return escape(`${why} (${values[1]}: ${values[2]})`);
	}
	return escape(note || "");
};

// On a site with demo data every page says so.
$(document).on("app_ready", () => {
	if (frappe.boot.phanhoi_demo) {
		$('<div class="phanhoi-demo" role="note">').text(__("Demo data")).appendTo(document.body);
	}
});

// The calendar that the framework shows beside a date has no Vietnamese of its own.
if ($.fn.datepicker) {
	$.fn.datepicker.language.vi = {
		days: ["Chủ nhật", "Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy"],
		daysShort: ["CN", "T2", "T3", "T4", "T5", "T6", "T7"],
		daysMin: ["CN", "T2", "T3", "T4", "T5", "T6", "T7"],
		months: Array.from({ length: 12 }, (_, month) => `Tháng ${month + 1}`),
		monthsShort: Array.from({ length: 12 }, (_, month) => `Th${month + 1}`),
		today: "Hôm nay",
		clear: "Xóa",
		dateFormat: "dd/mm/yyyy",
		timeFormat: "hh:ii",
		firstDay: 1,
	};
}

// What some releases of the framework stumble over. Each is tried for, so that a release without it is left alone.

// An empty Gantt chart: the library wants a first task. The view's own "nothing here" is shown anyway.
const gantt = frappe.views.GanttView?.prototype;
if (gantt?.render_gantt) {
	const draw = gantt.render_gantt;
	gantt.render_gantt = function (...args) {
		if (this.tasks?.length) return draw.apply(this, args);
		this.$result.empty();
	};
}

// A Kanban board that is gone (deleted, or another's own) but remembered or in an old link, and a dialog for a new one
// over an empty page: both end in the list.
const kanban = frappe.views.KanbanView;
if (kanban?.get_kanbans && kanban.show_kanban_dialog && kanban.prototype.show) {
	const to_list = (doctype) => frappe.set_route("List", doctype, "List");
	const show = kanban.prototype.show;
	kanban.prototype.show = function (...args) {
		const board = frappe.get_route()[3];
		if (!board) return show.apply(this, args);
		return kanban.get_kanbans(this.doctype).then((boards) => {
			if (boards.some((each) => each.name === board)) return show.apply(this, args);
			frappe.show_alert({ message: __("There is no Kanban board {0}.", [board.bold()]), indicator: "orange" });
			frappe.model.user_settings.save(this.doctype, "Kanban", { last_kanban_board: null });
			return to_list(this.doctype);
		});
	};
	const ask = kanban.show_kanban_dialog;
	kanban.show_kanban_dialog = function (doctype, ...args) {
		ask.call(this, doctype, ...args);
		$(document).one("hidden.bs.modal", () => {
			const route = frappe.get_route();
			if (route[2] === "Kanban" && route[1] === doctype && !route[3]) to_list(doctype);
		});
	};
}

// The report view's advertisement of another product.
localStorage.setItem("show_insights_banner", "false");
