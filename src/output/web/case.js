// SPDX-License-Identifier: MIT
// What people do with a case beside answering it: hand-over, pause, merge and split, topic, incident. Drawn into the
// conversation of staff.js; every button is one command of the box, and what it refuses is said in its own words.
"use strict";

const RARE_MOST = 32; // messages that leave at once

// ---- asking for what a command needs ---------------------------------------------------------------

// fields: [{name, label, type: "text"|"number"|"select"|"reason", options, value, isOptional}]; `verbName`: of this
// conversation, or a whole path
function askFor(verbName, title, fields, finish = (body) => body) {
	const inputs = fields.map((field) => {
		const common = { id: `ask-${field.name}`, name: field.name, required: !field.isOptional };
		if (field.type === "select") {
			return make("select", common, ...field.options.map(([value, text]) => make("option", { value }, text)));
		}
		if (field.type === "reason") {
			const area = make("textarea", { ...common, maxlength: 400 });
			area.value = field.value ?? "";
			return area;
		}
		return make("input", { ...common, type: field.type, value: field.value ?? "", min: field.type === "number" ? 1 : null, maxlength: 31 });
	});
	const form = make("form", {
		onsubmit: async (event) => {
			event.preventDefault();
			const body = {};
			fields.forEach((field, i) => {
				const value = inputs[i].value.trim();
				body[field.name] = field.type === "number" ? Number(value) : value;
			});
			$("ask").close();
			await run(verbName.startsWith("/") ? verbName : verb(verbName), finish(body));
		},
	},
	make("h1", { id: "ask-title" }, title),
	...fields.flatMap((field, i) => [make("label", { for: `ask-${field.name}` }, field.label), inputs[i]]),
	make("div", { class: "row" },
		make("button", { type: "button", onclick: () => $("ask").close() }, t("cancel")),
		make("button", { type: "submit", class: "main", id: "confirm" }, t("confirm"))));
	$("ask").replaceChildren(form);
	$("ask").showModal();
}

function reasonField(value = "") {
	return { name: "reason", label: t("reason"), type: "reason", value };
}

function command(name, onclick, isMain = false) {
	return make("button", { type: "button", id: name, class: isMain ? "main" : "", onclick }, t(name));
}

// ---- what stands out: an offer, a pause, a proposal ------------------------------------------------

function untilText(stamp) {
	const s = (Date.parse(stamp) - boxClock.now()) / 1000;
	return s > 0 ? duration(s) : duration(0);
}

function makeOffer(c) {
	return make("section", { class: "notice", id: "offer-notice", "aria-label": t("offer") },
		make("p", {}, `${t("offered_to")} ${c.offer.account} · ${c.offer.by} · ${t("until")} ${clockText(c.offer.until)} (`,
			make("span", { "data-until": c.offer.until }, untilText(c.offer.until)), ")"),
		make("div", { class: "actions" },
			command("accept", () => run(verb("accept")), true),
			command("decline", () => run(verb("decline")))));
}

function makePause(c) {
	const isAsking = c.sides.some((side) => side.kind === "pause asks");
	return make("section", { class: "notice", id: "pause-notice", "aria-label": t("paused") },
		make("p", {}, `${t("customer_must_act")} ${clockText(c.paused_since)}${isAsking ? ` · ${t("does_it_go_on")}` : ""}`),
		make("div", { class: "actions" },
			command("resume", () => run(verb("resume")), !isAsking),
			command("keep-pause", () => askFor("keep-pause", t("keep-pause"), [reasonField()]))));
}

function makeProposal(c) {
	return make("section", { class: "notice", id: "proposal-notice", "aria-label": t("no-reply-needed") },
		make("p", {}, t("reads_like_thanks")),
		make("div", { class: "actions" },
			make("button", { type: "button", id: "thanks", onclick: () => run(verb("no-reply-needed"), { reason: t("thanks_reason") }) },
				named("do", c.proposal))));
}

