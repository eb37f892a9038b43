// Bundles the desk's and the website's assets as Frappe expects to find them:
//   APP/public/**/NAME.bundle.{js,ts,css,scss}  ->  sites/assets/APP/dist/{js,css,css-rtl}/NAME.bundle.HASH.{js,css}
//   sites/assets/{assets,assets-rtl}.json        the map from a bundle's name to the file that holds it now
//
// node build.mjs --sites FOLDER --modules NODE_MODULES APP=PUBLIC_FOLDER…
import { createHash } from "node:crypto";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

const { values, positionals } = parseArgs({
	options: { sites: { type: "string" }, modules: { type: "string" } },
	allowPositionals: true,
});
const modules = path.resolve(values.modules);
const sites = path.resolve(values.sites);
const apps = positionals.map((pair) => {
	const [name, folder] = pair.split("=");
	return { name, public: path.resolve(folder), parent: path.resolve(folder, "..", "..") };
});

const require = createRequire(path.join(modules, "..", "package.json"));
const load = async (name) => {
	const found = await import(pathToFileURL(require.resolve(name)).href);
	return found.default ?? found;
};
const esbuild = await load("esbuild");
const sass = await load("sass");
const postcss = await load("postcss");
const autoprefixer = await load("autoprefixer");
const rtlcss = await load("rtlcss");
const vue = await load("@vue/compiler-sfc");

const STYLE = /\.(css|scss|sass)$/;
const includePaths = [modules, ...apps.map((app) => app.parent)];

/** All files below a folder whose name says that they are an entry point. */
function entryPoints(folder) {
	return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
		const full = path.join(folder, entry.name);
		if (entry.isDirectory()) {
			return ["node_modules", "dist"].includes(entry.name) ? [] : entryPoints(full);
		}
		return /\.bundle\.(js|ts|css|scss|sass)$/.test(entry.name) ? [full] : [];
	});
}

// `~package/file` means a file in node_modules.
const importer = (url) => ({ file: url.replace(/^~/, "") });

function compileSass(options) {
	const rendered = sass.renderSync({ includePaths, importer, quietDeps: true, logger: sass.Logger.silent, ...options });
	return rendered.css.toString();
}

/** The address under /assets of a file in an app's public folder or in node_modules. */
function addressOf(file) {
	const app = apps.find((each) => file.startsWith(each.public + path.sep));
	if (app) return `/assets/${app.name}/${path.relative(app.public, file)}`;
	return `/assets/frappe/node_modules/${path.relative(modules, file)}`;
}

