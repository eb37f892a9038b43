// A check is started, not filled in.
frappe.listview_settings["History Check"] = {
	refresh(list) {
		if (!phanhoi.may_check_history()) return;
		list.page.set_primary_action(__("Check the whole history"), phanhoi.check_history);
	},
	primary_action: () => phanhoi.check_history(),
};
