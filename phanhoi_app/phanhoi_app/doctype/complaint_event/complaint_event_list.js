// What happened, in the words of the complaint's own history.
frappe.listview_settings["Complaint Event"] = { hide_name_column: true };
phanhoi.show_in_words(
	"Complaint Event",
	{ kind: (value) => frappe.utils.escape_html((frappe.boot.phanhoi_event_words || {})[value] || value || "") },
	"kind"
);
