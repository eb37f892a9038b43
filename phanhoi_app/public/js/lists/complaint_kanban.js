// The board of complaints: the most urgent first, each with its clock in words; what moves a card is an action.
(() => {
	const escape = frappe.utils.escape_html;
	const MOST = 200; // cards; the framework would load every complaint there is
	const view = frappe.views.KanbanView?.prototype;
	if (!view || view.shows_clocks) return;
	view.shows_clocks = true;
	const { get_args, setup_defaults, prepare_data, render } = view;

	view.setup_defaults = async function (...rest) {
		await setup_defaults.apply(this, rest);
		if (this.doctype !== "Complaint") return;
		this.page_length = MOST;
	};

	view.get_args = function (...rest) {
		const args = get_args.apply(this, rest);
		if (this.doctype !== "Complaint") return args;
		// The framework does not wait for links before it asks for a board's cards.
		const fields = [...new Set([...args.fields, "`tabComplaint`.`agency`", "agency.agency_name as agency_agency_name"])];
		return { ...args, fields, order_by: "`tabComplaint`.`due_on` asc" };
	};

	view.prepare_data = function (...rest) {
		prepare_data.apply(this, rest);
		if (this.doctype !== "Complaint") return;
		for (const row of this.data) {
			const say = (field, words) => frappe.meta.set_formatter("Complaint", field, row.name, words);
			say("due_on", () => phanhoi.due_badge(row));
			say("agency", () => escape(row.agency_agency_name || row.agency || ""));
		}
	};

	view.render = function (...rest) {
		render.apply(this, rest);
		if (this.doctype !== "Complaint") return;
		keep_in_place(this.$result[0]);
		this.$result.prev(".phanhoi-board-note").remove();
		if (this.data.length < MOST) return;
		$('<p class="phanhoi-board-note text-muted small"></p>')
			.text(__("The {0} most urgent are shown; the list has all.", [MOST]))
			.insertBefore(this.$result);
	};

	// A complaint changes its state by its actions: cards are opened, not dragged.
	function keep_in_place(board) {
		if (board.keeps_cards) return;
		board.keeps_cards = true;
		for (const event of ["pointerdown", "mousedown", "touchstart"]) {
			const stop = (happened) => happened.target.closest(".kanban-card-wrapper") && happened.stopPropagation();
			board.addEventListener(event, stop, { capture: true, passive: true });
		}
	}
})();
