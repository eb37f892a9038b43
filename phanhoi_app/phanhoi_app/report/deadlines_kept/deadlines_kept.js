// How deadlines were kept: a tree of agencies or fields, or months.
frappe.query_reports["Deadlines Kept"] = {
	filters: [
		{ fieldname: "from_date", label: __("From"), fieldtype: "Date", default: frappe.datetime.year_start(), reqd: 1 },
		{ fieldname: "to_date", label: __("To"), fieldtype: "Date", default: frappe.datetime.get_today(), reqd: 1 },
		{
			fieldname: "group_by",
			label: __("Group By"),
			fieldtype: "Select",
			options: ["Agency", "Field", "Month"].map((value) => ({ value, label: __(value) })),
			default: "Agency",
			reqd: 1,
		},
		{ fieldname: "agency", label: __("Agency"), fieldtype: "Link", options: "Agency" },
		{ fieldname: "field", label: __("Field"), fieldtype: "Link", options: "Field" },
	],
	tree: true,
	name_field: "key",
	parent_field: "parent",
	initial_depth: 3,

	formatter(value, row, column, data, original) {
		const shown = original(value, row, column, data);
		if (!data) return shown;
		if (value === null || value === undefined) return "–";
		if (data.bold) return `<strong>${shown}</strong>`;
		// A sign besides the colour, so that nobody has to tell red from green.
		const warns = ["late", "late_extended", "open_overdue"].includes(column.fieldname) && data[column.fieldname] > 0;
		return warns ? `<span class="phanhoi-due phanhoi-due-red"><span aria-hidden="true">!</span> ${value}</span>` : shown;
	},
};
