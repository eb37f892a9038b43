// What became of a message, state by state, and sending it once more.
frappe.ui.form.on("Message", {
	refresh(frm) {
		frm.disable_form(); // a message is read and sent again, never rewritten, by whomever
		frm.fields_dict.states_html.$wrapper.html(course(frm.doc.__onload?.states || []));
		const { possible } = frm.doc.__onload?.resending || {};
		if (possible) frm.add_custom_button(__("Send Again"), () => resend(frm));
	},
});

function resend(frm) {
	const { warning } = frm.doc.__onload.resending;
	const question = warning || __("Send this message once more?");
	frappe.confirm(frappe.utils.escape_html(question), () =>
		frappe
			.call({
				method: "phanhoi_app.messaging.api.resend",
				args: { name: frm.doc.name, even_so: warning ? 1 : 0 },
				freeze: true,
			})
			.then(({ message }) => {
				if (message.warning) {
					// It has gone out since the page was opened.
					frm.doc.__onload.resending.warning = message.warning;
					resend(frm);
					return;
				}
				frappe.show_alert({ message: __("The message is on its way."), indicator: "green" });
				frappe.set_route("Form", "Message", message.name);
			})
	);
}

function course(states) {
	const colors = { Delivered: "green", Sent: "green", Failed: "red", "Gave up": "red", "Not sent": "orange" };
	const rows = states.map(({ status, at, note }) => {
		const words = `<span class="phanhoi-due phanhoi-due-${colors[status] || "blue"}">${phanhoi.word(status)}</span>`;
		const why = note ? `<div class="text-muted small">${phanhoi.note_words(note)}</div>` : "";
		return `<li><time class="text-muted">${moment(at).format("HH:mm:ss DD/MM/YYYY")}</time> ${words}${why}</li>`;
	});
	return `<ol class="message-course">${rows.join("")}</ol>`;
}
