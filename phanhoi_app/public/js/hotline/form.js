// The complaint as it is told on the telephone: inputs in the order in which one asks, sentences at the inputs, drafts.
frappe.provide("phanhoi.hotline");
{
	const { escape } = phanhoi.hotline;
	const LATER = 400; // milliseconds after the last key until the draft is kept

	phanhoi.hotline.Form = class {
		// `facts`: what api.start gives. `on`: {field(option), place(), words(text)} are told of what was typed.
		constructor(parent, facts, on) {
			Object.assign(this, { facts, on, store: `phanhoi_hotline:${frappe.session.user}` });
			this.element = document.createElement("form");
			this.element.className = "hotline-form";
			this.element.noValidate = true;
			this.element.innerHTML = this.html();
			parent.append(this.element);
			this.choices = {
				field: new phanhoi.hotline.Choice(this.input("field"), facts.fields, (option) => this.chosen("field", option)),
				area: new phanhoi.hotline.Choice(this.input("area"), facts.areas, (option) => this.chosen("area", option)),
			};
			this.element.addEventListener("input", (event) => this.typed(event.target));
			this.element.addEventListener("change", () => this.keep_later());
			this.element.addEventListener("submit", (event) => event.preventDefault());
		}

		input(name) {
			return this.element.querySelector(`#hotline-${name}`);
		}

		html() {
			const options = (list, chosen) =>
				list.map((each) => `<option value="${escape(each.value)}" ${each.value === chosen ? "selected" : ""}>${escape(each.label)}</option>`).join("");
			const row = (name, label, control, wide = "") => `<div class="hotline-row ${wide}" data-row="${name}">
				<label for="hotline-${name}">${escape(label)}</label>${control}
				<p class="hotline-error" id="hotline-${name}-error" role="alert"></p></div>`;
			const line = (name, attributes = "") => `<input id="hotline-${name}" class="form-control" maxlength="240" ${attributes}>`;
			const { severities, kinds, wishes, wish } = this.facts;
			return `
				${row("citizen_name", __("Caller's name"), line("citizen_name", 'autocomplete="off"'))}
				${row("field", __("What it is about"), line("field", `placeholder="${escape(__("Type a few letters, without marks too"))}"`))}
				${row("area", __("Commune or ward"), line("area", `placeholder="${escape(__("Type a few letters, without marks too"))}"`))}
				${row("address", __("Place"), line("address", 'autocomplete="off"'))}
				${row("content", __("What the caller reports"), '<textarea id="hotline-content" class="form-control" rows="5" maxlength="10000"></textarea>', "wide")}
				${row("severity", __("How urgent"), `<select id="hotline-severity" class="form-control">${options(severities, "Normal")}</select>`)}
				<div class="hotline-row" data-row="same_number"><label class="hotline-check"><input type="checkbox" id="hotline-same_number" checked>
					<span>${escape(__("Answer to the number that calls"))}</span></label></div>
				<details class="hotline-more wide"><summary>${escape(__("Title, other number, kind, identity"))}</summary><div class="hotline-grid">
				${row("title", __("Title (empty: made from the content)"), line("title", 'maxlength="200" autocomplete="off"'), "wide")}
				${row("citizen_phone", __("Another number for the answer"), line("citizen_phone", 'inputmode="tel" autocomplete="off"'))}
				${row("citizen_email", __("E-mail"), line("citizen_email", 'inputmode="email" autocomplete="off"'))}
				${row("kind", __("Kind"), `<select id="hotline-kind" class="form-control">${options(kinds, "Feedback")}</select>`)}
				${row("identity_wish", __("Identity"), `<select id="hotline-identity_wish" class="form-control">${options(wishes, wish)}</select>`)}
				</div></details>`;
		}

		chosen(name, option) {
			this.say({ [name]: "" });
			if (name === "field") this.on.field(option);
			this.on.place();
			this.keep_later();
		}

		typed(input) {
			const name = input.id.replace("hotline-", "");
			if (input.getAttribute("aria-invalid")) this.say({ [name]: "" });
			if (name === "content" || name === "title") this.on.words(`${this.input("title").value} ${this.input("content").value}`);
			this.keep_later();
		}

		values() {
			const values = {};
			for (const input of this.element.querySelectorAll("input, textarea, select")) {
				const name = input.id.replace("hotline-", "");
				if (this.choices[name]) values[name] = this.choices[name].value;
				else values[name] = input.type === "checkbox" ? Number(input.checked) : input.value.trim();
			}
			return values;
		}

		fill(values = {}) {
			this.element.reset();
			for (const [name, value] of Object.entries(values)) {
				const input = this.input(name);
				if (!input) continue;
				if (this.choices[name]) this.choices[name].set(value);
				else if (input.type === "checkbox") input.checked = Boolean(value);
				else input.value = value;
			}
			for (const name of ["field", "area"]) if (!values[name]) this.choices[name].set("");
			this.clear_errors();
			this.on.field(this.choices.field.chosen);
			this.on.words(`${values.title || ""} ${values.content || ""}`);
			this.on.place();
		}

		is_empty() {
			const { citizen_name, field, area, address, content, title } = this.values();
			return ![citizen_name, field, area, address, content, title].some(Boolean);
		}

		// The reachable number of the call: offered as the one to answer to.
		show_call(has_number) {
			const check = this.input("same_number");
			check.disabled = !has_number;
			check.checked = has_number && check.checked;
			this.element.querySelector("[data-row=same_number]").hidden = !has_number;
		}

		clear_errors() {
			for (const line of this.element.querySelectorAll(".hotline-error")) line.textContent = "";
			for (const input of this.element.querySelectorAll("[aria-invalid]")) {
				input.removeAttribute("aria-invalid");
				input.removeAttribute("aria-describedby");
			}
		}

		// {field: sentence}; returns those that stand at no input. The first wrong input gets the focus.
		say(errors, focus = false) {
			const rest = [];
			let first = null;
			for (const [name, sentence] of Object.entries(errors)) {
				const input = this.input(name);
				if (!input) {
					if (sentence) rest.push(sentence);
					continue;
				}
				this.element.querySelector(`#hotline-${name}-error`).textContent = sentence;
				if (sentence) {
					input.setAttribute("aria-invalid", "true");
					input.setAttribute("aria-describedby", `hotline-${name}-error`);
					const more = input.closest("details");
					if (more) more.open = true;
					if (!first || first.compareDocumentPosition(input) & Node.DOCUMENT_POSITION_PRECEDING) first = input;
				} else {
					input.removeAttribute("aria-invalid");
				}
			}
			if (focus && first) first.focus();
			return rest;
		}

		// Drafts live in this tab alone, and go with it: they hold what a citizen told.
		drafts() {
			try {
				return JSON.parse(sessionStorage.getItem(this.store)) || { current: "", all: {} };
			} catch (error) {
				return { current: "", all: {} };
			}
		}

		keep_later() {
			clearTimeout(this.timer);
			this.timer = setTimeout(() => this.keep(), LATER);
		}

		keep() {
			clearTimeout(this.timer);
			const drafts = this.drafts();
			const key = this.on.key();
			drafts.current = key;
			drafts.all[key] = { values: this.values(), ...this.on.state() };
			sessionStorage.setItem(this.store, JSON.stringify(drafts));
		}

		forget(key) {
			clearTimeout(this.timer);
			const drafts = this.drafts();
			delete drafts.all[key];
			if (drafts.current === key) drafts.current = "";
			sessionStorage.setItem(this.store, JSON.stringify(drafts));
		}
	};
}
