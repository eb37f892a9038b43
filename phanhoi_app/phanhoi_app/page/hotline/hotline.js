// The page “Hotline”: an operator takes calls and writes complaints down by keyboard alone. The server decides on
// everything; signals say only “look again”, and where none arrive the page asks by itself.
{
	frappe.pages["hotline"].on_page_load = (wrapper) => {
		const parts = ["ask", "choice", "form", "beside", "shift"].map((name) => `/assets/phanhoi_app/js/hotline/${name}.js`);
		frappe.require(parts[0], () => frappe.require(parts.slice(1), () => (wrapper.hotline = new Hotline(wrapper))));
	};
	frappe.pages["hotline"].on_page_show = (wrapper) => wrapper.hotline?.shown();

	const POLL = 10_000; // milliseconds between two looks where no signal arrives
	const CALM = 60_000; // and where they do, in case one was lost
	const TOGETHER = 300; // signals that come together are one look

	class Hotline {
		constructor(wrapper) {
			this.page = frappe.ui.make_app_page({ parent: wrapper, title: __("Hotline"), single_column: true });
			this.call = null;
			this.nth = 1;
			this.token = frappe.utils.get_random(20);
			this.looked = 0;
			this.$body = $(`<div class="hotline">
				<div class="hotline-emergency" role="alert" aria-live="assertive"></div>
				<p class="hotline-trouble" role="alert"></p>
				<aside class="hotline-queue" aria-label="${__("Queue")}"></aside>
				<main class="hotline-main">
					<div class="hotline-caller"></div><div class="hotline-place"></div>
					<div class="hotline-save"><button type="button" class="btn btn-primary" data-act="save">${__("Save")} <kbd>Ctrl+Enter</kbd></button>
					<button type="button" class="btn btn-default" data-act="clear">${__("Start Over")} <kbd>Alt+X</kbd></button></div>
				</main>
				<aside class="hotline-beside">
					<section><h2>${__("To ask")}</h2><div class="hotline-script"></div></section>
					<section><h2>${__("Earlier complaints of this caller")}</h2><div class="hotline-earlier"></div></section>
					<section><h2>${__("Alike, of the last 30 days")}</h2><div class="hotline-alike"></div></section>
				</aside>
				<footer class="hotline-keys" aria-label="${__("Keyboard")}"></footer>
			</div>`).appendTo(this.page.main);
			this.part = (name) => this.$body.find(`.hotline-${name}`)[0];
			this.$body.on("click", "[data-act]", (event) => this.act(event.currentTarget.dataset.act));
			this.$body.on("click", "[data-call]", (event) => this.take(event.currentTarget.dataset.call));
			document.addEventListener("keydown", (event) => this.key(event));
			window.addEventListener("pagehide", () => this.form && this.form.keep());
			this.begin();
		}

		async begin() {
			const { data, errors } = await phanhoi.hotline.ask("start");
			if (errors) return this.say(errors);
			this.facts = data;
			this.shift = new phanhoi.hotline.Shift(this);
			this.form = new phanhoi.hotline.Form(this.part("place"), data, {
				field: (option) => this.show_field(option),
				place: () => this.look_alike(),
				words: (text) => this.look_for_emergency(text),
				key: () => this.call?.call || "new",
				state: () => ({ nth: this.nth, token: this.token }),
			});
			this.show_caller();
			this.show_keys();
			const again = () => this.look_soon();
			phanhoi.hotline.follow(["Call Log", "Complaint"], ["phanhoi_queue", "complaint_list_changed"], again);
			frappe.realtime.on("phanhoi_call", () => this.rings());
			setInterval(() => this.tick(), 2000);
			await this.look();
			await this.restore();
			this.ready = true;
			await this.open_address();
			this.part("caller").dataset.ready = "1";
		}

		// The page is shown again, perhaps with another address.
		shown() {
			if (!this.ready) return;
			this.look();
			this.open_address();
		}

		// /app/hotline?phone=NUMBER or ?call=…: how a softphone opens the page. The number does not stay in the address.
		async open_address() {
			const asked = new URLSearchParams(location.search);
			const number = asked.get("phone") || frappe.route_options?.phone;
			const call = asked.get("call") || frappe.route_options?.call;
			frappe.route_options = null;
			if (location.search) history.replaceState(null, "", location.pathname);
			if (call) await this.take(call);
			else if (number) await this.begin_call(number);
		}

		is_open() {
			return frappe.get_route()[0] === "hotline";
		}

		// the queue

		look_soon() {
			clearTimeout(this.soon);
			this.soon = setTimeout(() => this.look(), TOGETHER);
		}

		tick() {
			if (document.hidden || !this.is_open()) return;
			const connected = frappe.realtime.socket?.connected;
			const since = Date.now() - this.looked;
			if (!connected && since > POLL) frappe.realtime.socket?.connect?.();
			if (since > (connected ? CALM : POLL)) this.look();
		}

		async look() {
			this.looked = Date.now();
			const { data, errors } = await phanhoi.hotline.ask("waiting");
			if (errors) return this.say(errors);
			this.queue = data;
			if (this.part("trouble").dataset.from === "queue") this.say({});
			phanhoi.hotline.redraw(this.part("queue"), phanhoi.hotline.queue(data));
			this.shift.show(data);
			return data;
		}

		// The own telephone rings: the caller's page opens by itself unless another complaint is being written.
		async rings() {
			if (!this.is_open()) return;
			const told = await this.look();
			const ringing = told?.calls.find((call) => call.rings);
			if (ringing && !this.call && this.form.is_empty()) this.take(ringing.name);
			else if (ringing) frappe.show_alert({ message: __("A call for you is coming in: F2 takes it, this draft is kept."), indicator: "red" });
		}

		take_next() {
			const calls = (this.queue?.calls || []).filter((call) => call.name !== this.call?.call);
			const next = calls.find((call) => call.rings) || calls.find((call) => !call.mine) || calls[0];
			if (next) this.take(next.name);
			else this.say({ "": __("No call is waiting.") });
		}

		// a call

		async take(name) {
			if (this.form && !this.form.is_empty()) this.form.keep();
			const { data, errors } = await phanhoi.hotline.ask("take", { call: name }, true);
			if (errors) return this.say(errors), this.look();
			this.open(data);
		}

		async begin_call(number) {
			if (this.beginning) return this.beginning;
			this.beginning = this.begin_now(number);
			const well = await this.beginning;
			this.beginning = null;
			return well;
		}

		async begin_now(number) {
			const { data, errors } = await phanhoi.hotline.ask("begin", { number }, true);
			if (errors) return this.say_number(errors), false;
			const typed = this.form.is_empty() ? null : this.form.values();
			this.form.forget("new");
			this.open(data, typed);
			return true;
		}

		open(data, typed = null) {
			const draft = this.form.drafts().all[data.call];
			this.call = data;
			this.nth = draft?.nth || data.nth;
			this.token = draft?.token || frappe.utils.get_random(20);
			this.form.fill(draft?.values || typed || {});
			this.form.show_call(data.has_number);
			this.show_caller();
			this.say({});
			this.form.keep();
			this.focus("citizen_name");
			this.look();
		}

		async restore() {
			const { current, all } = this.form.drafts();
			const draft = all[current];
			if (!draft) return this.form.fill({}), this.focus_number();
			if (current !== "new") {
				const { data } = await phanhoi.hotline.ask("take", { call: current }, true);
				if (data) return this.open(data);
				this.form.forget(current);
			}
			Object.assign(this, { nth: current === "new" ? draft.nth : 1, token: draft.token });
			this.form.fill(draft.values);
			this.focus("citizen_name");
		}

		show_caller() {
			const { escape, complaints } = phanhoi.hotline;
			const call = this.call;
			const number = `<label for="hotline-number">${escape(__("Caller's number"))} <kbd>F4</kbd></label>
				<input id="hotline-number" class="form-control" inputmode="tel" autocomplete="off" maxlength="40"
					placeholder="${escape(__("as shown or said; Enter looks it up"))}"><p class="hotline-error" id="hotline-number-error" role="alert"></p>`;
			this.part("caller").innerHTML = call
				? `<p class="hotline-number"><b>${escape(call.masked || __("number not shown"))}</b> <small>${escape(__("call since {0}", [phanhoi.hotline.time(call.began)]))}</small>
					${call.filed.length ? "" : `<button type="button" class="btn btn-xs btn-default" data-act="give_back">${escape(__("Give Back"))}</button>`}</p>`
				: number;
			this.form?.show_call(Boolean(call?.has_number));
			const input = this.part("caller").querySelector("input");
			input?.addEventListener("keydown", (event) => {
				if (event.key !== "Enter" || event.ctrlKey) return;
				event.preventDefault();
				if (input.value.trim()) this.begin_call(input.value);
				else this.focus("citizen_name");
			});
			// Whoever goes on with Tab means the number all the same.
			input?.addEventListener("blur", () => input.isConnected && input.value.trim() && this.begin_call(input.value));
			this.part("earlier").innerHTML = call
				? complaints([...call.filed, ...call.earlier], __("None that you may see."))
				: `<p class="text-muted">${escape(__("Shown when the caller's number is known."))}</p>`;
		}

		// what is typed

		show_field(option) {
			this.option = option;
			this.part("script").innerHTML = phanhoi.hotline.script(option);
			if (option?.urgent && this.form?.input("severity").value === "Normal") this.form.input("severity").value = "Urgent";
			this.look_for_emergency(this.words || "");
		}

		look_for_emergency(text) {
			this.words = text;
			const found = phanhoi.hotline.emergencies(this.facts.emergency, text);
			if (this.option?.emergency) found.unshift(this.option.emergency);
			const html = [...new Set(found)].map((sentence) => `<p>${phanhoi.hotline.escape(sentence)}</p>`).join("");
			if (this.part("emergency").innerHTML !== html) this.part("emergency").innerHTML = html;
		}

		async look_alike() {
			if (!this.form) return;
			const { field, area } = this.form.values();
			const key = field && area ? `${field} ${area}` : "";
			if (key === this.alike) return;
			this.alike = key;
			const { data } = key ? await phanhoi.hotline.ask("alike", { field, area }) : { data: [] };
			if (this.alike === key) this.part("alike").innerHTML = phanhoi.hotline.complaints(data || [], key ? __("None.") : __("Shown when field and place are chosen."));
		}

		async save() {
			if (this.saving || this.receipt) return;
			const number = this.part("caller").querySelector("input")?.value.trim();
			if (number && !(await this.begin_call(number))) return;
			if (this.saving) return;
			this.saving = true;
			this.form.clear_errors();
			this.say({});
			const args = { values: this.form.values(), call: this.call?.call || "", nth: this.nth, token: this.token };
			const { data, errors } = await phanhoi.hotline.ask("save", args, true);
			this.saving = false;
			if (errors) return this.say(this.form.say(errors, true));
			this.form.forget(this.call?.call || "new");
			phanhoi.hotline.show_receipt(this, data);
			this.look();
		}

		// After a receipt: another complaint of the same call, or the next caller.
		go_on(same_call) {
			if (same_call && this.call) this.nth += 1;
			else {
				this.call = null;
				this.nth = 1;
			}
			this.token = frappe.utils.get_random(20);
			this.form.fill({});
			this.show_caller();
			if (same_call) this.focus("field");
			else this.focus_number();
		}

		async give_back() {
			const name = this.call.call;
			const { errors } = await phanhoi.hotline.ask("give_back", { call: name }, true);
			if (errors) return this.say(errors);
			this.form.forget(name);
			this.go_on(false);
			this.look();
		}

		clear() {
			const empty = this.form.is_empty() && !this.call;
			const start_over = () => {
				this.form.forget(this.call?.call || "new");
				this.go_on(false);
			};
			if (empty) start_over();
			else frappe.confirm(__("Throw away what was typed?"), start_over);
		}

		// sentences, focus, keys

		say(errors) {
			const sentences = Array.isArray(errors) ? errors : Object.values(errors);
			this.part("trouble").textContent = sentences.filter(Boolean).join(" ");
		}

		say_number(errors) {
			const { number, ...rest } = errors;
			const line = this.part("caller").querySelector("#hotline-number-error");
			if (line) line.textContent = number || "";
			this.say(line ? rest : errors);
			const input = this.part("caller").querySelector("input");
			if (number && input) input.setAttribute("aria-invalid", "true");
		}

		focus(name) {
			this.form.input(name)?.focus();
		}

		focus_number() {
			(this.part("caller").querySelector("input") || this.form.input("citizen_name")).focus();
		}

		act(name) {
			return { save: () => this.save(), clear: () => this.clear(), give_back: () => this.give_back(), hand_over: () => this.shift.hand_over() }[name]?.();
		}

		key(event) {
			if (!this.is_open() || event.isComposing || !this.form || document.querySelector(".modal.show")) return;
			const keys = { F2: () => this.take_next(), F4: () => this.new_number(), F8: () => this.shift.hand_over() };
			let does = keys[event.key];
			if (event.ctrlKey && event.key === "Enter") does = () => this.save();
			if (event.altKey && event.code === "KeyX") does = () => this.clear();
			if (!does || this.receipt) return;
			event.preventDefault();
			event.stopPropagation();
			does();
		}

		// F4 while a call is open: its draft is kept, and the next number can be typed.
		new_number() {
			if (this.call) {
				this.form.keep();
				this.go_on(false);
			}
			this.focus_number();
		}

		show_keys() {
			const keys = [
				["F2", __("next call")],
				["F4", __("caller's number")],
				["Tab", __("next field")],
				["↑ ↓ Enter", __("choose")],
				["Ctrl+Enter", __("save")],
				["F8", __("hand-over note")],
				["Alt+X", __("start over")],
			];
			this.part("keys").innerHTML = keys.map(([key, words]) => `<span><kbd>${key}</kbd> ${phanhoi.hotline.escape(words)}</span>`).join(" ");
		}
	}
}
