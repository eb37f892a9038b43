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
	if (doc.clock_state === "Paused") return { text: __("paused: waits for the citizen"), color: "gray", title };
	const minutes = Math.trunc(due.diff(now, "seconds") / 60);
	const late = due.isBefore(now);
	const amount = phanhoi.amount_words(Math.max(Math.abs(minutes), 1));
	if (late) return { text: __("late by {0}", [amount]), color: "red", title };
	const color = minutes < 8 * 60 ? "orange" : "green";
	return { text: __("due in {0}", [amount]), color, title };
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
	const sign = { red: "!", orange: "◔", green: "○", gray: "⏸" }[due.color];
	return `<span class="phanhoi-due phanhoi-due-${due.color}" title="${frappe.utils.escape_html(due.title)}"><span aria-hidden="true">${sign}</span> ${frappe.utils.escape_html(due.text)}</span>`;
};

// An agency answers for an area that stands.
frappe.ui.form.on("Agency", {
	setup: (frm) => frm.set_query("area", () => ({ query: "phanhoi_app.intake.areas.offered" })),
});

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
