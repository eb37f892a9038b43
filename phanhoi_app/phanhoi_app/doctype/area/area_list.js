// The list of areas: which of them stand, and the import of administrative units, previewed before it is taken over.
frappe.listview_settings["Area"] = {
	add_fields: ["valid_from", "valid_to"],
	hide_name_column: true,

	get_indicator(doc) {
		const today = frappe.datetime.get_today();
		if (doc.valid_to && doc.valid_to < today) return [__("Ended"), "gray", `valid_to,<,${today}`];
		if (doc.valid_from && doc.valid_from > today) return [__("Not yet"), "blue", `valid_from,>,${today}`];
		return [__("Valid"), "green", "name,is,set"];
	},

	onload(listview) {
		const may = ["create", "write", "import"].every((right) => frappe.perm.has_perm("Area", 0, right));
		if (may) listview.page.add_inner_button(__("Import units"), () => import_units(listview));
	},
};

const KINDS = { new: "green", changed: "orange", ended: "gray", unchanged: "", unknown: "" };
const METHOD = "phanhoi_app.agencies.units.api";

async function import_units(listview) {
	const { message } = await frappe.call(`${METHOD}.sources`);
	const names = { file: __("A file"), package: __("The package vietnamadminunits") };
	const from_file = "eval:doc.source !== 'package'";
	let previewed = null;
	const reset = () => {
		previewed = null;
		dialog.fields_dict.preview.$wrapper.empty();
		dialog.set_primary_action(__("Preview"), preview);
	};
	const dialog = new frappe.ui.Dialog({
		title: __("Import units"),
		size: "extra-large",
		fields: [
			{
				fieldname: "source",
				fieldtype: "Select",
				label: __("Source of the units"),
				options: ["file", ...(message.package ? ["package"] : [])].map((value) => ({ value, label: names[value] })),
				default: "file",
				hidden: !message.package,
				change: reset,
			},
			{
				fieldname: "file_url",
				fieldtype: "Attach",
				label: __("File"),
				description: __(
					"CSV with the columns code, name, type, parent code, valid_from, valid_to, successors, latitude, longitude; or boundaries as GeoJSON. A column that is absent is left as it is."
				),
				options: { restrictions: { allowed_file_types: [".csv", ".json", ".geojson", ".gz"] } },
				depends_on: from_file,
				change: reset,
			},
			{
				fieldname: "code_property",
				fieldtype: "Data",
				label: __("GeoJSON: property with the code"),
				description: __("Leave it empty: it is found by itself."),
				depends_on: from_file,
				change: reset,
			},
			{
				fieldname: "province",
				fieldtype: "Data",
				label: __("Only the province of this code"),
				depends_on: "eval:doc.source === 'package'",
				change: reset,
			},
			{ fieldname: "preview", fieldtype: "HTML" },
		],
	});
	reset();
	dialog.show();

	function args() {
		const { source, file_url, province, code_property } = dialog.get_values(true);
		return source === "package" ? { province } : { file_url, code_property };
	}

	async function preview() {
		if (dialog.get_value("source") !== "package" && !dialog.get_value("file_url")) {
			frappe.msgprint(__("Please choose a file first."));
			return;
		}
		const answer = await frappe.call({ method: `${METHOD}.preview`, args: args(), type: "POST", freeze: true });
		previewed = answer.message;
		dialog.fields_dict.preview.$wrapper.html(preview_html(previewed));
		const { new: fresh = 0, changed = 0, ended = 0 } = previewed.counts;
		if (!previewed.errors.length && fresh + changed + ended) {
			dialog.set_primary_action(__("Take over {0} areas", [fresh + changed + ended]), take_over);
		}
	}

	async function take_over() {
		const asked = { ...args(), fingerprint: previewed.fingerprint };
		await frappe.call({ method: `${METHOD}.take_over`, args: asked, type: "POST", freeze: true });
		dialog.hide();
		frappe.show_alert({ message: __("Taken over."), indicator: "green" });
		listview.refresh();
	}
}

function preview_html(shown) {
	const escape = frappe.utils.escape_html;
	const words = {
		new: __("New"),
		changed: __("Changed"),
		ended: __("Ended"),
		unchanged: __("Unchanged"),
		unknown: __("Not known here"),
	};
	const counts = Object.entries(shown.counts)
		.map(([kind, count]) => `<span class="indicator-pill ${KINDS[kind]} mr-2">${words[kind]}: ${format_number(count, null, 0)}</span>`)
		.join("");
	const place = shown.kind === "units" ? __("Row") : __("Feature");
	const errors = shown.errors.map((error) => `<tr><td>${error.row}</td><td>${escape(error.text)}</td></tr>`).join("");
	const rows = shown.rows
		.map(
			(row) => `<tr><td><span class="indicator-pill ${KINDS[row.kind]}">${words[row.kind]}</span></td>
				<td>${escape(row.code)}</td><td>${escape(row.name)}</td><td>${row.details.map(escape).join("<br>")}</td></tr>`
		)
		.join("");
	const more = (count) => (count ? `<p class="text-muted">${__("… and {0} more", [format_number(count, null, 0)])}</p>` : "");
	const table = (head, body) =>
		body &&
		`<div style="overflow-x: auto"><table class="table table-bordered table-sm" style="min-width: 36rem"><thead><tr>${head
			.map((name) => `<th>${name}</th>`)
			.join("")}</tr></thead><tbody>${body}</tbody></table></div>`;
	return `<p aria-live="polite">${errors ? "" : counts}</p>
		${errors && `<p class="text-danger">${__("Nothing can be taken over before these are corrected:")}</p>`}
		${table([place, __("Reason")], errors)}${more(shown.more_errors)}
		${table([__("What happens"), __("Code"), __("Name"), __("Details")], rows)}${more(shown.more)}`;
}
