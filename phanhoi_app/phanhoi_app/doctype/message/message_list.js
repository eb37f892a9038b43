// The outbox at a glance: what went out, what waits, what failed.
frappe.listview_settings["Message"] = {
	add_fields: ["status", "status_note"],
	get_indicator(doc) {
		const colors = {
			Queued: "blue",
			Sending: "blue",
			Sent: "green",
			Delivered: "green",
			Failed: "red",
			"Not sent": "orange",
		};
		return [__(doc.status), colors[doc.status] || "gray", `status,=,${doc.status}`];
	},
};
