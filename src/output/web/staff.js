// SPDX-License-Identifier: MIT
// The staff page: sign in, the list, a conversation. What it shows comes from the box; what it changes is asked of it.
"use strict";

const $ = (id) => document.getElementById(id);
const REFRESH_MS = 1500;
const CARDS_MOST = 200;
const state = {
	session: null, // {staff, initials, role, csrf}
	view: null,
	rows: [],
	rowsAt: 0, // ms of the box: when they were counted
	filter: "all",
	conversation: null,
	seen: 0, // number of the last message that the writer had before the eyes
	mark: 0, // the same as the server counts it: edits too
	isSilent: false,
	stop: null, // ends listening
	conflict: "",
};

// ---- asking the box --------------------------------------------------------------------------------

class Refusal extends Error {
	constructor(status, body) {
		super(body?.text ?? t("no_connection"));
		this.status = status;
	}
}

async function ask(method, path, body) {
	const headers = {};
	if (method !== "GET") {
		headers["Content-Type"] = "application/json";
		headers["X-CSRF-Token"] = state.session?.csrf ?? "";
	}
	let answer;
	try {
		answer = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
	} catch {
		throw new Refusal(0, null);
	}
	const got = answer.status === 204 ? null : await answer.json().catch(() => null);
	if (!answer.ok) {
		throw new Refusal(answer.status, got);
	}
	return got;
}

let sayTimer = 0;
function say(text) {
	clearTimeout(sayTimer);
	$("say").textContent = text;
	sayTimer = setTimeout(() => { $("say").textContent = ""; }, 6000);
}

function refused(error) {
	if (error instanceof Refusal && error.status === 401 && state.session) {
		signedOut();
		say(t("signed_out"));
		return;
	}
	say(error.message);
}

// ---- sign in ---------------------------------------------------------------------------------------

function show(page, focus = true) {
	$("page").replaceChildren(page);
	if (focus) {
		(page.querySelector("[data-focus]") ?? $("page")).focus({ preventScroll: true });
	}
	window.scrollTo(0, 0);
}

async function showPeople() {
	let people = [];
	try {
		people = (await ask("GET", "/api/v1/staff")).staff;
	} catch (error) {
		say(error.message);
	}
	show(make("section", { class: "door" },
		make("img", { src: "/static/icon.svg", alt: "" }),
		make("h1", {}, t("who_are_you")),
		make("div", { class: "people", id: "staff-list" }, ...people.map((person) =>
			make("button", { type: "button", "data-name": person.name, onclick: () => showPin(person) },
				make("span", { class: "initials", "aria-hidden": "true" }, person.initials), person.name)))));
}

function showPin(person) {
	const error = make("p", { class: "error", role: "alert", id: "sign-in-error" });
	const pin = make("input", {
		id: "pin", class: "pin", type: "password", inputmode: "numeric", autocomplete: "off", "aria-label": t("your_pin"),
		maxlength: 32, "data-focus": true,
	});
	const submit = make("button", { class: "main small", id: "sign-in", type: "submit" }, t("sign_in"));
	const key = (digit) => make("button", { type: "button", "data-key": digit, onclick: () => { pin.value += digit; } }, digit);
	const form = make("form", {
		class: "door",
		onsubmit: async (event) => {
			event.preventDefault();
			submit.disabled = true;
			error.textContent = "";
			try {
				state.session = await ask("POST", "/api/v1/session", { staff: person.name, pin: pin.value });
				await signedIn();
			} catch (problem) {
				error.textContent = problem.message;
				pin.value = "";
				pin.focus();
			}
			submit.disabled = false;
		},
	},
	make("h1", {}, person.name), pin, error,
	make("div", { class: "pad" }, ..."123456789".split("").map(key),
		make("button", { type: "button", class: "small", onclick: () => { pin.value = pin.value.slice(0, -1); } }, t("delete")),
		key("0"), submit),
	make("button", { type: "button", class: "wide", onclick: showPeople }, t("not_me")));
	show(form);
}

async function signedIn() {
	$("bar").hidden = false;
	$("me").textContent = state.session.initials;
	$("me").title = state.session.staff;
	state.view = await ask("GET", "/api/v1/view");
	boxClock.hear(state.view);
	shownSequence = state.view.sequence;
	drawLamp();
	state.stop?.();
	state.stop = listen("/events", onView, onSilent);
	await route();
}

