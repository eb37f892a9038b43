// The form of an area: what has ended is not offered above it; a boundary shows its outline.
frappe.ui.form.on("Area", {
	setup(frm) {
		frm.set_query("parent_area", () => ({ query: "phanhoi_app.intake.areas.offered", filters: { is_group: 1 } }));
		frm.set_query("area", "successors", () => ({ query: "phanhoi_app.intake.areas.offered" }));
	},

	refresh(frm) {
		const wrapper = frm.get_field("outline_html").$wrapper;
		wrapper.html(outline(frm.doc));
	},
});

const HEIGHT = 220; // pixels

// A drawing of the boundary, north up; degrees of longitude are narrowed as they are at its latitude.
function outline(doc) {
	if (!doc.boundary || doc.max_latitude === doc.min_latitude) return "";
	const narrow = Math.cos((((doc.min_latitude + doc.max_latitude) / 2) * Math.PI) / 180);
	const scale = HEIGHT / (doc.max_latitude - doc.min_latitude);
	const width = (doc.max_longitude - doc.min_longitude) * narrow * scale;
	const geometry = JSON.parse(doc.boundary);
	const polygons = geometry.type === "Polygon" ? [geometry.coordinates] : geometry.coordinates;
	const place = ([east, north]) =>
		`${((east - doc.min_longitude) * narrow * scale).toFixed(1)} ${((doc.max_latitude - north) * scale).toFixed(1)}`;
	const path = polygons
		.flat()
		.map((ring) => `M${ring.map(place).join("L")}Z`)
		.join("");
	const points = polygons.flat().reduce((sum, ring) => sum + ring.length, 0);
	return `<svg viewBox="-4 -4 ${width + 8} ${HEIGHT + 8}" style="max-width: 100%; height: ${HEIGHT}px" role="img"
			aria-label="${__("Boundary")}">
			<path d="${path}" fill="var(--bg-light-blue, #d3e9fc)" fill-rule="evenodd" stroke="var(--blue-500, #2490ef)"
				stroke-width="1.5" stroke-linejoin="round"/>
		</svg>
		<p class="text-muted small">${__("{0} points", [format_number(points, null, 0)])}</p>`;
}
