// The workflow builder shows names and some labels as they are stored: put the user's words in their place.
{
	const page = frappe.pages["workflow-builder"];
	const show = page && page.on_page_show;
	const SPOKEN =
		".label-area, .control-label, .label, .description, .node-label, .edge-label, .drag-handle, .vue-flow__panel .btn, .vue-flow__edge-label, .vue-flow span";

	const say = (root) => {
		for (const element of root.querySelectorAll(SPOKEN)) {
			for (const node of element.childNodes) {
				if (node.nodeType !== Node.TEXT_NODE) continue;
				const typed = node.nodeValue.trim();
				const said = typed && __(typed);
				if (said && said !== typed) node.nodeValue = said;
			}
		}
	};

	// Its word of success passes by the translations, too.
	const toast = frappe.toast;
	if (toast) frappe.toast = (said, ...rest) => toast(typeof said === "string" ? __(said) : said, ...rest);

	const shown = function (wrapper) {
		show.call(this, wrapper);
		if (wrapper.phanhoi_said) return;
		wrapper.phanhoi_said = new MutationObserver(() => say(wrapper));
		wrapper.phanhoi_said.observe(wrapper, { childList: true, subtree: true, characterData: true });
	};
	if (show) page.on_page_show = shown;
}
