// The list: state by colour and word, how long is left in words, search that forgives missing marks.
frappe.listview_settings["Complaint"] = {
	add_fields: ["phase", "due_on", "clock_state", "original_due_on", "paused_on", "reply_by", "severity", "publication"],
	hide_name_column: false,

	get_indicator(doc) {
		const colors = {
			new: "red",
			screening: "orange",
			waiting: "gray",
			assigned: "blue",
			processing: "blue",
			approval: "yellow",
			answered: "green",
			closed: "gray",
			refused: "darkgrey",
			redirected: "darkgrey",
			merged: "darkgrey",
		};
		return [__(doc.workflow_state), colors[doc.phase] || "gray", `workflow_state,=,${doc.workflow_state}`];
	},

	formatters: {
		due_on(value, df, doc) {
			return phanhoi.due_badge(doc);
		},
	},

	onload(listview) {
		// What is typed with marks must find what was typed without, and the other way round.
		const original = listview.get_filters_for_args.bind(listview);
		listview.get_filters_for_args = () =>
			original().flatMap((filter) => {
				if (filter[1] !== "search_text" || filter[2] !== "like") return [filter];
				const words = phanhoi.search_key(String(filter[3]).replace(/%/g, " ")).split(" ");
				return words.map((word) => [filter[0], filter[1], "like", `%${word}%`]);
			});
		// Each complaint is one row: grouped by number, the database would gather all before it shows twenty.
		listview.get_group_by = () => null;
		if (listview.count_upper_bound === undefined) count_no_further(listview, 1001);
		// Told that something changed, not what: the server shows each user the own scope.
		const again = frappe.utils.debounce(() => {
			const shown = cur_list === listview && frappe.get_route()[0] === "List";
			const busy = (listview.$checks && listview.$checks.length) || listview.avoid_realtime_update();
			if (shown && !busy) listview.refresh();
		}, 2000);
		frappe.realtime.off("complaint_list_changed");
		frappe.realtime.on("complaint_list_changed", again);
		listview.page.add_inner_button(__("Overdue"), () => {
			listview.filter_area.add([
				["Complaint", "clock_state", "=", "Running"],
				["Complaint", "due_on", "<", frappe.datetime.now_datetime()],
			]);
		});
		// Past the first deadline, but within an approved extension: late in the citizen's eyes, reported apart.
		listview.page.add_inner_button(__("Late within an extension"), () => {
			listview.filter_area.add([
				["Complaint", "clock_state", "=", "Running"],
				["Complaint", "original_due_on", "<", frappe.datetime.now_datetime()],
				["Complaint", "due_on", ">=", frappe.datetime.now_datetime()],
			]);
		});
		const urges = ["Phanhoi Supervisor", "Phanhoi Coordinator", "Phanhoi Leader"];
		if (urges.some((role) => frappe.user.has_role(role))) {
			listview.page.add_action_item(__("Urge"), () => urge_chosen(listview));
		}
	},
};

// Newer versions of the list count so far and say "1,000+", and count all when that is clicked; here it is taught to.
function count_no_further(listview, most) {
	const say_count = (limit) =>
		frappe
			.xcall("frappe.desk.reportview.get_count", {
				doctype: listview.doctype,
				filters: listview.get_filters_for_args(),
				fields: [],
				distinct: false,
				limit,
			})
			.then((count) => {
				listview.total_count = count || listview.data.length;
				const more = limit && count >= limit;
				const number = format_number(more ? limit - 1 : listview.total_count, null, 0);
				const all = `<a class="count-all" title="${__("Count all of them")}">${number}+</a>`;
				return __("{0} of {1}", [listview.data.length, more ? all : number]);
			});
	listview.get_count_str = () => say_count(most);
	listview.$result.on("click", ".count-all", () => {
		say_count(0).then((words) => listview.$result.find(".list-count").html(`<span>${words}</span>`));
	});
}

function urge_chosen(listview) {
	const names = listview.get_checked_items(true);
	frappe.prompt(
		[{ fieldname: "note", fieldtype: "Small Text", label: __("Note (only officials read it)") }],
		({ note }) =>
			frappe.xcall("phanhoi_app.sla.api.urge_many", { names, note: note || "" }).then(({ done, refused }) => {
				const lines = refused.map(({ name, why }) => `<li>${frappe.utils.escape_html(`${name}: ${why}`)}</li>`);
				frappe.msgprint({
					title: __("Urge"),
					message: `<p>${__("Urged on {0} complaints.", [done])}</p>${lines.length ? `<ul>${lines.join("")}</ul>` : ""}`,
					indicator: refused.length ? "orange" : "green",
				});
				listview.clear_checked_items();
			}),
		__("Urge to act on {0} complaints", [names.length]),
		__("Urge")
	);
}
