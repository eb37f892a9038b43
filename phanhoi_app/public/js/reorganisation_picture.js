// Before → after as a drawing: what is there on the left, what takes its place on the right, lines as thick as what goes along.
frappe.provide("phanhoi.reorganisation");

const COLORS = {
	ends: ["#f4f5f6", "#98a1ab", "4 3"],
	stays: ["#e8f1fb", "#0b5cad", ""],
	is_new: ["#e3f5ea", "#14804a", ""],
	unclear: ["#fef3c7", "#b45309", "4 3"],
};

phanhoi.reorganisation.draw = function (wrapper, shown) {
	const width = Math.floor(wrapper.width());
	if (width < 200) return;
	const { left, right, flows } = shown.tree ? of_tree(shown) : of_flows(shown);
	const box = Math.min(320, Math.floor(width * 0.37));
	const height = width < 600 ? 78 : 58;
	const gap = 12;
	const rows = Math.max(left.length, right.length, 1);
	const total = rows * (height + gap) - gap;
	const place = (list) => {
		const top = (total - (list.length * (height + gap) - gap)) / 2;
		return Object.fromEntries(list.map((unit, number) => [unit.code, top + number * (height + gap)]));
	};
	const from = place(left);
	const to = place(right);
	const most = Math.max(1, ...flows.map((flow) => flow.count || 0));
	const lines = flows.map((flow) => {
		const [x1, y1, x2, y2] = [box, from[flow.source] + height / 2, width - box, to[flow.target] + height / 2];
		const middle = (x1 + x2) / 2;
		const thick = 1.5 + 8 * Math.sqrt((flow.count || 0) / most);
		const color = flow.unclear ? COLORS.unclear[1] : "#5b8fc7";
		const at = x1 + (x2 - x1) * 0.3; // before the lines come together
		const label = flow.count === undefined ? "" : format_number(flow.count, null, 0);
		const y = bezier(0.3, y1, y2);
		return {
			line: `<path d="M${x1},${y1} C${middle},${y1} ${middle},${y2} ${x2 - 6},${y2}" fill="none" stroke="${color}"
				stroke-opacity="0.55" stroke-width="${thick.toFixed(1)}" marker-end="url(#reorganisation-arrow)"/>`,
			label:
				label &&
				`<text x="${at}" y="${y + 4}" text-anchor="middle" font-size="12" font-weight="600" fill="#26323d"
				stroke="#fff" stroke-width="4" paint-order="stroke">${label}</text>`,
		};
	});
	const boxes = [...left.map((unit) => a_box(unit, 0, from[unit.code])), ...right.map((unit) => a_box(unit, width - box, to[unit.code]))];
	wrapper.html(`<svg width="${width}" height="${total + 4}" viewBox="0 -2 ${width} ${total + 4}" role="img"
		aria-label="${__("Before and after")}" style="display: block; max-width: 100%">
		<defs><marker id="reorganisation-arrow" viewBox="0 0 8 8" refX="4" refY="4" markerWidth="9" markerHeight="9"
			markerUnits="userSpaceOnUse" orient="auto"><path d="M0,0 L8,4 L0,8 z" fill="#5b8fc7"/></marker></defs>
		${lines.map((each) => each.line).join("")}${lines.map((each) => each.label).join("")}${boxes.join("")}</svg>`);

	function a_box(unit, x, y) {
		const [fill, stroke, dash] = COLORS[unit.look];
		return `<g><rect x="${x + 1}" y="${y}" width="${box - 2}" height="${height}" rx="8" fill="${fill}" stroke="${stroke}"
			stroke-dasharray="${dash}"/><foreignObject x="${x + 1}" y="${y}" width="${box - 2}" height="${height}">
			<div style="height: 100%; padding: 4px 10px; display: flex; flex-direction: column; justify-content: center; line-height: 1.25; color: #26323d">
			<div style="font-weight: 600; font-size: 13px; overflow: hidden; display: -webkit-box; -webkit-line-clamp: ${height > 60 ? 3 : 2}; -webkit-box-orient: vertical"
				title="${frappe.utils.escape_html(unit.title)}">${frappe.utils.escape_html(unit.title)}</div>
			<div style="font-size: 11px; color: #56616c">${unit.note || ""}</div></div></foreignObject></g>`;
	}
};

function bezier(t, y1, y2) {
	const u = 1 - t;
	return (u * u * u + 3 * u * u * t) * y1 + (3 * u * t * t + t * t * t) * y2;
}

function of_flows(shown) {
	const unit = (code, side) => {
		const { title, is_new, ends } = shown.units[code] || { title: code };
		const look = side === "left" && ends ? "ends" : is_new ? "is_new" : "stays";
		return { code, title, look, note: { ends: __("ends"), is_new: __("new"), stays: __("stays") }[look] };
	};
	const flows = shown.flows.map((flow) => ({ ...flow, unclear: !flow.target, target: flow.target || "?" }));
	const targets = Object.keys(shown.units).filter(
		(code) => !shown.units[code].ends && (shown.units[code].is_new || flows.some((flow) => flow.target === code))
	);
	const order = (source) => Math.min(...flows.filter((flow) => flow.source === source).map((flow) => targets.indexOf(flow.target)), 999);
	const sources = [...new Set(flows.map((flow) => flow.source))].sort((a, b) => order(a) - order(b));
	const right = targets.map((code) => unit(code, "right"));
	if (flows.some((flow) => flow.unclear)) {
		right.push({ code: "?", title: __("To decide"), look: "unclear", note: __("see the list below") });
	}
	return { left: sources.map((code) => unit(code, "left")), right, flows };
}

// A rename or a move: each unit as it stands before and after.
function of_tree(shown) {
	const side = (key, look) =>
		shown.tree.map((row, number) => ({
			code: String(number),
			title: row.title || row[key],
			look,
			note: row.title ? frappe.utils.escape_html(__("below {0}", [row[key] || "–"])) : "",
		}));
	return {
		left: side("before", "ends"),
		right: side("after", "is_new"),
		flows: shown.tree.map((_row, number) => ({ source: String(number), target: String(number) })),
	};
}