// Side alarms, in words; the offer and the pause say theirs themselves.
function makeSides(c) {
	return c.sides.filter((side) => side.kind !== "pause asks").map((side) =>
		make("p", { class: "side", role: "status" }, `◆ ${named("kind", side.kind)} · ${clockText(side.since)}`));
}

function makeNotices(c) {
	if (c.state === "merged") {
		return [make("p", { class: "side" }, `${t("goes_on_in")} `, make("a", { href: `#c/${c.merged_into}` }, `#${c.merged_into}`))];
	}
	return [
		...makeSides(c),
		c.offer ? makeOffer(c) : null,
		c.paused_since ? makePause(c) : null,
		c.proposal && c.waiting_since ? makeProposal(c) : null,
		makePersons(c),
	].filter(Boolean);
}

// ---- who had it when -------------------------------------------------------------------------------

function makeCustody(c) {
	return make("details", { id: "custody" }, make("summary", {}, `${t("holder")}: ${c.holder}${c.custody.length > 1 ? ` (${c.custody.length})` : ""}`),
		make("ol", { class: "targets" }, ...c.custody.map((part) => make("li", {},
			make("span", {}, part.account),
			make("span", {}, [clockText(part.from), part.life ? pairText(part.life.wall_s, part.life.business_s) : ""].filter(Boolean).join(" · "))))));
}

function caseChips(c) {
	const chip = (text) => make("span", { class: "chip" }, text);
	return [
		...(c.parked ?? []).map((why) => chip(named("parked", why))),
		c.ladder && c.ladder !== "light" ? chip(named("ladder", c.ladder)) : null,
		c.promised ? chip(`${t("promised")} ${clockText(c.promised)}`) : null,
		c.was_due ? chip(`${t("was_due")} ${clockText(c.was_due)}`) : null,
		c.topic ? chip(c.topic) : null,
	].filter(Boolean);
}

// On a card of the list: the few words that say why it is not like the others.
function rowMarks(row) {
	return [
		closesText(row, state.view?.now ?? row.closes),
		row.offered_to ? `→ ${row.offered_to}` : "",
		row.paused ? t("paused") : "",
		row.incident ? named("parked", "incident") : "",
		...(row.sides ?? []).map((kind) => named("kind", kind)),
		row.ladder && row.ladder !== "light" ? named("ladder", row.ladder) : "",
		row.proposal ? t("thanks_mark") : "",
	].filter(Boolean).join(" · ");
}

// ---- who else he is: what people said, and what is proposed ----------------------------------------

function makePersonCase(c, other) {
	const isOpen = other.state === "open" && c.state === "open";
	const words = other.relation === "same" ? t("same_person") : other.relation === "linked" ? `${t("said_same")} ${other.by}`
		: `${t("perhaps_same")} (${t(other.why === "says so" ? "says_so" : "same_name")})`;
	return make("li", { "data-person": other.id, "data-relation": other.relation },
		make("a", { href: `#c/${other.id}` }, badge(other.network), ` #${other.id} ${other.handle} · ${named("state", other.state)} · ${clockText(other.opened)}`),
		make("span", { class: "hint" }, ` ${words}`),
		make("span", { class: "row" },
			other.relation === "proposed" ? make("button", { type: "button", "data-link": other.id, onclick: () => run(verb("link"), { into: other.id }) }, t("link")) : null,
			other.relation === "linked" ? make("button", { type: "button", "data-unlink": other.id, onclick: () => run(verb("unlink"), { into: other.id }) }, t("unlink")) : null,
			isOpen && other.relation !== "proposed"
				? make("button", { type: "button", "data-merge": other.id, onclick: () => run(verb("merge"), { into: other.id }) }, t("merge")) : null));
}

function makePersons(c) {
	const all = c.persons ?? [];
	return all.length === 0 ? null : make("section", { class: "notice", id: "persons", "aria-label": t("other_cases") },
		make("p", {}, t("other_cases")), make("ul", { class: "targets" }, ...all.map((other) => makePersonCase(c, other))));
}

