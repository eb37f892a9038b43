// The complaint's form: the dialog of each verb with what it will do, and who takes part.
frappe.provide("phanhoi.custody");

// What the verb will do stands above the dialog's fields, and is none: the first field gets the focus.
phanhoi.custody.show_preview = (dialog, sentences) => {
	const lines = (sentences || []).map((line) => `<li>${frappe.utils.escape_html(line)}</li>`).join("");
	if (lines) $(`<ul class="phanhoi-preview">${lines}</ul>`).prependTo(dialog.body);
};

// The fields of a verb's dialog; undefined for a verb that is done without asking.
phanhoi.custody.fields = (frm, verb) => {
	const onload = frm.doc.__onload || {};
	const text = (fieldname, label, more) => ({ fieldname, fieldtype: "Small Text", label, reqd: 1, ...more });
	const note = text("note", __("Note (only officials read it)"), { reqd: 0 });
	const reason = text("reason", __("Reason"));
	const agency = (more) => ({
		fieldname: "agency",
		fieldtype: "Link",
		options: "Agency",
		label: __("Agency"),
		reqd: 1,
		get_query: () => ({ filters: { name: ["!=", frm.doc.agency || ""] } }),
		...more,
	});
	const ending = (redirects) => [
		{
			fieldname: "refusal_reason",
			fieldtype: "Link",
			options: "Refusal Reason",
			label: __("Reason"),
			reqd: 1,
			get_query: () => ({ filters: { enabled: 1, redirects } }),
		},
		text("note", __("More words to the citizen"), { reqd: 0 }),
	];
	const answer = ["answer_text", "answer_document_number", "answer_date", "answer_signer"].map((name) => {
		const df = frappe.meta.get_docfield("Complaint", name);
		const draft = name === "answer_text" ? (onload.cohandling || {}).combined_answer : "";
		return {
			fieldname: name,
			fieldtype: df.fieldtype,
			label: __(df.label),
			default: frm.doc[name] || draft,
			reqd: name === "answer_text" ? 1 : 0,
		};
	});
	const suggested = onload.suggested_agency;
	return {
		ask: [
			text("question", __("Question to the citizen")),
			{ fieldname: "reply_by", fieldtype: "Date", label: __("Reply wanted by") },
			{
				fieldname: "ground",
				fieldtype: "Data",
				label: __("Legal Ground"),
				description: __("Why the deadline stands still meanwhile; shown to the citizen."),
			},
		],
		supply: [text("text", __("What the citizen says"))],
		refuse: ending(0),
		redirect: ending(1),
		assign: [
			agency({
				default: suggested,
				get_query: undefined,
				description: suggested ? __("Suggested by field and area") : "",
			}),
			note,
		],
		transfer: [agency(), text("reason", __("Why it is theirs"))],
		decline: [text("reason", __("Why it is not ours"))],
		return: [reason],
		merge: [
			{
				fieldname: "into",
				fieldtype: "Link",
				options: "Complaint",
				label: __("Complaint to merge into"),
				reqd: 1,
				get_query: () => ({
					filters: {
						name: ["!=", frm.doc.name],
						phase: ["in", ["new", "screening", "waiting", "assigned", "processing", "approval"]],
					},
				}),
			},
			note,
		],
		unmerge: [reason],
		split: [
			{
				fieldname: "parts",
				fieldtype: "Table",
				label: __("Parts"),
				reqd: 1,
				cannot_add_rows: false,
				in_place_edit: true,
				data: [{ title: frm.doc.title, field: frm.doc.field }, { field: frm.doc.field }],
				fields: [
					{ fieldname: "title", fieldtype: "Data", label: __("Title"), in_list_view: 1, reqd: 1, columns: 4 },
					{
						fieldname: "field",
						fieldtype: "Link",
						options: "Field",
						label: __("Field"),
						in_list_view: 1,
						reqd: 1,
						columns: 3,
						get_query: () => ({ filters: { is_group: 0, enabled: 1 } }),
					},
					{
						fieldname: "agency",
						fieldtype: "Link",
						options: "Agency",
						label: __("Agency"),
						in_list_view: 1,
						reqd: 1,
						columns: 3,
					},
					{ fieldname: "content", fieldtype: "Small Text", label: __("Content") },
				],
			},
			note,
		],
		send_back: [reason],
		submit: answer,
		answer,
		invite: [
			agency(),
			text("question", __("Question")),
			{ fieldname: "due_on", fieldtype: "Date", label: __("Opinion wanted by"), reqd: 1 },
		],
		contribute: [
			text("opinion", __("Opinion"), { fieldtype: "Text" }),
			{ fieldname: "file", fieldtype: "Attach", label: __("File") },
		],
		refer: [agency(), note],
		note: [text("text", __("Note"))],
	}[verb];
};

