// The board of complaints: the most urgent first, each with its clock in words; what moves a card is an action.
(() => {
	const MOST = 200; // cards; the framework would load every complaint there is
	const view = frappe.views.KanbanView?.prototype;
	if (!view || view.shows_clocks) return;
	view.shows_clocks = true;
	const { setup_defaults, prepare_data, render } = view;

	view.setup_defaults = async function (...rest) {
		await setup_defaults.apply(this, rest);
		if (this.doctype !== "Complaint") return;
		this.page_length = MOST;
		this.sort_by = "due_on";
		this.sort_order = "asc";
	};

	view.prepare_data = function (...rest) {
		prepare_data.apply(this, rest);
		if (this.doctype !== "Complaint") return;
		for (const row of this.data) {
			frappe.meta.set_formatter("Complaint", "due_on", row.name, () => phanhoi.due_badge(row));
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
