// The list of what came in: what failed is seen at once.
frappe.listview_settings["Inbound Message"] = {
	add_fields: ["status", "reply_state"],
	get_indicator(doc) {
		const colours = { Queued: "orange", Done: "green", Ignored: "gray", Failed: "red" };
		return [__(doc.status), colours[doc.status], `status,=,${doc.status}`];
	},
};
