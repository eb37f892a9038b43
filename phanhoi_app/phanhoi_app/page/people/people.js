// The page "Personnel": the people of an agency, for its leaders and administrators. The server decides on everything;
// what is shown here as possible is only what it said.
frappe.pages["people"].on_page_load = (wrapper) => {
	const parts = ["upload", "leave"].map((name) => `/assets/phanhoi_app/js/people/${name}.js`);
	frappe.require(parts, () => {
		wrapper.people = new People(wrapper);
	});
};
frappe.pages["people"].on_page_show = (wrapper) => wrapper.people && wrapper.people.refresh();

const API = "phanhoi_app.agencies.api.";
const KEPT = "phanhoi_people_agency"; // of localStorage: the agency that was looked at last
const DUTIES = ["Officer", "Leader", "Viewer", "Coordinator"];
const escape = (text) => frappe.utils.escape_html(String(text ?? ""));

class People {
	constructor(wrapper) {
		this.page = frappe.ui.make_app_page({ parent: wrapper, title: __("Personnel"), single_column: true });
		this.page.set_primary_action(__("Add Person"), () => this.edit(), "add");
		this.page.set_secondary_action(__("Upload List"), () => phanhoi.people.upload(this), "upload");
		this.$body = $(`<div class="phanhoi-people">
			<div class="people-choose"></div><p class="people-count text-muted" aria-live="polite"></p>
			<div class="people-list"></div>
		</div>`).appendTo(this.page.main);
		this.$body.on("click", "[data-act]", (event) => this.act($(event.currentTarget)));
		this.load_agencies();
	}

	load_agencies() {
		frappe.call({ method: `${API}agencies` }).then(({ message }) => {
			this.agencies = message || [];
			if (!this.agencies.length) {
				this.$body.find(".people-list").html(empty(__("You do not manage the people of any agency.")));
				this.page.clear_actions();
				return;
			}
			const kept = localStorage.getItem(KEPT);
			const known = this.agencies.some((row) => row.name === kept);
			this.make_choice(known ? kept : this.agencies[0].name);
		});
	}

	make_choice(agency) {
		this.choice = frappe.ui.form.make_control({
			parent: this.$body.find(".people-choose"),
			df: {
				fieldtype: "Autocomplete",
				fieldname: "agency",
				label: __("Agency"),
				options: this.agencies.map((row) => ({
					value: row.name,
					label: `${"– ".repeat(row.depth)}${row.agency_name}`,
					description: row.name,
				})),
				change: () => this.choose(this.choice.get_value()),
			},
			render_input: true,
		});
		this.$body.find(".people-choose").toggle(this.agencies.length > 1);
		this.choice.set_value(agency);
		this.choose(agency);
	}

	choose(agency) {
		if (!agency || agency === this.agency || !this.agencies.some((row) => row.name === agency)) return;
		this.agency = agency;
		localStorage.setItem(KEPT, agency);
		this.refresh();
	}

	refresh() {
		if (!this.agency) return Promise.resolve();
		const agency = this.agency;
		return frappe.call({ method: `${API}people`, args: { agency } }).then(({ message }) => {
			if (agency !== this.agency) return; // another was chosen meanwhile
			this.told = message;
			this.show();
		});
	}

	show() {
		const { members, agency_name } = this.told;
		this.$body.find(".people-count").text(__("{0}: {1} people", [agency_name, members.length]));
		const list = this.$body.find(".people-list");
		if (!members.length) {
			list.html(empty(__("Nobody yet. Add a person or upload a list.")));
			return;
		}
		const heads = [__("Name"), __("Duty"), __("Mobile for SMS"), __("Last login"), __("Open complaints"), ""];
		list.html(`<table class="people-table">
			<thead><tr>${heads.map((head) => `<th scope="col">${escape(head)}</th>`).join("")}</tr></thead>
			<tbody>${members.map((member) => this.row(member)).join("")}</tbody>
		</table>`);
	}

	row(member) {
		const cell = (head, content) => `<td data-head="${escape(head)}">${content}</td>`;
		return `<tr data-user="${escape(member.user)}">
			<th scope="row">
				<span class="people-name">${escape(member.full_name)}</span>
				<span class="text-muted people-mail">${escape(member.user)}</span>${state(member)}
			</th>
			${cell(__("Duty"), escape(__(member.duty)))}
			${cell(__("Mobile for SMS"), escape(member.phone) || "–")}
			${cell(__("Last login"), member.last_login ? escape(day(member.last_login)) : "–")}
			${cell(__("Open complaints"), `<span class="people-open">${cint(member.open)}</span>`)}
			<td class="people-acts">${this.acts(member)}</td>
		</tr>`;
	}