function signedOut() {
	state.stop?.();
	state.stop = null;
	state.session = null;
	state.view = null;
	state.rows = [];
	state.conversation = null;
	$("bar").hidden = true;
	$("silence").hidden = true;
	document.body.classList.remove("silent");
	$("ask").close();
	showPeople();
}

// ---- what comes from the box -----------------------------------------------------------------------

let shownSequence = -1;
function onView(view) {
	if (!state.session) {
		return;
	}
	state.view = view;
	state.isSilent = false;
	boxClock.hear(view);
	document.body.classList.remove("silent");
	$("silence").hidden = true;
	drawLamp();
	drawCounters();
	drawIncidents();
	if (view.sequence !== shownSequence) {
		shownSequence = view.sequence;
		refreshSoon();
	}
}

// In a busy hour the box has news many times a second; the page asks once in a while.
let refreshTimer = 0;
let refreshedAt = -Infinity;
function refreshSoon() {
	if (refreshTimer === 0) {
		const wait = Math.max(0, REFRESH_MS - (performance.now() - refreshedAt));
		refreshTimer = setTimeout(async () => {
			refreshTimer = 0;
			refreshedAt = performance.now();
			await refresh();
		}, wait);
	}
}

async function onSilent() {
	if (!state.session) {
		return;
	}
	if (!state.isSilent) {
		state.isSilent = true;
		document.body.classList.add("silent");
		$("silence").hidden = false;
		$("silence").textContent = t("server_silent") +
			(state.view ? ` ${t("last_word_at")} ${clockText(state.view.now)}.` : "");
		drawLamp();
	}
	// Perhaps only the session has ended: the stream can't say so.
	await ask("GET", "/api/v1/session").catch((error) => error.status === 401 && refused(error));
}

function drawLamp() {
	const lamp = state.isSilent || !state.view ? { meaning: "blind", and_blind: false } : state.view.lamp;
	$("lamp-light").dataset.colour = lampColour(lamp);
	$("lamp-word").textContent = lampWord(lamp);
}

async function refresh() {
	if (!state.session) {
		return;
	}
	try {
		if (state.conversation) {
			await loadConversation(state.conversation.id);
		} else {
			await loadList();
		}
	} catch (error) {
		refused(error);
	}
}

// ---- the list --------------------------------------------------------------------------------------

function leftText(row) {
	const now = ticked(row, state.view?.open ?? true, row.now ? Date.parse(row.now) : state.rowsAt);
	if (!row.due) {
		return row.severity === "none" ? "" : named("severity", row.severity);
	}
	if (row.target === "window" && now.left_wall_s < 0) {
		return t("window_closed");
	}
	return `${duration(now.left_wall_s)} ${t(now.left_wall_s < 0 ? "over" : "left")}`;
}

function waitedText(row) {
	const now = ticked(row, state.view?.open ?? true, row.now ? Date.parse(row.now) : state.rowsAt);
	return row.waiting_since ? `${t("waits")} ${pairText(now.waited.wall_s, now.waited.business_s)}` : "";
}

function progress(permille) {
	const part = make("i");
	part.style.width = `${permille / 10}%`;
	return make("span", { class: "bar", "aria-hidden": "true" }, part);
}

function makeCard(row) {
	const text = row.visibility === "private" ? t("private_line") : row.first_line;
	return make("li", {}, make("a", { class: "card", href: `#c/${row.conversation}`, "data-severity": row.severity, "data-id": row.conversation },
		make("span", { class: "top" },
			make("span", {}, badge(row.network), customer(row.network, row.handle) || row.brand),
			make("span", { class: "left stale", "data-left": row.conversation }, leftText(row))),
		make("span", { class: "line" }, text),
		row.due ? progress(row.used_permille) : null,
		make("span", { class: "bottom" },
			make("span", {}, make("span", { class: "stale", "data-waited": row.conversation }, waitedText(row)),
				make("span", { class: "of" }, ` · ${[row.brand, row.topic].filter(Boolean).join(" · ")}`)),
			make("span", {},
				row.severity !== "none" ? `${mark(row.severity, row.seen)} ${named("severity", row.severity)} ${row.claimed_by ? "· " : ""}` : "",
				row.claimed_by ? make("span", { class: "chip", title: t("claimed_by") }, row.claimed_by) : null)),
		rowMarks(row) ? make("span", { class: "marks" }, rowMarks(row)) : null));
}

