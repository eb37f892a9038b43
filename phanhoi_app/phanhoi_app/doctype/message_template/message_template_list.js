// A template is named by the codes it is for; the list says them in words.
frappe.listview_settings["Message Template"] = { hide_name_column: true };
phanhoi.show_in_words("Message Template", { name: phanhoi.template_words }, "name");
