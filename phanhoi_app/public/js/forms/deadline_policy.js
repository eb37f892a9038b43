// Tries the policy: for a complaint, or facts that are chosen, which row holds and why, and when it would be due.
// In a function of its own: the framework runs these files side by side, and again.
(() => {
	frappe.ui.form.on("Deadline Policy", {
		refresh(frm) {
			const wrapper = frm.get_field("tester_html").$wrapper.empty();
			if (frm.is_new()) return;
			const clocks = frappe.meta.get_docfield("Deadline Policy Row", "clock").options;
			const complaint = (name) => frappe.meta.get_docfield("Deadline Policy Row", name).options;
			const group = new frappe.ui.FieldGroup({
				body: wrapper,
				fields: [
					{ fieldname: "clock", fieldtype: "Select", label: __("Clock"), options: clocks, default: "resolve" },
					{ fieldname: "complaint", fieldtype: "Link", label: __("Complaint"), options: "Complaint" },
					{ fieldname: "at", fieldtype: "Datetime", label: __("Begins"), default: "Now", depends_on: "eval:!doc.complaint" },
					{ fieldtype: "Column Break" },
					{ fieldname: "field", fieldtype: "Link", label: __("Field"), options: "Field", depends_on: "eval:!doc.complaint" },
					{ fieldname: "severity", fieldtype: "Select", label: __("Severity"), options: complaint("severity"), depends_on: "eval:!doc.complaint" },
					{ fieldname: "kind", fieldtype: "Select", label: __("Kind"), options: complaint("kind"), depends_on: "eval:!doc.complaint" },
					{ fieldtype: "Column Break" },
					{ fieldname: "agency", fieldtype: "Link", label: __("Agency"), options: "Agency", depends_on: "eval:!doc.complaint" },
					{ fieldname: "channel", fieldtype: "Select", label: __("Channel"), options: complaint("channel"), depends_on: "eval:!doc.complaint" },
					{ fieldname: "try", fieldtype: "Button", label: __("Try It"), click: () => attempt(frm, group, result) },
				],
			});
			group.make();
			const result = $('<div class="phanhoi-tester" role="status">').appendTo(wrapper);
		},
	});

	function attempt(frm, group, result) {
		if (frm.is_dirty()) {
			frappe.show_alert({ message: __("The saved rows are tried: save the changes first."), indicator: "orange" });
		}
		const { try: _button, ...asked } = group.get_values(true);
		frappe.xcall("phanhoi_app.sla.api.try_policy", { policy: frm.doc.name, ...asked }).then(({ sentences, due_on, term }) => {
			const escape = frappe.utils.escape_html;
			const due = due_on ? `<p><strong>${escape(__("Due {0}", [moment(due_on).format("HH:mm DD/MM/YYYY")]))}</strong> (${escape(term)})</p>` : "";
			const [first, ...others] = sentences.map((sentence) => `<li>${escape(sentence)}</li>`);
			result.html(`${due}<ul><strong>${first}</strong>${others.join("")}</ul>`);
		});
	}
})();