function drawCounters() {
	const place = document.querySelector(".counters");
	if (!place || !state.view) {
		return;
	}
	const c = state.view.counters;
	const entries = [["open", c.open], ["waiting", c.waiting], ["warning", c.warning], ["urgent", c.urgent], ["breached", c.breached],
		["parked", c.shelved + c.suppressed + c.out_of_service]];
	place.replaceChildren(...entries.map(([name, n]) =>
		make("span", { "data-severity": n > 0 ? name : null, "data-name": name }, make("b", { class: "stale" }, String(n)), ` ${t(name)}`)));
}

function drawList() {
	const mine = (row) => row.claimed_by === state.session.initials;
	const rows = state.filter === "mine" ? state.rows.filter(mine) : state.rows;
	const held = document.activeElement?.closest?.("a.card")?.dataset.id;
	const list = make("ol", { id: "list" }, ...rows.slice(0, CARDS_MOST).map(makeCard));
	document.querySelector("#list").replaceWith(list);
	const beyond = rows.length - CARDS_MOST;
	document.querySelector(".empty").hidden = rows.length > 0 && beyond <= 0;
	document.querySelector(".empty").textContent = beyond > 0 ? `${beyond} ${t("more")}` : t("nobody_waits");
	if (held) {
		list.querySelector(`[data-id="${held}"]`)?.focus();
	}
	for (const tab of document.querySelectorAll(".tabs button")) {
		tab.setAttribute("aria-pressed", String(tab.dataset.filter === state.filter));
	}
	drawCounters();
}

async function loadList() {
	state.rows = (await ask("GET", "/api/v1/conversations")).rows;
	state.rowsAt = boxClock.now();
	if (!state.conversation && document.querySelector("#list")) {
		drawList();
	}
}

async function showList() {
	state.conversation = null;
	$("back").hidden = true;
	const tab = (name) => make("button", {
		type: "button", "data-filter": name, "aria-pressed": "false",
		onclick: () => { state.filter = name; drawList(); },
	}, t(name));
	show(make("section", {},
		make("h1", {}, t("conversations")),
		make("p", { class: "counters" }),
		make("button", { type: "button", id: "ack-top", class: "wide", onclick: () => run("/api/v1/ack") }, t("ack_top")),
		make("div", { id: "incidents" }),
		make("div", { class: "tabs" }, tab("all"), tab("mine")),
		make("ol", { id: "list" }),
		make("p", { class: "empty", hidden: true }, t("nobody_waits")),
		makePresence(), makeDeskRare(), makeAccountsLink()));
	drawIncidents();
	await loadList();
}

// ---- commands --------------------------------------------------------------------------------------

async function run(path, body = {}, done = t("done")) {
	try {
		await ask("POST", path, body);
		say(done);
		await refresh();
		return true;
	} catch (error) {
		refused(error);
		return false;
	}
}

function verb(name) {
	return `/api/v1/conversations/${state.conversation.id}/${name}`;
}

// A command that wants a reason, and perhaps minutes.
function askReason(name, { minutes = false, isOptional = false } = {}) {
	const reason = make("textarea", { id: "reason", name: "reason", required: !isOptional, maxlength: 400 });
	const time = make("input", { id: "minutes", name: "minutes", type: "number", min: 1, max: 10080, value: 30, inputmode: "numeric", required: true });
	const form = make("form", {
		onsubmit: async (event) => {
			event.preventDefault();
			const body = { reason: reason.value.trim() };
			if (minutes) {
				body.minutes = Number(time.value);
			}
			$("ask").close();
			await run(verb(name), body);
		},
	},
	make("h1", { id: "ask-title" }, t(name)),
	minutes ? make("label", { for: "minutes" }, t("minutes")) : null, minutes ? time : null,
	make("label", { for: "reason" }, t("reason")), reason,
	make("div", { class: "row" },
		make("button", { type: "button", onclick: () => $("ask").close() }, t("cancel")),
		make("button", { type: "submit", class: "main", id: "confirm" }, t("confirm"))));
	$("ask").replaceChildren(form);
	$("ask").showModal();
}

// ---- a conversation --------------------------------------------------------------------------------

