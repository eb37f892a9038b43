// Text as the server's search key has it: small letters, no marks, đ as d, one space between words.

export function plain(text) {
	return text
		.toLowerCase()
		.replace(/đ/g, "d")
		.normalize("NFD")
		.replace(/[\u0300-\u036f]/g, "")
		.replace(/[^\p{L}\p{N}]+/gu, " ")
		.trim();
}

// The page's sentences, translated on the server; {0}, {1} are places for values.
const sentences = JSON.parse(document.getElementById("texts")?.textContent || "{}");

export function say(key, ...values) {
	return (sentences[key] || key).replace(/\{(\d)\}/g, (whole, place) => values[place] ?? whole);
}

export function icon(paths, box = 24) {
	const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
	svg.setAttribute("viewBox", `0 0 ${box} ${box}`);
	svg.setAttribute("class", "icon");
	svg.setAttribute("aria-hidden", "true");
	for (const d of paths) {
		const path = document.createElementNS(svg.namespaceURI, "path");
		path.setAttribute("d", d);
		path.setAttribute("fill", "none");
		path.setAttribute("stroke", "currentColor");
		path.setAttribute("stroke-width", "2");
		path.setAttribute("stroke-linecap", "round");
		svg.append(path);
	}
	return svg;
}
