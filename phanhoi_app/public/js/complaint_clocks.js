// Deadlines on the complaint's form: each clock in words, who took how long, more time asked and decided.
// In a function of its own: the framework runs these files side by side, and again.
(() => {
	frappe.ui.form.on("Complaint", {
		refresh(frm) {
			const wrapper = frm.get_field("clocks_html").$wrapper.empty();
			const { clocks, extension_request: request } = frm.doc.__onload || {};
			if (frm.is_new() || !clocks) return;
			wrapper.html(request_html(request) + clocks_html(clocks));
			wrapper.find("[data-decide]").on("click", (event) => decide(frm, request, event.currentTarget.dataset.decide));
			if (["new", "screening", "waiting", "assigned", "processing", "approval"].includes(frm.doc.phase) && !request) {
				frm.add_custom_button(__("Ask for more time"), () => ask(frm));
			}
		},
	});

	const escape = (text) => frappe.utils.escape_html(String(text ?? ""));
	const moment_words = (value) => (value ? moment(value).format("HH:mm DD/MM/YYYY") : "");

	// Word, colour and sign of a clock, so that nobody has to tell red from green.
	const STATES = () => ({
		on_time: [__("in time"), "green", "✓"],
		late: [__("late"), "red", "!"],
		late_extended: [__("late, within an approved extension"), "blue", "↷"],
		void: [__("no longer counts"), "gray", "–"],
		open: [__("running"), "green", "○"],
		overdue: [__("overdue"), "red", "!"],
		paused: [__("paused"), "gray", "⏸"],
	});

	function clocks_html({ clocks, waited, shares }) {
		if (!clocks.length) return `<p class="text-muted">${escape(__("No deadline holds for this complaint."))}</p>`;
		const rows = clocks
			.map((clock) => {
				const [word, color, sign] = STATES()[clock.state === "paused" ? "paused" : clock.verdict];
				const lines = [
					clock.why,
					clock.ground,
					clock.original_due_on !== clock.due_on ? __("First due {0}", [moment_words(clock.original_due_on)]) : "",
					clock.stopped_on ? __("Stopped {0}", [moment_words(clock.stopped_on)]) : "",
					...clock.pauses.map((pause) => stretch(__("Paused {0}", [from_to(pause.since, pause.until)]), pause)),
					...clock.extensions.map((each) => stretch(__("Extended to {0}", [moment_words(each.new_due)]), each)),
				];
				const details = lines.filter(Boolean).map((line) => `<div class="text-muted small">${escape(line)}</div>`);
				const name = clock.cycle > 1 ? `${clock.label} (${__("time no. {0}", [clock.cycle])})` : clock.label;
				return `<li><div class="phanhoi-clock-head"><strong>${escape(name)}</strong>
					<span class="phanhoi-due phanhoi-due-${color}"><span aria-hidden="true">${sign}</span> ${escape(word)}</span>
					<span>${escape(__("due {0}", [moment_words(clock.due_on)]))}</span></div>${details.join("")}</li>`;
			})
			.join("");
		const parts = shares.map((share) => {
			const paused = share.paused ? `, ${__("standing still for {0}", [share.paused])}` : "";
			return `<li>${escape(share.agency)}: ${escape(share.days)} (${escape(__("{0} of working time", [share.working_days]))})${escape(paused)}</li>`;
		});
		const waiting = parts.length
			? `<p>${escape(__("The citizen has waited {0}, of which:", [waited]))}</p><ul class="phanhoi-shares">${parts.join("")}</ul>`
			: "";
		return `<ul class="phanhoi-clocks">${rows}</ul>${waiting}`;
	}

	const from_to = (since, until) =>
		until ? `${moment_words(since)} – ${moment_words(until)}` : __("since {0}", [moment_words(since)]);
	const stretch = (said, { reason, ground }) => [said, reason, ground].filter(Boolean).join(" · ");

	function request_html(request) {
		if (!request) return "";
		const said = __("More time is asked for: until {0} instead of {1}.", [
			moment_words(request.new_due_on),
			moment_words(request.due_on),
		]);
		const buttons = request.may_decide
			? `<button class="btn btn-primary btn-sm" data-decide="grant">${escape(__("Grant"))}</button>
				<button class="btn btn-default btn-sm" data-decide="refuse">${escape(__("Refuse the extension"))}</button>`
			: `<span class="text-muted small">${escape(request.why_not)}</span>`;
		return `<div class="phanhoi-request"><p><strong>${escape(said)}</strong></p>
			<p>${escape([request.reason, request.legal_ground].filter(Boolean).join(" · "))}</p><p>${buttons}</p></div>`;
	}

	function ask(frm) {
		frappe.xcall("phanhoi_app.sla.api.extension_preview", { complaint: frm.doc.name }).then((allowed) => {
			if (allowed.refused) {
				frappe.msgprint({ title: __("No more time"), message: escape(allowed.refused), indicator: "orange" });
				return;
			}
			const limits = [
				__("Due now: {0}.", [moment_words(allowed.due_on)]),
				allowed.latest ? __("At the latest: {0}.", [moment_words(allowed.latest)]) : "",
				__("Extended {0} of {1} times.", [allowed.granted, allowed.times]),
				allowed.approver === "Leader"
					? __("The leader of the agency decides.")
					: __("A leader of the agency above decides."),
			];
			const dialog = new frappe.ui.Dialog({
				title: __("Ask for more time"),
				fields: [
					{ fieldtype: "HTML", options: `<p>${limits.filter(Boolean).map(escape).join(" ")}</p>` },
					{ fieldname: "new_due_on", fieldtype: "Datetime", label: __("New Due Time"), reqd: 1, default: allowed.latest },
					{
						fieldname: "reason",
						fieldtype: "Small Text",
						label: __("Reason"),
						reqd: 1,
						description: __("The citizen reads it if the extension is granted."),
					},
					{ fieldname: "legal_ground", fieldtype: "Data", label: __("Legal Ground") },
				],
				primary_action_label: __("Ask"),
				primary_action(values) {
					frappe
						.xcall("phanhoi_app.sla.api.ask_extension", { complaint: frm.doc.name, modified: frm.doc.modified, ...values })
						.then(() => {
							dialog.hide();
							frm.reload_doc();
						});
				},
			});
			dialog.show();
		});
	}

	function decide(frm, request, decision) {
		const grants = decision === "grant";
		const field = grants
			? { fieldname: "told_citizen", label: __("Reason, as the citizen reads it"), default: request.reason }
			: { fieldname: "reason", label: __("Reason"), reqd: 1 };
		frappe.prompt(
			[{ fieldtype: "Small Text", ...field }],
			(values) =>
				frappe
					.xcall(`phanhoi_app.sla.api.${decision}_extension`, { request: request.name, ...values })
					.then(() => frm.reload_doc()),
			grants ? __("Grant more time") : __("Refuse the extension"),
			grants ? __("Grant") : __("Refuse the extension")
		);
	}
})();