function makeMessage(message, network) {
	const isOut = message.direction === "out";
	const kind = isOut && message.kind !== "none" ? named("reply", message.kind) : "";
	const who = isOut ? message.staff || message.account : customer(network, message.author);
	const meta = [who, clockText(message.published ?? message.sent ?? message.fetched), kind,
		message.visibility === "private" ? t("private") : "", message.edited ? t("edited_text") : ""].filter(Boolean).join(" · ");
	const isNew = state.seen > 0 && message.n > state.seen && !isOut;
	return make("li", {
		class: `message ${isOut ? "out" : "in"} ${message.visibility} ${message.deleted ? "gone" : ""} ${isNew ? "new" : ""}`,
		"data-n": message.n,
	},
	make("span", { class: "meta" }, meta), make("span", { class: "text" }, message.text),
	makeAttached(message), makeEchoes(message),
	message.deleted ? make("span", { class: "meta" }, t("deleted_text")) : null);
}

function makeOutbox(entry) {
	if (entry.state === "sent") {
		return null;
	}
	const settle = (arrived) => run(`/api/v1/outbox/${entry.id}/settle`, { arrived });
	const mayTakeBack = ["held", "queued"].includes(entry.state);
	return make("div", { class: `outbox ${entry.state}`, "data-outbox": entry.id },
		make("p", {}, entry.text),
		make("p", { class: "hint" }, `${t("reply")}: ${named("out", entry.state)}${entry.error ? ` (${entry.error})` : ""}`),
		entry.state === "ask" ? make("div", { class: "row" },
			make("button", { type: "button", onclick: () => settle(true) }, t("arrived")),
			make("button", { type: "button", onclick: () => settle(false) }, t("not_arrived"))) : null,
		mayTakeBack ? make("div", { class: "row" },
			entry.state === "held" ? make("button", { type: "button", "data-send": entry.id, onclick: () => sendAnyway(entry) }, t("send-anyway")) : null,
			make("button", { type: "button", "data-withdraw": entry.id, onclick: () => takeBack(entry) }, t("withdraw"))) : null);
}

// The number says what was on this page when the button was pressed: what came later holds the reply once more.
function sendAnyway(entry) {
	return run(`/api/v1/outbox/${entry.id}/send-anyway`, { seen_messages: state.conversation.seen_messages }, t("queued"));
}

// The text is not lost: it goes back to where it was written.
async function takeBack(entry) {
	if (await run(`/api/v1/outbox/${entry.id}/withdraw`) && $("text").value.trim() === "") {
		$("text").value = entry.text;
		$("text").dispatchEvent(new Event("input"));
	}
}

function bigText(c) {
	const now = ticked(c, state.view?.open ?? true, Date.parse(c.now));
	if (c.state !== "open" || !c.target || !c.due) {
		return named("state", c.state);
	}
	if (c.target === "window" && now.left_wall_s < 0) {
		return t("window_closed");
	}
	return `${duration(now.left_wall_s)} ${t(now.left_wall_s < 0 ? "over" : "left")}`;
}

function openText(c) {
	const now = ticked(c, state.view?.open ?? true, Date.parse(c.now));
	return c.state === "open" && c.target && c.due ? `${duration(now.left_open_s)} ${t("open_hours")} · ${named("target", c.target)}` : "";
}

function makeClock(c) {
	return make("section", { class: "clock", "data-severity": c.severity, "aria-label": t("clocks") },
		make("p", { class: "big left stale", id: "big-left" }, bigText(c)),
		make("p", { class: "stale", id: "big-open" }, openText(c)),
		make("p", { class: "stale", id: "big-waited" }, waitedText(c)),
		c.due ? progress(c.used_permille) : null,
		make("ul", { class: "targets" }, ...c.targets.map((target) => make("li", {},
			make("span", {}, named("target", target.kind)),
			make("span", {}, [target.due ? clockText(target.due) : "", named("tstate", target.state)].filter(Boolean).join(" · "))))));
}

function makeActions(c) {
	const isMine = c.claimed_by === state.session.initials;
	const needsAck = ["UNACK", "RTN_UNACK"].includes(c.alarm) || (c.alarm === "LATCHED" && !c.seen);
	return make("div", { class: "actions" },
		make("button", { type: "button", id: "ack", class: needsAck ? "main" : "", disabled: !needsAck, onclick: () => run(verb("ack")) }, t("ack")),
		isMine
			? make("button", { type: "button", id: "release", onclick: () => run(verb("release")) }, t("release"))
			: make("button", { type: "button", id: "claim", disabled: c.state !== "open", onclick: () => run(verb("claim")) },
				t("claim"), c.claimed_by ? make("span", { class: "chip" }, c.claimed_by) : null));
}