// ---- the rarer commands ----------------------------------------------------------------------------

function askOffer(c) {
	const others = (state.view?.accounts ?? []).filter((a) => a.name !== c.holder && a.health !== "disabled");
	askFor("offer", t("offer"), [{ name: "account", label: t("to_account"), type: "select",
		options: others.map((a) => [a.name, `${a.name} (${a.brand})`]) }]);
}

function askMerge() {
	askFor("merge", t("merge"), [{ name: "into", label: t("goes_on_in"), type: "number" }]);
}

function askSplit(c) {
	const boxes = c.messages.slice(-RARE_MOST).map((message) => make("label", { class: "pick" },
		make("input", { type: "checkbox", value: message.n }), ` ${clockText(message.published ?? message.sent)} ${message.text.slice(0, 60)}`));
	const form = make("form", {
		onsubmit: async (event) => {
			event.preventDefault();
			const messages = [...form.querySelectorAll("input:checked")].map((box) => Number(box.value));
			$("ask").close();
			await run(verb("split"), { messages });
		},
	},
	make("h1", { id: "ask-title" }, t("split")), make("p", { class: "hint" }, t("split_hint")), ...boxes,
	make("div", { class: "row" },
		make("button", { type: "button", onclick: () => $("ask").close() }, t("cancel")),
		make("button", { type: "submit", class: "main", id: "confirm" }, t("confirm"))));
	$("ask").replaceChildren(form);
	$("ask").showModal();
}

function askIncident(c) {
	const all = (state.view?.incidents ?? []).filter((incident) => !incident.ending);
	if (c.incident) {
		run(verb("incident-remove"), { incident: c.incident });
	} else if (all.length === 0) {
		say(t("no_incident"));
	} else {
		askFor("incident-add", t("incident-add"), [{ name: "incident", label: t("incident"), type: "select",
			options: all.map((incident) => [incident.id, incident.text || `#${incident.id}`]) }],
		(body) => ({ incident: Number(body.incident) }));
	}
}

// ---- incidents: of the whole desk --------------------------------------------------------------------

function makeIncident(incident) {
	const isSupervisor = state.session.role === "supervisor";
	const what = [incident.brand || t("any"), incident.topic, incident.by, `${clockText(incident.since)}${incident.until ? ` – ${clockText(incident.until)}` : ""}`,
		incident.ending ? t("incident_ending") : ""].filter(Boolean).join(" · ");
	return make("section", { class: "notice", "data-incident": incident.id, "aria-label": t("incident") },
		make("p", {}, incident.text), make("p", { class: "hint" }, what),
		isSupervisor && !incident.ending ? make("button", { type: "button", class: "wide", "data-end": incident.id,
			onclick: () => run(`/api/v1/incidents/${incident.id}/end`) }, t("incident-end")) : null);
}

function askDeclare() {
	const brands = [...new Set((state.view?.accounts ?? []).map((a) => a.brand))];
	askFor("/api/v1/incidents", t("incident-declare"), [
		{ name: "text", label: t("incident_text"), type: "reason" },
		{ name: "brand", label: t("brand"), type: "select", options: [["", t("any")], ...brands.map((b) => [b, b])], isOptional: true },
		{ name: "topic", label: t("topic"), type: "text", isOptional: true },
		{ name: "minutes", label: t("ends_after"), type: "number", isOptional: true },
	], ({ minutes, ...body }) => (minutes > 0 ? { ...body, until: new Date(boxClock.now() + minutes * 60000).toISOString() } : body));
}

// Above the list: those that are declared. A press on "it is over" is not lost to a redraw.
function drawIncidents() {
	const place = $("incidents");
	const all = state.view?.incidents ?? [];
	const now = JSON.stringify(all);
	if (!place || place.dataset.shown === now) {
		return;
	}
	place.dataset.shown = now;
	place.replaceChildren(...all.map(makeIncident));
}

