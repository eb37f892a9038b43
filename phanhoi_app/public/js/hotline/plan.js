// Shifts of many days at once: the people take turns; what would not fit is told before anything is written.
frappe.provide("phanhoi.hotline");
{
	const { escape, ask } = phanhoi.hotline;

	phanhoi.hotline.plan = async (roster) => {
		const { data: people, errors } = await ask("people", { agency: roster.agency });
		if (errors) return roster.say(Object.values(errors));
		if (!people.length) return roster.say([__("Nobody can be on duty there yet: add people to the agency first.")]);
		const first = roster.first.format("YYYY-MM-DD");
		const dialog = new frappe.ui.Dialog({
			title: __("Plan Shifts"),
			fields: [
				{ fieldname: "first", fieldtype: "Date", label: __("First Day"), reqd: 1, default: first },
				{ fieldname: "last", fieldtype: "Date", label: __("Last Day"), reqd: 1, default: moment(first).add(27, "days").format("YYYY-MM-DD") },
				{ fieldname: "hours", fieldtype: "Data", label: __("Shifts of a Day"), reqd: 1, default: "06:00-14:00, 14:00-22:00, 22:00-06:00" },
				{ fieldname: "at_once", fieldtype: "Int", label: __("People at Once"), reqd: 1, default: 1 },
				{
					fieldname: "users",
					fieldtype: "MultiCheck",
					label: __("Who Takes Turns, in This Order"),
					columns: 1,
					options: people.map((row) => ({ label: row.full_name, value: row.user, checked: 1 })),
				},
				{ fieldname: "told", fieldtype: "HTML" },
			],
			primary_action_label: __("Preview"),
			primary_action: (typed) => look(dialog, roster, typed, 0),
		});
		for (const name of ["first", "last", "hours", "at_once", "users"]) {
			dialog.fields_dict[name].df.change = dialog.fields_dict[name].df.on_change = () => afresh(dialog, roster);
		}
		dialog.show();
	};

	function afresh(dialog, roster) {
		dialog.set_primary_action(__("Preview"), (typed) => look(dialog, roster, typed, 0));
	}

	async function look(dialog, roster, typed, write) {
		const { first, last, hours, at_once, users } = typed;
		dialog.disable_primary_action();
		const args = { agency: roster.agency, first, last, hours, at_once, users: users || [], write };
		const { data, errors } = await ask("plan", args, true);
		dialog.enable_primary_action();
		const say = (lines, tone) => dialog.fields_dict.told.$wrapper.html(lines.map((line) => `<p class="${tone}" role="alert">${escape(line)}</p>`).join(""));
		if (errors) return say(Object.values(errors), "text-danger");
		if (data.problems.length) return say(data.problems, "text-danger");
		if (data.written) {
			dialog.hide();
			frappe.show_alert({ message: __("{0} shifts are in the roster.", [data.written]), indicator: "green" });
			return roster.refresh();
		}
		say([__("{0} shifts, nobody booked twice.", [data.count])], "text-success");
		dialog.set_primary_action(__("Write {0} Shifts", [data.count]), (again) => look(dialog, roster, again, 1));
	}
}
