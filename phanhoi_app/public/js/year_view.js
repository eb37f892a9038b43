// A working calendar's year: twelve months, each day a button whose kind is told by a pattern and a sign, not by its colour alone.
frappe.provide("phanhoi");

phanhoi.YearView = class {
	// `options`: {wrapper, year, load(year) → promise of what calendar_api.year gives, on_day(day, facts), draw_actions($bar, facts)}
	constructor(options) {
		Object.assign(this, options);
		this.focused = null;
		this.wrapper.on("click", "[data-day]", (event) => this.choose(event.currentTarget));
		this.wrapper.on("click", "[data-step]", (event) => this.go(this.year + Number(event.currentTarget.dataset.step)));
		this.wrapper.on("keydown", "[data-day]", (event) => this.walk(event));
		this.wrapper.on("focus", "[data-day]", (event) => this.take_focus(event.currentTarget));
	}

	async go(year) {
		this.year = year;
		await this.refresh();
	}

	async refresh() {
		const asked = (this.asked = (this.asked || 0) + 1);
		const facts = await this.load(this.year);
		if (asked !== this.asked || !facts) return; // a later question is under way
		this.facts = facts;
		const html = this.html();
		// Nothing is torn from under a finger for the sake of drawing the same again.
		if (html === this.drawn && facts.drafts === this.drafts) return;
		Object.assign(this, { drawn: html, drafts: facts.drafts });
		const had_focus = this.wrapper[0].contains(document.activeElement) && document.activeElement.dataset.day;
		this.wrapper.html(html);
		this.draw_actions(this.wrapper.find(".phanhoi-year-actions"), facts);
		this.set_tab_stop(this.day_to_stop_at());
		if (had_focus) this.button(had_focus)?.focus();
	}

	day_to_stop_at() {
		const today = frappe.datetime.get_today();
		if (this.focused && this.facts.days[this.focused]) return this.focused;
		return this.facts.days[today] ? today : `${this.year}-01-01`;
	}

	button(day) {
		return this.wrapper[0].querySelector(`[data-day="${day}"]`);
	}

	// One stop for the tab key; within the year the arrows walk.
	set_tab_stop(day) {
		this.wrapper.find('[data-day][tabindex="0"]').attr("tabindex", "-1");
		this.button(day)?.setAttribute("tabindex", "0");
	}

	take_focus(button) {
		this.focused = button.dataset.day;
		this.set_tab_stop(this.focused);
	}

	walk(event) {
		const steps = { ArrowLeft: [-1, "days"], ArrowRight: [1, "days"], ArrowUp: [-7, "days"], ArrowDown: [7, "days"], PageUp: [-1, "months"], PageDown: [1, "months"] };
		const step = steps[event.key];
		if (!step) return;
		event.preventDefault();
		const to = moment(event.currentTarget.dataset.day).add(...step).format("YYYY-MM-DD");
		this.button(to)?.focus();
	}

	choose(button) {
		this.take_focus(button);
		this.on_day(button.dataset.day, this.facts.days[button.dataset.day]);
	}

	html() {
		const { gaps, seasons, problem } = this.facts;
		const escape = frappe.utils.escape_html;
		const lines = (list, tone) => list.map((line) => `<div class="phanhoi-year-${tone}">${escape(line)}</div>`).join("");
		const months = Array.from({ length: 12 }, (_month, month) => this.month(month)).join("");
		return `<div class="phanhoi-year">
			<div class="phanhoi-year-bar">
				<button type="button" class="btn btn-default btn-sm" data-step="-1" aria-label="${__("Year before")}">‹</button>
				<strong aria-live="polite">${this.year}</strong>
				<button type="button" class="btn btn-default btn-sm" data-step="1" aria-label="${__("Year after")}">›</button>
				<div class="phanhoi-year-actions"></div>
			</div>
			${this.legend()}
			<div class="phanhoi-year-seasons">${lines(seasons, "season")}</div>
			<div role="status">${lines(problem ? [problem] : [], "warning")}${lines(gaps, "warning")}</div>
			<div class="phanhoi-months">${months}</div>
		</div>`;
	}

	legend() {
		const kinds = [
			["work", "", __("working day")],
			["free", "", __("no hours")],
			["off", "", __("day off")],
			["part", "", __("part of the day off")],
			["made_up", "", __("make-up working day")],
			["off", "draft", __("draft, does not count yet")],
		];
		const items = kinds.map(
			([kind, draft, words]) => `<li><span class="phanhoi-day-box ${kind} ${draft}" aria-hidden="true">${this.sign(kind, draft)}</span>${words}</li>`
		);
		return `<ul class="phanhoi-year-legend">${items.join("")}</ul>`;
	}

	sign(kind, draft) {
		const sign = { off: "×", part: "½", made_up: "+" }[kind] || "";
		return `<small>${draft ? "?" : sign}</small>`;
	}

	month(month) {
		const first = moment([this.year, month, 1]);
		const before = (first.day() + 6) % 7; // the week begins on Monday
		const short = [__("Mo"), __("Tu"), __("We"), __("Th"), __("Fr"), __("Sa"), __("Su")]
			.map((day) => `<span aria-hidden="true">${day}</span>`)
			.join("");
		const blanks = "<span></span>".repeat(before);
		const days = Array.from({ length: first.daysInMonth() }, (_day, n) => this.day(first.clone().add(n, "days"))).join("");
		const title = __("Month {0}", [month + 1]);
		return `<section class="phanhoi-month" aria-label="${title} ${this.year}"><h5>${title}</h5>
			<div class="phanhoi-month-days"><div class="phanhoi-weekdays">${short}</div>
			<div class="phanhoi-days">${blanks}${days}</div></div></section>`;
	}

	day(date) {
		const day = date.format("YYYY-MM-DD");
		const { kind, marks, hours } = this.facts.days[day];
		const draft = marks.find((mark) => mark.draft);
		const shown = draft ? draft.kind : kind;
		const signed = draft || ["off", "part", "made_up"].includes(shown) ? "signed" : "";
		const today = day === frappe.datetime.get_today();
		const words = frappe.utils.escape_html(this.words(day, { kind, marks, hours }));
		return `<button type="button" tabindex="-1" data-day="${day}" class="phanhoi-day-box ${shown} ${draft ? "draft" : ""} ${signed} ${today ? "today" : ""}"
			title="${words}" aria-label="${words}" ${today ? 'aria-current="date"' : ""}>${date.date()}${this.sign(shown, draft)}</button>`;
	}

	// "Thứ Sáu 02/01/2026: ngày nghỉ, Nghỉ hoán đổi (12/TB-VP). Giờ làm việc: …"
	words(day, { marks, hours }) {
		const weekday = [__("Sunday"), __("Monday"), __("Tuesday"), __("Wednesday"), __("Thursday"), __("Friday"), __("Saturday")][moment(day).day()];
		const own = marks.map((mark) => {
			const draft = mark.draft ? `${__("draft")}: ` : "";
			return draft + [mark.words, mark.name, mark.paper].filter(Boolean).join(", ");
		});
		const told = hours ? __("hours {0}", [hours]) : __("no hours");
		return `${weekday} ${moment(day).format("DD/MM/YYYY")}: ${[...own, told].join("; ")}`;
	}
};
