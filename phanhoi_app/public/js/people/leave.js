// Somebody leaves an agency: who takes over each open complaint, then a bar until it is done.
frappe.provide("phanhoi.people");
{
	const API = "phanhoi_app.agencies.api.";
	const POLL = 1500; // milliseconds
	const SHOWN = 500; // complaints with a choice of their own; the rest go to the one chosen for all
	const AS_ABOVE = "*";
	const escape = (text) => frappe.utils.escape_html(String(text ?? ""));

	phanhoi.people.leave = (people, member) => {
		const args = { agency: people.agency, user: member.user };
		frappe.call({ method: `${API}leaving_preview`, args, freeze: true }).then(({ message }) => ask(people, message));
	};

	function ask(people, told) {
		const takers = [
			{ value: "", label: __("Nobody: back to the agency, for somebody to take") },
			...told.colleagues.map((each) => ({ value: each.user, label: `${each.full_name} (${__(each.duty)})` })),
		];
		const any = told.complaints.length > 0;
		const dialog = new frappe.ui.Dialog({
			title: __("{0} leaves the agency", [escape(told.full_name)]),
			size: "large",
			fields: [
				{ fieldname: "reason", fieldtype: "Data", label: __("Reason"), reqd: 1, description: __("It stands in the history of each complaint handed over.") },
				{ fieldname: "successor", fieldtype: "Select", label: __("Who takes over"), options: takers, default: told.colleagues[0]?.user || "", hidden: !any },
				{ fieldname: "complaints", fieldtype: "HTML" },
				{
					fieldname: "disable",
					fieldtype: "Check",
					label: __("Disable the account, too"),
					hidden: !told.may_disable,
					description: __("This is the last agency of the account."),
				},
			],
			primary_action_label: any ? __("Hand Over and Leave") : __("Leave the Agency"),
			primary_action: (typed) => start(people, dialog, told, typed),
		});
		dialog.fields_dict.complaints.$wrapper.html(table(told.complaints, takers));
		dialog.show();
	}

	function table(complaints, takers) {
		if (!complaints.length) return `<p class="text-muted">${escape(__("No open complaints are to be handed over."))}</p>`;
		const options = [{ value: AS_ABOVE, label: __("as chosen above") }, ...takers]
			.map((each) => `<option value="${escape(each.value)}">${escape(each.label)}</option>`)
			.join("");
		const rows = complaints.slice(0, SHOWN).map((row) => {
			const due = row.due_on ? moment(row.due_on).format("HH:mm DD/MM/YYYY") : "–";
			return `<tr><th scope="row"><span class="people-name">${escape(row.name)}</span>
				<span class="text-muted people-mail">${escape(row.title)}</span></th>
				<td data-head="${escape(__("Due On"))}">${escape(due)}</td>
				<td><select class="form-control input-xs people-taker" data-complaint="${escape(row.name)}"
					aria-label="${escape(__("Who takes over"))} ${escape(row.name)}">${options}</select></td></tr>`;
		});
		const rest = complaints.length - SHOWN;
		return `<p><b>${escape(__("{0} open complaints", [complaints.length]))}</b></p>
			<table class="people-table"><tbody>${rows.join("")}</tbody></table>
			${rest > 0 ? `<p class="text-muted">${escape(__("… and {0} more, as chosen above", [rest]))}</p>` : ""}`;
	}

	function start(people, dialog, told, typed) {
		const choices = {};
		dialog.$wrapper.find(".people-taker").each((_, select) => {
			if (select.value !== AS_ABOVE) choices[select.dataset.complaint] = select.value;
		});
		const args = {
			agency: people.agency,
			user: told.user,
			reason: typed.reason,
			successor: typed.successor || "",
			choices: JSON.stringify(choices),
			disable: cint(typed.disable),
		};
		frappe.call({ method: `${API}leave`, args, freeze: true }).then(({ message }) => {
			dialog.hide();
			follow(people, message);
		});
	}

	phanhoi.people.follow_leaving = (people, name) =>
		frappe.call({ method: `${API}leaving_state`, args: { name } }).then(({ message }) => follow(people, message));

	function follow(people, told) {
		const dialog = new frappe.ui.Dialog({
			title: __("Handing over"),
			fields: [{ fieldname: "progress", fieldtype: "HTML" }],
		});
		dialog.show();
		const show = (state) => {
			people.refresh();
			const running = ["Waiting", "Handing over"].includes(state.status);
			const percent = state.total ? Math.floor((100 * state.done) / state.total) : running ? 0 : 100;
			const color = { Failed: "bg-danger", Finished: "bg-success" }[state.status] || "bg-primary";
			dialog.fields_dict.progress.$wrapper.html(`
				<div class="progress" style="height: 12px" role="progressbar" aria-valuemin="0" aria-valuemax="100"
					aria-valuenow="${percent}" aria-label="${escape(__("Progress"))}">
					<div class="progress-bar ${color}" style="width: ${percent}%"></div>
				</div>
				<p class="mt-2 mb-0" aria-live="polite">${cint(state.done)} / ${cint(state.total)} · ${escape(__(state.status))}</p>
				<p class="mb-0">${escape(state.outcome || "")}</p>`);
			if (state.status === "Failed") {
				dialog.set_primary_action(__("Go On"), () =>
					frappe.call({ method: `${API}leave_again`, args: { name: state.name } }).then(({ message }) => {
						dialog.get_primary_btn().addClass("hide");
						show(message);
					})
				);
			}
			if (!running) return;
			setTimeout(() => {
				if (!dialog.display) return;
				frappe.call({ method: `${API}leaving_state`, args: { name: state.name } }).then(({ message }) => show(message));
			}, POLL);
		};
		show(told);
	}
}
