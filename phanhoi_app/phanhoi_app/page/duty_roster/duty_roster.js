// The page “Duty Roster”: the week as bars of a day, the year as coloured days, gaps and double bookings in words.
{
	frappe.pages["duty-roster"].on_page_load = (wrapper) => {
		const parts = ["ask", "plan"].map((name) => `/assets/phanhoi_app/js/hotline/${name}.js`);
		frappe.require("/assets/phanhoi_app/css/year_view.css");
		frappe.require(parts[0], () => frappe.require(parts[1], () => (wrapper.roster = new DutyRoster(wrapper))));
	};
	frappe.pages["duty-roster"].on_page_show = (wrapper) => wrapper.roster?.refresh();

	const KEPT = "phanhoi_duty_agency"; // of localStorage: the roster that was looked at last
	// Shifts that do not meet share a line of the picture.
	const lanes = (shifts) => {
		const found = [];
		for (const shift of shifts) {
			const free = found.find((lane) => lane[lane.length - 1].span[1] <= shift.span[0]);
			if (free) free.push(shift);
			else found.push([shift]);
		}
		return found;
	};
	const safe = (text) => frappe.utils.escape_html(String(text ?? ""));

	class DutyRoster {
		constructor(wrapper) {
			this.page = frappe.ui.make_app_page({ parent: wrapper, title: __("Duty Roster"), single_column: true });
			this.first = moment(frappe.datetime.get_today()).startOf("isoWeek");
			this.view = "week";
			this.$body = $(`<div class="duty-roster"><div class="duty-bar"></div><div class="duty-problems" role="status"></div>
				<div class="duty-picture"></div></div>`).appendTo(this.page.main);
			this.$body.on("click", "[data-step]", (event) => this.step(Number(event.currentTarget.dataset.step)));
			this.$body.on("click", "[data-view]", (event) => this.look_as(event.currentTarget.dataset.view));
			this.$body.on("change", "#duty-agency", (event) => this.choose(event.target.value));
			this.$body.on("click", "[data-open-week]", (event) => this.open_week(event.currentTarget.dataset.openWeek));
			this.page.add_menu_item(__("List of Shifts"), () => frappe.set_route("List", "Duty Shift", { agency: this.agency }));
			this.page.add_menu_item(__("Hand-over Notes"), () => frappe.set_route("List", "Duty Handover", { agency: this.agency }));
			this.begin();
		}

		async begin() {
			const { data, errors } = await phanhoi.hotline.ask("rosters");
			if (errors) return this.say(Object.values(errors));
			this.rosters = data.rosters;
			if (!this.rosters.length) return this.say([__("No agency has a duty roster yet.")]);
			const kept = localStorage.getItem(KEPT);
			this.agency = (this.rosters.find((row) => row.name === kept) || this.rosters[0]).name;
			this.refresh();
		}

		choose(agency) {
			this.agency = agency;
			localStorage.setItem(KEPT, agency);
			this.refresh();
		}

		step(by) {
			this.first = this.first.clone().add(by, this.view === "week" ? "weeks" : "years");
			this.refresh();
		}

		look_as(view) {
			this.view = view;
			this.refresh();
		}

		open_week(day) {
			this.first = moment(day).startOf("isoWeek");
			this.look_as("week");
		}

		async refresh() {
			if (!this.agency) return;
			const asked = (this.asked = (this.asked || 0) + 1);
			const args = { agency: this.agency };
			const { data, errors } =
				this.view === "week"
					? await phanhoi.hotline.ask("week", { ...args, first: this.first.format("YYYY-MM-DD") })
					: await phanhoi.hotline.ask("year", { ...args, year: this.first.clone().add(3, "days").year() });
			if (asked !== this.asked) return; // a later question is under way
			this.draw_bar();
			if (errors) return this.say(Object.values(errors));
			this.say(data.problems || []);
			this.$body.find(".duty-picture").html(this.view === "week" ? this.week(data) : this.year(data));
			if (this.rosters.find((row) => row.name === this.agency)?.may_plan) {
				this.page.set_primary_action(__("Plan Shifts"), () => phanhoi.hotline.plan(this), "add");
			} else {
				this.page.clear_primary_action();
			}
		}

		draw_bar() {
			const last = this.first.clone().add(6, "days");
			const title = this.view === "week" ? `${this.first.format("DD/MM")} – ${last.format("DD/MM/YYYY")}` : this.first.clone().add(3, "days").year();
			const options = this.rosters.map((row) => `<option value="${safe(row.name)}" ${row.name === this.agency ? "selected" : ""}>${safe(row.agency_name)}</option>`);
			const view = (name, label) => `<button type="button" class="btn btn-sm ${this.view === name ? "btn-primary" : "btn-default"}" data-view="${name}" aria-pressed="${this.view === name}">${safe(label)}</button>`;
			const had_focus = this.$body.find(".duty-bar")[0].contains(document.activeElement) && document.activeElement;
			const again = had_focus && (had_focus.id ? `#${had_focus.id}` : had_focus.dataset.step ? `[data-step="${had_focus.dataset.step}"]` : `[data-view="${had_focus.dataset.view}"]`);
			this.$body.find(".duty-bar").html(`<div><label for="duty-agency">${safe(__("Agency"))}</label>
					<select id="duty-agency" class="form-control input-sm">${options.join("")}</select></div>
				<div>${view("week", __("Week"))} ${view("year", __("Year"))}</div>
				<div><button type="button" class="btn btn-default btn-sm" data-step="-1" aria-label="${safe(__("Earlier"))}">‹</button>
					<strong aria-live="polite">${safe(title)}</strong>
					<button type="button" class="btn btn-default btn-sm" data-step="1" aria-label="${safe(__("Later"))}">›</button></div>`);
			if (again) this.$body.find(again).trigger("focus");
		}

		say(sentences) {
			this.$body.find(".duty-problems").html(sentences.map((line) => `<div class="phanhoi-year-warning">${safe(line)}</div>`).join(""));
		}

		week({ days }) {
			const names = [__("Monday"), __("Tuesday"), __("Wednesday"), __("Thursday"), __("Friday"), __("Saturday"), __("Sunday")];
			const place = ([from, until]) => `left:${(from / 1440) * 100}%;width:${((until - from) / 1440) * 100}%`;
			const clock = (minutes) => `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
			return days
				.map((day, at) => {
					const tracks = lanes(day.shifts).map((lane) => `<div class="duty-track">${lane.map((shift) => `<span style="${place(shift.span)}"></span>`).join("")}</div>`);
					const gaps = day.gaps.length ? [`<div class="duty-track">${day.gaps.map((gap) => `<span class="gap" style="${place(gap)}"></span>`).join("")}</div>`] : [];
					const words = day.shifts.map((shift) => {
						const note = shift.noted ? ` · ${__("note left")}` : shift.over ? ` · ${__("no note")}` : "";
						return `<li><a href="/app/duty-shift/${encodeURIComponent(shift.name)}">${safe(shift.hours)} ${safe(shift.person)}</a><small class="text-muted">${safe(note)}${shift.remark ? ` · ${safe(shift.remark)}` : ""}</small></li>`;
					});
					const none = day.gaps.map((gap) => `<li class="gap-words">${safe(__("nobody {0}–{1}", [clock(gap[0]), clock(gap[1])]))}</li>`);
					const today = day.day === frappe.datetime.get_today();
					return `<div class="duty-day ${today ? "today" : ""}" ${today ? 'aria-current="date"' : ""}><div><b>${safe(names[at])}</b><br><small>${safe(moment(day.day).format("DD/MM/YYYY"))}</small></div>
						<div><div aria-hidden="true">${[...tracks, ...gaps].join("")}</div><ul>${[...words, ...none].join("")}</ul></div></div>`;
				})
				.join("");
		}

		year({ year, days }) {
			const signs = { covered: "", partly: "½", nobody: "×", double: "2", free: "" };
			const said = { covered: __("covered"), partly: __("partly covered"), nobody: __("nobody on duty"), double: __("somebody booked twice"), free: __("no duty") };
			const legend = Object.keys(said).map((state) => `<li><span class="phanhoi-day-box ${state}" aria-hidden="true"><small>${signs[state]}</small></span>${safe(said[state])}</li>`);
			const short = [__("Mo"), __("Tu"), __("We"), __("Th"), __("Fr"), __("Sa"), __("Su")].map((day) => `<span aria-hidden="true">${safe(day)}</span>`).join("");
			const month = (number) => {
				const first = moment([year, number, 1]);
				const boxes = Array.from({ length: first.daysInMonth() }, (_day, at) => {
					const day = first.clone().add(at, "days");
					const [state, words] = days[day.format("YYYY-MM-DD")];
					const label = safe(`${day.format("DD/MM/YYYY")}: ${said[state]}${words ? `. ${words}` : ""}`);
					return `<button type="button" class="phanhoi-day-box ${state} ${signs[state] ? "signed" : ""}" data-open-week="${day.format("YYYY-MM-DD")}" title="${label}" aria-label="${label}">${day.date()}<small>${signs[state]}</small></button>`;
				});
				const title = safe(__("Month {0}", [number + 1]));
				return `<section class="phanhoi-month" aria-label="${title} ${year}"><h5>${title}</h5><div class="phanhoi-month-days"><div class="phanhoi-weekdays">${short}</div>
					<div class="phanhoi-days">${"<span></span>".repeat((first.day() + 6) % 7)}${boxes.join("")}</div></div></section>`;
			};
			return `<ul class="phanhoi-year-legend">${legend.join("")}</ul><div class="phanhoi-months">${Array.from({ length: 12 }, (_month, number) => month(number)).join("")}</div>`;
		}
	}
}
