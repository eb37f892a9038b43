// Documents whose name is a word of the workflow or a role: the list says it in the user's language.
{
	const NAMED_BY = {
		Workflow: "workflow_name",
		"Workflow State": "workflow_state_name",
		"Workflow Action Master": "workflow_action_name",
		Role: "role_name",
	};
	for (const [doctype, fieldname] of Object.entries(NAMED_BY)) {
		phanhoi.show_in_words(doctype, { name: phanhoi.word, [fieldname]: phanhoi.word }, "name");
		frappe.listview_settings[doctype].hide_name_column = true;
	}
}