// ---- below a message: what hangs on it, and how far it went -----------------------------------------

// Plain words: nothing of it is loaded; whoever follows an address leaves the box without a trace of it.
function makeAttachment(one) {
	const text = [named("attachment", one.kind), one.text].filter(Boolean).join(": ");
	return make("li", {}, /^https?:\/\//.test(one.url ?? "")
		? make("a", { href: one.url, target: "_blank", rel: "noreferrer noopener" }, text)
		: [text, one.id].filter(Boolean).join(" · "));
}

function makeAttached(message) {
	const more = message.attachments - message.attached.length;
	return message.attachments === 0 || message.deleted ? null : make("ul", { class: "attached", "aria-label": t("attached") },
		...message.attached.map(makeAttachment), more > 0 ? make("li", {}, `+${more} ${t("not_listed")}`) : null);
}

function makeEchoes(message) {
	const text = [message.shares > 0 ? `↻ ${message.shares} ${t("passed_on")}` : "", message.quotes > 0 ? `❝ ${message.quotes} ${t("quoted")}` : ""]
		.filter(Boolean).join(" · ");
	return text ? make("span", { class: "meta echoes" }, text) : null;
}

// The scoreboard: who is followed by how many, ours and the competitors'.
function changeText(change) {
	return change === null ? "–" : `${change > 0 ? "+" : ""}${change}`;
}

async function fillPresence(details) {
	if (details.open) {
		const rows = (await ask("GET", "/api/v1/presence")).presence;
		details.querySelector("table").replaceChildren(
			make("tr", {}, ...["", "", "1 d", "7 d", "30 d"].map((text) => make("th", {}, text))),
			...rows.map((row) => make("tr", { class: row.own ? "own" : "" }, make("td", {}, badge(row.network), ` ${row.handle}`),
				...[String(row.followers), changeText(row.change_1d), changeText(row.change_7d), changeText(row.change_30d)]
					.map((text) => make("td", {}, text)))));
	}
}

function makePresence() {
	return make("details", { id: "presence", ontoggle: (event) => fillPresence(event.currentTarget).catch(refused) },
		make("summary", {}, t("followers")), make("table", {}));
}

function makeDeskRare() {
	return state.session.role === "supervisor"
		? make("details", { id: "desk-more" }, make("summary", {}, t("more_actions")),
			make("div", { class: "actions" }, command("incident-declare", askDeclare)))
		: null;
}

function makeRare(c) {
	const isOpen = c.state === "open";
	const isSupervisor = state.session.role === "supervisor";
	return [
		isOpen && !c.offer ? command("offer", () => askOffer(c)) : null,
		isOpen ? command("topic", () => askFor("topic", t("topic"), [{ name: "topic", label: t("topic"), type: "text", value: c.topic, isOptional: true }])) : null,
		c.alarm === "SHELVED" ? command("unshelve", () => run(verb("unshelve"))) : null,
		isOpen ? make("button", { type: "button", id: "incident", onclick: () => askIncident(c) }, t(c.incident ? "incident-remove" : "incident-add")) : null,
		isOpen ? command("merge", askMerge) : null,
		isOpen && c.messages.length > 1 ? command("split", () => askSplit(c)) : null,
		isOpen && isSupervisor && c.custody.length > 1 ? command("loosen", () => askFor("loosen", t("loosen"), [reasonField()])) : null,
	].filter(Boolean);
}

function drawCase(c) {
	$("notices").replaceChildren(...makeNotices(c));
	const isUnfolded = $("custody")?.open ?? false;
	$("custody-place").replaceChildren(makeCustody(c));
	$("custody").open = isUnfolded;
	const held = document.activeElement?.id;
	$("rare").replaceChildren(...makeRare(c));
	if (held) {
		$("rare").querySelector(`#${CSS.escape(held)}`)?.focus();
	}
}

function tickCase() {
	for (const element of document.querySelectorAll("[data-until]")) {
		element.textContent = untilText(element.dataset.until);
	}
}
