// Reminders and escalations on the complaint's form: what was given, the explanation asked for, and urging.
(() => {
	frappe.ui.form.on("Complaint", {
		refresh(frm) {
			const { escalations, may_urge } = frm.doc.__onload || {};
			if (frm.is_new() || !escalations) return;
			if (may_urge) frm.add_custom_button(__("Urge"), () => urge(frm));
			if (!escalations.length) return;
			const shown = $(list_html(escalations)).appendTo(frm.get_field("clocks_html").$wrapper);
			shown.find("[data-explain]").on("click", (event) => explain(frm, event.currentTarget.dataset.explain));
			// Who is asked sees it without looking for it.
			if (escalations.some((row) => row.may_explain)) {
				frm.add_custom_button(__("Explain"), () => explain(frm, escalations.find((row) => row.may_explain).name));
			}
		},
	});

	const escape = (text) => frappe.utils.escape_html(String(text ?? ""));
	const moment_words = (value) => (value ? moment(value).format("HH:mm DD/MM/YYYY") : "");

	function list_html(rows) {
		const items = rows.map((row) => {
			const lines = [
				[row.effect, row.result].filter(Boolean).join(": "),
				row.told_to ? __("{0} people told", [row.told_to]) : "",
				row.waits ? __("Waiting for the explanation of {0}", [row.agency]) : "",
				row.explanation ? `${__("Explained by {0}, {1}", [row.explained_by, moment_words(row.explained_on)])}: ${row.explanation}` : "",
			];
			const details = lines.filter(Boolean).map((line) => `<div class="text-muted small">${escape(line)}</div>`);
			const button = row.may_explain
				? `<button class="btn btn-default btn-xs" data-explain="${escape(row.name)}">${escape(__("Explain"))}</button>`
				: "";
			return `<li><div class="phanhoi-clock-head"><strong>${escape(row.said)}</strong>
				<span>${escape(moment_words(row.given_on))}</span></div>${details.join("")}${button}</li>`;
		});
		return `<div class="phanhoi-steps"><h6>${escape(__("Reminders and escalation"))}</h6>
			<ul class="phanhoi-clocks">${items.join("")}</ul></div>`;
	}

	function urge(frm) {
		frappe.prompt(
			[{ fieldname: "note", fieldtype: "Small Text", label: __("Note (only officials read it)") }],
			({ note }) =>
				frappe
					.xcall("phanhoi_app.sla.api.urge", { complaint: frm.doc.name, note: note || "" })
					.then((told) => {
						frappe.show_alert({ message: __("Urged: {0} people are told.", [told]), indicator: "green" });
						frm.reload_doc();
					}),
			__("Urge to act on {0}", [frm.doc.name]),
			__("Urge")
		);
	}

	function explain(frm, escalation) {
		frappe.prompt(
			[
				{
					fieldname: "explanation",
					fieldtype: "Small Text",
					label: __("Explanation"),
					reqd: 1,
					description: __("Why it is late, and when it will be done. Supervisors read it; it cannot be changed later."),
				},
			],
			({ explanation }) =>
				frappe.xcall("phanhoi_app.sla.api.explain", { escalation, explanation }).then(() => frm.reload_doc()),
			__("Written explanation"),
			__("Send")
		);
	}
})();
