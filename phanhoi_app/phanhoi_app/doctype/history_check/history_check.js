// The form of a check: a bar that moves while it runs, then the result in words.
frappe.ui.form.on("History Check", {
	onload(frm) {
		frappe.realtime.off("history_check");
		frappe.realtime.on("history_check", (told) => {
			if (told.name === frm.doc.name) follow(frm, told);
		});
		// Realtime tells sooner; without it the counters are read from the document.
		clearInterval(frm.check_poll);
		frm.check_poll = setInterval(() => {
			const shown = cur_frm === frm && frappe.get_route()[0] === "Form" && !document.hidden;
			if (!shown || !is_busy(frm.doc)) return;
			const fields = ["name", "status", "total_complaints", "complaints", "events", "breaks", "events_per_second", "progress_on"];
			frappe.db
				.get_value("History Check", frm.doc.name, fields)
				.then((answer) => answer.message && follow(frm, answer.message));
		}, 5000);
	},

	refresh(frm) {
		frm.disable_save();
		if (frm.is_new()) frm.page.set_primary_action(__("Check the whole history"), phanhoi.check_history);
		else show(frm);
	},
});

function is_busy(doc) {
	return ["Waiting", "Running"].includes(doc.status);
}

function follow(frm, told) {
	if (told.status !== frm.doc.status) {
		frm.reload_doc();
		return;
	}
	Object.assign(frm.doc, { progress_on: frappe.datetime.now_datetime() }, told);
	["complaints", "events", "breaks", "events_per_second"].forEach((field) => frm.refresh_field(field));
	show(frm);
}

function show(frm) {
	const doc = frm.doc;
	const wrapper = frm.get_field("progress_html").$wrapper;
	if (!is_busy(doc)) {
		const whole = doc.status === "Intact";
		const first = (doc.outcome || "").split("\n")[0];
		wrapper.html(phanhoi.history_verdict({ whole, words: [first], locked: doc.database_lock || doc.status === "Failed" }));
		return;
	}
	const percent = doc.total_complaints ? Math.floor((100 * doc.complaints) / doc.total_complaints) : 0;
	const number = (value) => format_number(value || 0, null, 0);
	const words = doc.total_complaints
		? __("{0} of {1} complaints, {2} breaks, {3} events a second", [doc.complaints, doc.total_complaints, doc.breaks, doc.events_per_second].map(number))
		: __("Waiting for a worker …");
	wrapper.html(`
		<div class="progress" style="height: 12px" role="progressbar" aria-valuemin="0" aria-valuemax="100"
			aria-valuenow="${percent}" aria-label="${__("Progress")}">
			<div class="progress-bar" style="width: ${percent}%"></div>
		</div>
		<p class="mt-2 mb-0" aria-live="polite">${percent} % · ${frappe.utils.escape_html(words)}</p>`);
	const silent = moment(frappe.datetime.now_datetime()).diff(doc.progress_on, "seconds");
	if (silent > 120) {
		const warning = __("No sign of life for more than two minutes: start another check.");
		wrapper.append(`<p class="text-danger mb-0">${warning}</p>`);
	}
}