	acts(member) {
		if (member.why_not) return `<span class="text-muted small">${escape(member.why_not)}</span>`;
		const button = (act, label) =>
			`<button class="btn btn-xs btn-default" data-act="${act}">${escape(label)}</button>`;
		if (member.leaving) return button("follow", __("Show Progress"));
		const acts = [button("edit", __("Change Duty"))];
		if (!member.signed_in && member.enabled) {
			acts.push(button("invite", member.invitation ? __("Send Invitation Again") : __("Send Invitation")));
		}
		acts.push(button("leave", __("Leave the Agency")));
		return acts.join(" ");
	}

	act($button) {
		const user = $button.closest("tr").attr("data-user");
		const member = this.told.members.find((each) => each.user === user);
		const acts = {
			edit: () => this.edit(member),
			invite: () => this.invite(member),
			leave: () => phanhoi.people.leave(this, member),
			follow: () => phanhoi.people.follow_leaving(this, member.leaving),
		};
		acts[$button.attr("data-act")]();
	}

	// A new person, or another duty or number of one who is there: both are a list of one row.
	edit(member) {
		const duties = DUTIES.filter((duty) => duty !== "Coordinator" || this.told.appoints_coordinators);
		const fixed = member ? 1 : 0;
		const dialog = new frappe.ui.Dialog({
			title: member ? __("Change Duty") : __("Add Person"),
			fields: [
				{ fieldname: "full_name", fieldtype: "Data", label: __("Full name"), reqd: 1, default: member?.full_name, read_only: fixed },
				{ fieldname: "email", fieldtype: "Data", label: __("E-mail"), reqd: 1, default: member?.user, read_only: fixed },
				{
					fieldname: "duty",
					fieldtype: "Select",
					label: __("Duty"),
					reqd: 1,
					options: duties.map((value) => ({ value, label: __(value) })),
					default: member?.duty || "Officer",
				},
				{
					fieldname: "phone",
					fieldtype: "Data",
					label: __("Mobile number"),
					description: member?.phone ? __("Now {0}; leave empty to keep it.", [member.phone]) : "",
				},
				...(member ? [] : [phanhoi.people.channel_field()]),
				{ fieldname: "trouble", fieldtype: "HTML" },
			],
			primary_action_label: __("Continue"),
			primary_action: (typed) => this.look(dialog, typed),
		});
		dialog.show();
	}

	look(dialog, typed) {
		const args = { agency: this.agency, ...typed };
		delete args.trouble;
		frappe.call({ method: `${API}look_at_person`, args, freeze: true }).then(({ message }) => {
			const line = message.lines[0];
			const trouble = dialog.fields_dict.trouble.$wrapper;
			if (line.outcome === "error") {
				const text = line.column_label ? `${line.column_label}: ${line.sentence}` : line.sentence;
				trouble.html(`<p class="text-danger" role="alert">${escape(text)}</p>`);
				return;
			}
			if (line.outcome === "unchanged") {
				trouble.html(`<p class="text-muted">${escape(__("Nothing changes."))}</p>`);
				return;
			}
			trouble.empty();
			const said = `<b>${escape(line.full_name)}</b> (${escape(line.email)}): ${escape(__(line.duty))}<br>${
				line.outcome === "new" ? `${escape(__("New account"))}. ` : ""
			}${escape(line.sentence)}`;
			frappe.confirm(said, () =>
				frappe.call({ method: `${API}confirm`, args: { name: message.name }, freeze: true }).then(() => {
					dialog.hide();
					frappe.show_alert({ message: __("Done."), indicator: "green" });
					this.refresh();
				})
			);
		});
	}

	invite(member) {
		frappe.prompt(
			[phanhoi.people.channel_field()],
			({ channel }) =>
				frappe
					.call({ method: `${API}invite_again`, args: { agency: this.agency, user: member.user, channel }, freeze: true })
					.then(() => {
						frappe.show_alert({ message: __("The invitation is on its way."), indicator: "green" });
						this.refresh();
					}),
			__("Invite {0}", [escape(member.full_name)]),
			__("Send")
		);
	}
}

function state(member) {
	const mark = (color, text, title = "") =>
		`<span class="phanhoi-due phanhoi-due-${color}" title="${escape(title)}">${escape(text)}</span>`;
	if (!member.enabled) return mark("gray", __("disabled"));
	if (member.leaving) return mark("orange", __("is leaving"));
	if (member.signed_in || !member.invitation) return "";
	const { state: invited, at, note } = member.invitation;
	const words = {
		sent: ["green", __("invited {0}", [day(at)])],
		used: ["green", __("has opened the invitation")],
		expired: ["orange", __("the invitation has expired")],
		failed: ["red", __("the invitation did not arrive")],
	}[invited];
	return words ? mark(words[0], words[1], note) : "";
}

const day = (moment_text) => moment(moment_text).format("DD/MM/YYYY");
const empty = (text) => `<p class="people-empty text-muted">${escape(text)}</p>`;
