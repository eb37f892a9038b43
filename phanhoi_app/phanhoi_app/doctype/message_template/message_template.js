// A template is named by codes; its page bears them in words, and shows what would arrive while it is written.
frappe.ui.form.on("Message Template", {
	refresh(frm) {
		if (!frm.is_new()) frm.page.set_title($("<i>").html(phanhoi.template_words(frm.doc.name)).text());
		frm.preview_of = new TemplatePreview(frm);
	},
	...Object.fromEntries(
		["event", "audience", "channel", "text", "subject", "without_marks"].map((field) => [
			field,
			(frm) => frm.preview_of?.soon(),
		])
	),
});

class TemplatePreview {
	constructor(frm) {
		this.frm = frm;
		const $wrapper = frm.fields_dict.preview_html.$wrapper.html(
			`<div class="template-preview"><div class="template-complaint"></div><div class="template-shown" aria-live="polite"></div></div>`
		);
		this.$shown = $wrapper.find(".template-shown");
		this.complaint = frappe.ui.form.make_control({
			parent: $wrapper.find(".template-complaint"),
			df: {
				fieldtype: "Link",
				options: "Complaint",
				fieldname: "complaint",
				label: __("With the Values of"),
				description: __("Empty: made-up values"),
				change: () => this.show(),
			},
			render_input: true,
		});
		// While it is typed, not only when the field is left.
		frm.fields_dict.text.$input?.off("input.preview").on("input.preview", () => this.soon());
		this.show();
	}

	soon() {
		clearTimeout(this.waiting);
		this.waiting = setTimeout(() => this.show(), 300);
	}

	show() {
		const { event, audience, channel, subject, without_marks } = this.frm.doc;
		const text = this.frm.fields_dict.text.$input?.val() ?? this.frm.doc.text;
		if (!event || !audience || !channel) return;
		const args = { event, audience, channel, subject, text, without_marks, complaint: this.complaint.get_value() };
		const asked = (this.asked = JSON.stringify(args));
		frappe.call({ method: "phanhoi_app.messaging.api.preview", args }).then(({ message }) => {
			if (asked === this.asked && message) this.$shown.html(this.words(message));
		});
	}

	words({ subject, text, trouble, sms }) {
		const escape = frappe.utils.escape_html;
		const parts = [];
		if (trouble) parts.push(`<p class="text-danger" role="alert">${escape(trouble)}</p>`);
		if (text) {
			const head = subject ? `<strong>${escape(subject)}</strong><br>` : "";
			parts.push(`<div class="template-text">${head}${escape(text).replace(/\n/g, "<br>")}</div>`);
		}
		if (sms) parts.push(`<p class="template-length ${sms.most && sms.segments > sms.most ? "text-danger" : "text-muted"}">${escape(length_words(sms))}</p>`);
		return parts.join("");
	}
}

function length_words({ letters, segments, encoding, marked, plain, most }) {
	const words = [__("{0} letters, {1} SMS segments ({2}).", [letters, segments, encoding])];
	if (plain < marked) words.push(__("With marks {0} segments, without marks {1}.", [marked, plain]));
	if (most && segments > most) words.push(__("At most {0} are allowed: the note is shortened.", [most]));
	return words.join(" ");
}
