// The pin: where it happened, by the telephone's own position, on a map, from a photo, or typed.

import { say } from "./text.js";

const PIN =
	'<svg viewBox="0 0 40 48" aria-hidden="true"><path fill="currentColor" stroke="#fff" stroke-width="2" d="M20 46S36 31 36 18a16 16 0 1 0-32 0c0 13 16 28 16 28z"/><circle cx="20" cy="18" r="6" fill="#fff"/></svg>';

// Returns {set(latitude, longitude), onArea(centre)} for the fieldset `box`; `onPin(latitude, longitude)` is told of
// each new pin.
export function pinInput(box, areas, onPin) {
	const find = (name) => box.querySelector(`[data-${name}]`);
	const [latitude, longitude] = box.querySelectorAll("[data-pin-typed] input");
	const [said, error] = [find("pin-said"), box.querySelector("[data-error]")];
	const toggle = find("open-map");
	let map = null;
	let marker = null;
	let looked = null; // where the map should look when it opens

	find("pin-tools").hidden = false;
	find("pin-typed").hidden = true;
	tell();

	find("gps").addEventListener("click", locate);
	toggle.addEventListener("click", openMap);
	find("clear-pin").addEventListener("click", () => {
		latitude.value = longitude.value = "";
		marker?.remove();
		marker = null;
		tell();
		toggle.focus();
	});
	find("centre-pin").addEventListener("click", () => setFrom(map.getCenter()));

	function set(north, east, move = true) {
		latitude.value = north.toFixed(6);
		longitude.value = east.toFixed(6);
		latitude.dispatchEvent(new Event("input", { bubbles: true }));
		fail("");
		tell();
		draw();
		if (map && move) map.setView([north, east], Math.max(map.getZoom(), 16));
		onPin?.(latitude.value, longitude.value);
	}

	const setFrom = (point) => set(point.lat, point.wrap().lng, false);

	function tell() {
		said.hidden = !latitude.value;
		const short = (text) => Number(text).toFixed(5);
		said.querySelector("span").textContent = say("pin_set", short(latitude.value), short(longitude.value));
	}

	function fail(text) {
		error.hidden = !text;
		error.querySelector("span").textContent = text;
	}

	function locate() {
		if (!navigator.geolocation) return fail(say("gps_no"));
		fail("");
		said.hidden = false;
		said.querySelector("span").textContent = say("gps_wait");
		navigator.geolocation.getCurrentPosition(
			(found) => set(found.coords.latitude, found.coords.longitude),
			() => {
				tell();
				fail(say("gps_no"));
			},
			{ enableHighAccuracy: true, timeout: 15000 }
		);
	}

	async function openMap() {
		const shown = find("map-box").hidden;
		find("map-box").hidden = !shown;
		toggle.setAttribute("aria-expanded", String(shown));
		if (!shown) return;
		try {
			await loadLeaflet(box.dataset.leaflet);
		} catch {
			find("map-box").hidden = true;
			return fail(say("map_no"));
		}
		if (!map) build();
		map.invalidateSize();
		find("map").querySelector(".leaflet-container")?.focus();
	}

	function build() {
		const [north, east] = box.dataset.centre.split(",").map(Number);
		map = L.map(find("map"), { attributionControl: Boolean(box.dataset.attribution), zoomControl: true });
		map.attributionControl?.setPrefix("");
		map.setView(looked || [north, east], looked ? 14 : Number(box.dataset.zoom));
		if (box.dataset.tiles) {
			L.tileLayer(box.dataset.tiles, { attribution: escape(box.dataset.attribution), maxZoom: 19 }).addTo(map);
		} else {
			find("no-tiles").hidden = false;
			drawGrid();
			nameAreas();
		}
		map.on("click", (event) => setFrom(event.latlng));
		// Enter on the map itself, after moving it with the arrow keys, sets the pin in its middle.
		find("map").addEventListener("keydown", (event) => {
			if (event.key !== "Enter") return;
			event.preventDefault();
			setFrom(map.getCenter());
		});
		draw();
	}

	function draw() {
		if (!map || !latitude.value) return;
		const at = [Number(latitude.value), Number(longitude.value)];
		if (marker) return marker.setLatLng(at);
		const look = L.divIcon({ className: "map-pin", html: PIN, iconSize: [40, 48], iconAnchor: [20, 46] });
		marker = L.marker(at, { icon: look, draggable: true, keyboard: false }).addTo(map);
		marker.on("dragend", () => setFrom(marker.getLatLng()));
		map.setView(at, Math.max(map.getZoom(), 13));
	}

	// A plain grid that moves with the map, so that moving it is seen.
	function drawGrid() {
		const Grid = L.GridLayer.extend({
			createTile: () => Object.assign(document.createElement("div"), { className: "map-tile" }),
		});
		new Grid({ tileSize: 128 }).addTo(map);
	}

	// Without a background picture the names of the communes tell where one is.
	function nameAreas() {
		for (const area of areas) {
			const label = document.createElement("span");
			label.textContent = area.name;
			const look = L.divIcon({ className: "map-name", html: label.outerHTML, iconSize: null, iconAnchor: [3, 8] });
			L.marker(area.at, { icon: look, interactive: false, keyboard: false }).addTo(map);
		}
	}

	function onArea(centre) {
		looked = centre;
		if (map && centre && !latitude.value) map.setView(centre, 14);
	}

	return { set, onArea };
}

function escape(text) {
	const span = document.createElement("span");
	span.textContent = text;
	return span.innerHTML;
}

let loading = null;
function loadLeaflet(folder) {
	loading ??= new Promise((done, failed) => {
		if (!folder) return failed(new Error("no Leaflet in this release"));
		const style = document.createElement("link");
		style.rel = "stylesheet";
		style.href = `${folder}/leaflet.css`;
		const script = document.createElement("script");
		script.src = `${folder}/leaflet.js`;
		script.addEventListener("load", done);
		script.addEventListener("error", failed);
		document.head.append(style, script);
	});
	return loading;
}