// The verbs that leave the state as it is, as buttons, and the panel of those who take part.
phanhoi.custody.refresh = (frm) => {
	const open = (frm.doc.__onload || {}).beside || {};
	const labels = {
		invite: __("Ask another agency's opinion"),
		contribute: __("Give the opinion"),
		refer: __("Send for information"),
		note: __("Internal note"),
	};
	Object.entries(labels).forEach(([verb, label]) => {
		if (!(verb in open)) return;
		const group = verb === "contribute" ? undefined : __("Co-handling");
		const button = frm.add_custom_button(label, () => phanhoi.custody.ask(frm, verb, label), group);
		if (verb === "contribute") button.addClass("btn-primary");
	});
	if (frm.doc.phase === "redirected") {
		frm.add_custom_button(__("Guidance letter"), () => {
			const query = { doctype: "Complaint", name: frm.doc.name, format: "Guidance Letter", no_letterhead: 1, _lang: "vi" };
			window.open(`/printview?${new URLSearchParams(query)}`);
		});
	}
	phanhoi.custody.show_panel(frm, open);
};

phanhoi.custody.ask = (frm, verb, title) => {
	const dialog = new frappe.ui.Dialog({
		title,
		fields: phanhoi.custody.fields(frm, verb),
		primary_action_label: title,
		primary_action(values) {
			phanhoi.custody.act(frm, verb, values).then(() => dialog.hide());
		},
	});
	phanhoi.custody.show_preview(dialog, frm.doc.__onload.beside[verb]);
	dialog.show();
};

phanhoi.custody.act = (frm, verb, inputs) =>
	frappe
		.xcall("phanhoi_app.custody.api.act", { complaint: frm.doc.name, verb, inputs, modified: frm.doc.modified })
		.then(() => frm.reload_doc());

phanhoi.custody.show_panel = (frm, open) => {
	const escape = frappe.utils.escape_html;
	const data = (frm.doc.__onload || {}).cohandling || {};
	const day = (value) => escape(value ? frappe.datetime.str_to_user(value) : "");
	const link = (row) =>
		row.opens ? `<a href="/app/complaint/${encodeURIComponent(row.name)}">${escape(row.name)}</a>` : escape(row.name);
	const complaint = (row) =>
		`<li>${link(row)} ${escape(row.title)}<div class="text-muted">${escape(row.state)} · ${escape(row.agency_name)}</div></li>`;
	const list = (title, rows) => (rows.length ? `<h6>${title}</h6><ul class="phanhoi-party">${rows.join("")}</ul>` : "");
	const end = (verb, agency, label) =>
		verb in open
			? ` <button type="button" class="btn btn-xs btn-default" data-verb="${verb}" data-agency="${escape(agency)}">${label}</button>`
			: "";
	const opinions = (data.opinions || []).map((row) => {
		const late = row.late ? ` <span class="indicator-pill red">${__("late")}</span>` : "";
		const files = row.files
			.map((file) => `<a href="${escape(file.file_url)}" target="_blank" rel="noopener">${escape(file.file_name)}</a>`)
			.join(", ");
		const given = row.opinion
			? `<blockquote>${escape(row.opinion)}</blockquote><div class="text-muted">${escape(row.given_by)}, ${day(row.given_on)} ${files}</div>`
			: "";
		const withdraw = row.status === "Asked" ? end("withdraw_invitation", row.agency, __("Withdraw")) : "";
		return `<li><b>${escape(row.agency_name)}</b> · ${escape(row.status_label)}${late}${withdraw}
			<div class="text-muted">${__("wanted by {0}", [day(row.due_on)])} · ${escape(row.asked_by)}</div>
			<div>${escape(row.question)}</div>${given}</li>`;
	});
	const informed = (data.informed || []).map(
		(row) => `<li>${escape(row.agency_name)}${end("end_refer", row.agency, __("End"))}</li>`
	);
	const html = [
		frm.doc.transfer_from
			? `<p class="phanhoi-passed">${__("Passed on by {0}: take it in hand, or say why it is not yours.", [escape(data.passed_on_by)])}</p>`
			: "",
		frm.doc.binding ? `<p class="phanhoi-passed">${__("Bindingly assigned by the coordinating desk.")}</p>` : "",
		list(__("Opinions"), opinions),
		list(__("Informed"), informed),
		list(__("Merged into this one"), (data.merged || []).map(complaint)),
		list(__("Parts"), (data.parts || []).map(complaint)),
		list(__("A part of"), data.whole ? [complaint(data.whole)] : []),
	].join("");
	frm.toggle_display("cohandling_section", Boolean(html));
	const wrapper = frm.get_field("cohandling_html").$wrapper.html(html);
	wrapper.find("[data-verb]").on("click", function () {
		const { verb, agency } = this.dataset;
		const sentence = (open[verb] || [])[0] || "";
		frappe.confirm(escape(sentence), () => phanhoi.custody.act(frm, verb, { agency }));
	});
};