/** sass leaves `@import "x.css"` for the browser to follow; put the sheet in its place, its relative addresses made absolute. */
function inlineImports(css, folder) {
	return css.replace(/@import\s+(?:url\()?["']?([^"')\s;]+\.css)["']?\)?;/g, (whole, url) => {
		if (/^(https?:)?\/\//.test(url)) return whole;
		const name = url.replace(/^~/, "");
		const file = [folder, ...includePaths].map((base) => path.join(base, name)).find((each) => fs.existsSync(each));
		if (!file) throw new Error(`${url}, imported from ${folder}, is not found`);
		const sheet = fs.readFileSync(file, "utf8").replace(/url\((["']?)([^"')]+)\1\)/g, (reference, quote, address) => {
			if (/^(\/|#|data:|https?:)/.test(address)) return reference;
			const [, bare, rest] = address.match(/^([^?#]*)(.*)$/);
			return `url("${addressOf(path.resolve(path.dirname(file), bare))}${rest}")`;
		});
		return inlineImports(sheet, path.dirname(file));
	});
}

function compileStyle(file) {
	return inlineImports(compileSass({ file }), path.dirname(file));
}

async function finishStyle(css, file, mirrored) {
	const plugins = mirrored ? [autoprefixer(), rtlcss()] : [autoprefixer()];
	const finished = await postcss(plugins).process(css, { from: file, map: false });
	return esbuild.transformSync(finished.css, { loader: "css", minify: true }).code;
}

/** `import "x.html"` fills frappe.templates.x, as Frappe's own build does. */
const htmlTemplates = {
	name: "html-templates",
	setup(build) {
		build.onLoad({ filter: /\.html$/ }, async ({ path: file }) => {
			const source = await fs.promises.readFile(file, "utf8");
			const text = source.replace(/<!--[\s\S]*?-->/g, "").replace(/\s+/g, " ");
			const name = path.basename(file, ".html");
			return { contents: `frappe.templates[${JSON.stringify(name)}] = ${JSON.stringify(text)};`, loader: "js" };
		});
	},
};

const setStyle = (css) => `frappe.dom.set_style(${JSON.stringify(css)});`;

/** A style imported by a script is put into the page when the script runs. */
const stylesInScripts = {
	name: "styles-in-scripts",
	setup(build) {
		build.onLoad({ filter: STYLE }, async ({ path: file }) => ({
			contents: setStyle(await finishStyle(compileStyle(file), file, false)),
			loader: "js",
		}));
	},
};

/** Single-file components, with their scoped styles. */
const vueComponents = {
	name: "vue-components",
	setup(build) {
		build.onLoad({ filter: /\.vue$/ }, async ({ path: file }) => {
			const source = await fs.promises.readFile(file, "utf8");
			const { descriptor, errors } = vue.parse(source, { filename: file });
			if (errors.length) {
				return { errors: errors.map((error) => ({ text: `${file}: ${error.message}` })) };
			}
			const relative = path.relative(path.dirname(modules), file);
			const id = createHash("sha256").update(relative).digest("hex").slice(0, 8);
			const scoped = descriptor.styles.some((style) => style.scoped);
			const scopeId = scoped ? `data-v-${id}` : undefined;
			const templateOptions = { compilerOptions: { scopeId } };
			const parts = [];
			let language = "js";

			if (descriptor.script || descriptor.scriptSetup) {
				const script = vue.compileScript(descriptor, {
					id,
					inlineTemplate: Boolean(descriptor.scriptSetup),
					isProd: true,
					genDefaultAs: "component",
					templateOptions,
				});
				parts.push(script.content);
				if (script.lang === "ts") language = "ts";
			} else {
				parts.push("const component = {};");
			}
			if (descriptor.template && !descriptor.scriptSetup) {
				const template = vue.compileTemplate({
					id,
					filename: file,
					source: descriptor.template.content,
					scoped,
					isProd: true,
					...templateOptions,
				});
				if (template.errors.length) {
					return { errors: template.errors.map((error) => ({ text: `${file}: ${error.message ?? error}` })) };
				}
				parts.push(template.code, "component.render = render;");
			}
			for (const style of descriptor.styles) {
				const plain = style.lang
					? compileSass({ data: style.content, includePaths: [path.dirname(file), ...includePaths] })
					: style.content;
				const compiled = vue.compileStyle({ source: plain, filename: file, id: `data-v-${id}`, scoped: style.scoped });
				if (compiled.errors.length) {
					return { errors: compiled.errors.map((error) => ({ text: `${file}: ${error.message}` })) };
				}
				// After scoping: a sheet that a component imports is meant for what lies inside it as well.
				const whole = inlineImports(compiled.code, path.dirname(file));
				parts.push(setStyle(await finishStyle(whole, file, false)));
			}
			if (scopeId) parts.push(`component.__scopeId = ${JSON.stringify(scopeId)};`);
			parts.push("export default component;");
			return { contents: parts.join("\n"), loader: language, resolveDir: path.dirname(file) };
		});
	},
};

/** What the last build made. A site that runs meanwhile still asks for it, so only what is older goes. */
const before = new Set(
	["assets.json", "assets-rtl.json"].flatMap((name) => {
		const file = path.join(sites, "assets", name);
		return fs.existsSync(file) ? Object.values(JSON.parse(fs.readFileSync(file, "utf8"))) : [];
	}),
);

/** Put a file into dist under a name that changes with its content; those older than the last build's go. */
function publish(app, kind, name, content, extra = {}) {
	const extension = kind.startsWith("css") ? "css" : "js";
	const hash = createHash("sha256").update(content).digest("hex").slice(0, 8).toUpperCase();
	const folder = path.join(app.public, "dist", kind);
	const file = `${name}.${hash}.${extension}`;
	fs.mkdirSync(folder, { recursive: true });
	for (const old of fs.readdirSync(folder)) {
		const address = `/assets/${app.name}/dist/${kind}/${old.replace(/\.map$/, "")}`;
		if (old.startsWith(`${name}.`) && !before.has(address)) fs.rmSync(path.join(folder, old));
	}
	const note = extra.map ? `\n//# sourceMappingURL=${file}.map\n` : "";
	fs.writeFileSync(path.join(folder, file), content + note);
	if (extra.map) fs.writeFileSync(path.join(folder, `${file}.map`), extra.map);
	return `/assets/${app.name}/dist/${kind}/${file}`;
}

async function buildScripts(app, entries, assets) {
	const result = await esbuild.build({
		entryPoints: entries,
		bundle: true,
		write: false,
		outdir: path.join(app.public, "dist", "js"),
		entryNames: "[name]",
		format: "iife",
		target: "es2017",
		minify: true,
		sourcemap: "external",
		sourcesContent: true,
		legalComments: "none",
		logLevel: "error",
		nodePaths: includePaths,
		external: ["/assets/*"],
		define: {
			"process.env.NODE_ENV": '"production"',
			__VUE_OPTIONS_API__: "true",
			__VUE_PROD_DEVTOOLS__: "false",
		},
		plugins: [htmlTemplates, vueComponents, stylesInScripts],
	});
	const texts = new Map(result.outputFiles.map((file) => [path.basename(file.path), file.text]));
	for (const [file, text] of texts) {
		if (!file.endsWith(".js")) continue;
		const name = file.slice(0, -".js".length);
		assets[file] = publish(app, "js", name, text, { map: texts.get(`${file}.map`) });
	}
}

async function buildStyles(app, entries, assets, mirrored) {
	for (const file of entries) {
		const css = compileStyle(file);
		const name = path.basename(file).replace(STYLE, "");
		assets[`${name}.css`] = publish(app, "css", name, await finishStyle(css, file, false));
		mirrored[`rtl_${name}.css`] = publish(app, "css-rtl", name, await finishStyle(css, file, true));
	}
}

const assets = {};
const mirrored = {};
for (const app of apps) {
	const entries = fs.existsSync(app.public) ? entryPoints(app.public) : [];
	await buildScripts(app, entries.filter((file) => !STYLE.test(file)), assets);
	await buildStyles(app, entries.filter((file) => STYLE.test(file)), assets, mirrored);
	console.log(`${app.name}: ${entries.length} bundles`);
}
for (const [file, map] of Object.entries({ "assets.json": assets, "assets-rtl.json": mirrored })) {
	const sorted = Object.fromEntries(Object.entries(map).sort());
	fs.writeFileSync(path.join(sites, "assets", `.${file}`), `${JSON.stringify(sorted, null, 4)}\n`);
	fs.renameSync(path.join(sites, "assets", `.${file}`), path.join(sites, "assets", file));
}
