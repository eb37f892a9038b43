// The outbox at a glance: what went out, what waits, what failed.
frappe.listview_settings["Message"] = {
	add_fields: ["status", "status_note"],
	hide_name_column: true,
	onload(list) {
		list.page.add_inner_button(__("What Waits and Why"), () => frappe.set_route("outbox"));
	},
	get_indicator(doc) {
		const colors = {
			Queued: "blue",
			Sending: "blue",
			Sent: "green",
			Delivered: "green",
			Failed: "red",
			"Gave up": "red",
			"Not sent": "orange",
		};
		return [__(doc.status), colors[doc.status] || "gray", `status,=,${doc.status}`];
	},
};
phanhoi.show_in_words(
	"Message",
	{ event: phanhoi.word, template: phanhoi.template_words, status_note: phanhoi.note_words },
	"event"
);