function makeFacts(c) {
	return make("p", { class: "facts" }, badge(c.network), `${c.brand} · ${c.account}`,
		make("span", { class: `chip ${c.visibility}` }, t(c.visibility)),
		c.severity !== "none" ? make("span", { class: "chip" }, `${mark(c.severity, c.seen)} ${named("severity", c.severity)} · ${t(c.seen ? "seen" : "unseen")}`) : null,
		c.claimed_by ? make("span", { class: "chip" }, `${t("claimed_by")} ${c.claimed_by}`) : null,
		...caseChips(c),
		c.repeat_of ? make("a", { href: `#c/${c.repeat_of}` }, `${t("repeat_of")} #${c.repeat_of}`) : null);
}

// What changes by itself; the reply that is being written stays as it is.
function drawConversation(c) {
	$("facts").replaceChildren(makeFacts(c));
	$("clocks").replaceChildren(makeClock(c));
	const held = document.activeElement?.id;
	$("actions").replaceChildren(makeActions(c));
	if (["ack", "claim", "release"].includes(held)) {
		($(held) ?? $("claim") ?? $("release"))?.focus();
	}
	$("messages").replaceChildren(...c.messages.map((message) => makeMessage(message, c.network)));
	$("outbox").replaceChildren(...c.outbox.map(makeOutbox).filter(Boolean));
	drawCase(c);
	$("conflict").textContent = state.conflict;
	$("reset").hidden = c.alarm !== "LATCHED";
}

// In the order in which people wrote: after a merge numbers don't say it.
async function fetchConversation(id) {
	const c = await ask("GET", `/api/v1/conversations/${id}`);
	const stamp = (message) => Date.parse(message.published ?? message.sent ?? message.fetched);
	c.messages.sort((a, b) => stamp(a) - stamp(b) || a.n - b.n);
	return c;
}

function lastNumber(c) {
	return c.messages.reduce((n, message) => Math.max(n, message.n), 0);
}

function haveSeen(c) {
	state.seen = lastNumber(c);
	state.mark = c.seen_messages;
}

async function loadConversation(id) {
	const c = await fetchConversation(id);
	if (state.conversation?.id !== id) {
		return;
	}
	state.conversation = c;
	const isWriting = $("text").value.trim() !== "";
	if (!isWriting) {
		haveSeen(c);
		state.conflict = "";
	} else if (c.seen_messages > state.mark && c.messages.some((message) => (message.n > state.seen || message.edited) && message.direction === "in")) {
		state.conflict = t("new_messages");
	}
	drawConversation(c);
}

const KINDS = ["answer", "question", "deflection", "holding"];

function draftKey(id) {
	return `draft-${id}`;
}

function makeReply(c) {
	const lastIn = c.messages.filter((message) => message.direction === "in").at(-1);
	const visibility = lastIn?.visibility ?? c.visibility;
	const hint = make("p", { class: "hint", id: "kind-hint" }, t("hint.answer"));
	const plain = make("p", { class: "plain", id: "plain", role: "status" });
	const send = make("button", { type: "submit", id: "send", class: "main wide" });
	const text = make("textarea", { id: "text", "aria-label": t("your_reply"), placeholder: t("your_reply"), maxlength: 30000 });
	const tell = (which) => {
		plain.textContent = t(which === "private" ? "is_private" : "is_public");
		plain.className = `plain ${which}`;
		send.textContent = t(which === "private" ? "send_private" : "send_public");
	};
	const radio = (group, value, label, isChecked, onchange) => make("label", {},
		make("input", { type: "radio", name: group, value, checked: isChecked, onchange }), label);
	text.value = sessionStorage.getItem(draftKey(c.id)) ?? "";
	text.addEventListener("input", () => {
		if (text.value.trim() === "") {
			haveSeen(state.conversation);
		}
		sessionStorage.setItem(draftKey(c.id), text.value);
	});
	tell(visibility);
	return make("form", { id: "reply", onsubmit: (event) => { event.preventDefault(); sendReply(send); } },
		make("h2", {}, t("reply")),
		make("fieldset", {}, make("legend", {}, t("kind_of_reply")),
			make("div", { class: "choices" }, ...KINDS.map((kind) =>
				radio("kind", kind, named("reply", kind), kind === "answer", () => { hint.textContent = t(`hint.${kind}`); }))), hint),
		make("fieldset", {}, make("legend", { class: "sr" }, t("public")),
			make("div", { class: "choices" }, ...["public", "private"].map((which) =>
				radio("visibility", which, t(which), which === visibility, () => tell(which))))),
		plain,
		make("p", { class: "error", role: "alert", id: "conflict" }),
		text, send, make("button", { type: "button", id: "ask-dm", class: "wide", onclick: (event) => sendReply(event.currentTarget, "ask-dm") }, t("ask-dm")));
}

async function sendReply(button, what = "reply", isAccepted = false) {
	const c = state.conversation;
	const form = new FormData($("reply"));
	button.disabled = true;
	try {
		const fields = { text: $("text").value, seen_messages: state.mark, accept_cost: isAccepted };
		await ask("POST", verb(what), what === "reply" ? { ...fields, kind: form.get("kind"), visibility: form.get("visibility") } : fields);
		$("text").value = "";
		sessionStorage.removeItem(draftKey(c.id));
		state.conflict = "";
		say(t("queued"));
		await loadConversation(c.id);
	} catch (error) {
		if (error.status === 402) {
			// A link makes it dear: nothing left yet, and the text stays unless it is meant.
			button.disabled = false;
			if (window.confirm(error.message)) {
				await sendReply(button, what, true);
			}
			return;
		}
		if (error.status === 409 || error.status === 400) {
			// The text stays; what came meanwhile is shown and marked, and the next try has seen it.
			await loadConversation(c.id).catch(refused);
			state.conflict = error.message;
			drawConversation(state.conversation);
			document.querySelector(".message.new")?.scrollIntoView({ block: "center" });
			if (error.status === 409) {
				haveSeen(state.conversation);
			}
		} else {
			refused(error);
		}
	}
	button.disabled = false;
}

async function showConversation(id) {
	$("back").hidden = false;
	const c = await fetchConversation(id);
	state.conversation = c;
	haveSeen(c);
	state.conflict = "";
	const more = (name, options) => make("button", { type: "button", id: name, onclick: () => askReason(name, options) }, t(name));
	show(make("article", { "data-id": id },
		make("h1", {}, customer(c.network, c.handle) || `${t("conversation")} ${id}`),
		make("div", { id: "facts" }), make("div", { id: "notices" }), make("div", { id: "clocks" }),
		make("div", { id: "actions" }), make("div", { id: "custody-place" }),
		make("h2", {}, t("messages")), make("ol", { class: "messages", id: "messages" }), make("div", { id: "outbox" }),
		makeReply(c),
		make("details", {}, make("summary", {}, t("more_actions")),
			make("div", { class: "actions" }, more("resolve", { isOptional: true }), more("no-reply-needed"),
				more("shelve", { minutes: true }), more("reset")),
			make("div", { class: "actions", id: "rare" }))));
	drawConversation(c);
}

// ---- the page --------------------------------------------------------------------------------------

async function route() {
	if (!state.session) {
		return;
	}
	const id = Number(/^#c\/(\d+)$/.exec(location.hash)?.[1] ?? 0);
	try {
		await (id > 0 ? showConversation(id) : location.hash === "#accounts" ? showAccounts() : showList());
	} catch (error) {
		refused(error);
		if (location.hash !== "" && state.session) {
			location.hash = "";
		}
	}
}

function tick() {
	const put = (element, text) => {
		if (element && element.textContent !== text) {
			element.textContent = text;
		}
	};
	if (!state.session || state.isSilent || !boxClock.isLive) {
		return;
	}
	if (state.conversation) {
		put($("big-left"), bigText(state.conversation));
		put($("big-open"), openText(state.conversation));
		put($("big-waited"), waitedText(state.conversation));
		tickCase();
		return;
	}
	for (const row of state.rows) {
		put(document.querySelector(`[data-left="${row.conversation}"]`), leftText(row));
		put(document.querySelector(`[data-waited="${row.conversation}"]`), waitedText(row));
	}
}

async function start() {
	await loadWords();
	$("back-text").textContent = t("conversations");
	$("sign-out").textContent = t("sign_out");
	$("back").addEventListener("click", () => { location.hash = ""; });
	$("sign-out").addEventListener("click", async () => {
		await ask("DELETE", "/api/v1/session").catch(() => null);
		signedOut();
	});
	window.addEventListener("hashchange", route);
	setInterval(tick, 1000);
	try {
		state.session = await ask("GET", "/api/v1/session");
	} catch {
		showPeople();
		return;
	}
	await signedIn();
}

start();
