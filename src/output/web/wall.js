// SPDX-License-Identifier: MIT
// The wall in a browser: who waits longest, and until when are we in time?
"use strict";

const KEEP = "wall-view";
const $ = (id) => document.getElementById(id);
let view = null;
let isBlind = true;

function setText(id, text) {
	if ($(id).textContent !== text) {
		$(id).textContent = text;
	}
}

function leftText(row, now) {
	if (!row.due) {
		return "";
	}
	if (row.target === "window" && now.left_wall_s < 0) {
		return t("window_closed");
	}
	return (now.left_wall_s < 0 ? "+" : "") + duration(now.left_wall_s);
}

// What it is besides its clock: told to whom, parked, offered, and the side alarms.
function rowMarks(row) {
	const until = row.parked_until ? ` ${clockText(row.parked_until)}` : "";
	return [
		row.ladder === "second level" ? `▲▲ ${named("ladder", row.ladder)}` : "",
		row.ladder === "sound" ? `♪ ${named("ladder", row.ladder)}` : "",
		...row.parked.map((why) => `‖ ${named("parked", why)}${why === "shelved" ? until : ""}`),
		closesText(row, view.now),
		row.offered_to ? `→ ${row.offered_to}` : "",
		row.paused ? t("paused") : "",
		...row.sides.map((kind) => `◆ ${named("kind", kind)}`),
	].filter(Boolean).join(" · ");
}

function makeRow(row) {
	const name = [row.brand, row.topic].filter(Boolean).join(" · ");
	const text = [customer(row.network, row.handle), row.visibility === "private" ? t("private_line") : row.first_line]
		.filter(Boolean).join("  ");
	const marks = rowMarks(row);
	const bar = make("i");
	bar.style.width = `${row.used_permille / 10}%`;
	return make("li", {
		"data-severity": row.severity,
		"data-unseen": row.severity !== "none" && !row.seen,
		"data-id": row.conversation,
	},
		make("span", { class: "mark", role: "img", "aria-label": named("severity", row.severity) }, mark(row.severity, row.seen)),
		make("span", { class: "who" },
			make("span", { class: "name" }, badge(row.network), make("span", {}, name), make("span", { class: "marks" }, marks)),
			text ? make("span", { class: "sub" }, text) : null),
		make("span", { class: "waited" }, make("span", { class: "waited-text" }), make("span", { class: "waited-pair" })),
		make("span", { class: "left" }, make("span", { class: "left-text" }), make("span", { class: "sub left-pair" })),
		make("span", { class: "claim" }, row.claimed_by),
		row.due ? make("span", { class: "bar" }, bar) : null);
}

function tickRow(element, row) {
	const now = ticked(row, view.open, Date.parse(view.now));
	const set = (name, text) => { element.querySelector(name).textContent = text; };
	set(".waited-text", row.waiting_since ? duration(now.waited.wall_s) : "");
	set(".waited-pair", row.waiting_since ? ` / ${duration(now.waited.business_s)}` : "");
	set(".left-text", leftText(row, now));
	set(".left-pair", row.due ? `${clockText(row.due)} · ${duration(now.left_open_s)} ${t("open_short")}` : "");
}

function tickBig() {
	const top = view.rows.find((row) => row.due);
	$("big").dataset.severity = top?.severity ?? "none";
	if (!top) {
		setText("big-number", view.rows.length === 0 ? "—" : String(view.counters.breached));
		setText("big-label", view.rows.length === 0 ? "" : t("breached"));
		return;
	}
	const now = ticked(top, view.open, Date.parse(view.now));
	const isOver = now.left_wall_s < 0;
	setText("big-number", leftText(top, now));
	setText("big-label", `${top.brand} · ${t(isOver ? "was_due" : "until")} ${clockText(top.due)}`);
}

function tickClock() {
	const now = local(boxClock.now());
	const options = { timeZone: "UTC" };
	setText("time", now.toLocaleTimeString(words.lang, { ...options, hour: "2-digit", minute: "2-digit", hour12: false }));
	setText("date", now.toLocaleDateString(words.lang, { ...options, weekday: "long", day: "numeric", month: "long" }));
}

function counter(name, value, severity) {
	return make("div", { "data-severity": value > 0 ? severity : null, "data-name": name },
		make("dt", {}, t(name)), make("dd", {}, String(value)));
}

function drawCounters() {
	const c = view.counters;
	const first = (name, pair) => make("div", { class: "today" }, make("dt", {}, ""),
		make("dd", {}, `${name} ${pairText(pair.wall_s, pair.business_s)}`));
	$("counters").replaceChildren(...[
		counter("open", c.open), counter("waiting", c.waiting), counter("warning", c.warning, "warning"),
		counter("urgent", c.urgent, "urgent"), counter("breached", c.breached, "breached"),
		// The three parked states are always on screen.
		counter("shelved", c.shelved), counter("suppressed", c.suppressed), counter("out_of_service", c.out_of_service),
		...["paused", "returned", "pause_asks", "blocked"].filter((name) => c[name] > 0)
			.map((name) => counter(name, c[name], name === "paused" ? null : "warning")),
		make("div", { class: "today" }, make("dt", {}, `${t("answered")} ${t("today")}`), make("dd", {}, String(view.today.answered))),
		view.today.answered > 0 && first(`${t("first_response")} p50`, view.today.first_p50),
		view.today.answered > 0 && first("p90", view.today.first_p90),
	].filter(Boolean));
}

function ageText(account) {
	if (account.health === "disabled") {
		return named("health", "disabled");
	}
	if (account.freshness !== "not known") {
		return duration(account.age_s);
	}
	return account.last_good ? `${t("not_known_since")} ${clockText(account.last_good)}` : t("not_known_yet");
}

// Known within; in the shop's mode the box doesn't tell what it costs.
function planText(account) {
	const behind = account.behind_s > 0 ? `, ${t("behind_plan")} ${duration(account.behind_s)}` : "";
	const quiet = (account.quiet ? `, ${t("quiet")}` : "") + behind;
	if (account.health === "disabled" || !(account.delay_s > 0)) {
		return quiet;
	}
	const dollars = (micro) => (micro / 1e6).toFixed(2);
	const money = account.spent_month_micro_usd === undefined ? ""
		: `, USD ${dollars(account.spent_month_micro_usd)} (${dollars(account.forecast_micro_usd)})`;
	const bound = account.delay_s < 60 ? account.delay_s : Math.ceil(account.delay_s / 60) * 60;
	return ` ≤ ${duration(bound)}${money}${quiet}`;
}

function drawAccounts() {
	$("accounts").replaceChildren(...view.accounts.map((account) => {
		const isGood = ["good", "starting", "disabled"].includes(account.health);
		return make("li", { "data-freshness": account.health === "disabled" ? null : account.freshness, "data-bad": !isGood },
			badge(account.network), make("span", {}, account.brand),
			isGood ? null : make("span", {}, named("health", account.health)),
			make("span", { class: "age" }, ageText(account)), make("span", { class: "plan" }, planText(account)));
	}));
}

// The scoreboard: one line, ours in full letters; what has no room is left out whole.
function followedText(row) {
	if (row.freshness === "not known") {
		return `${t("not_known_since")} ${clockText(row.at)}`;
	}
	return row.followers.toLocaleString(words.lang);
}

function changesText(row) {
	const change = (n, days) => (n === null ? "" : `${n > 0 ? "+" : n < 0 ? "−" : "±"}${Math.abs(n).toLocaleString(words.lang)} (${days} ${t("days_short")})`);
	return row.freshness === "not known" ? "" : [change(row.change_7d, 7), change(row.change_30d, 30)].filter(Boolean).join(", ");
}

function drawFollowed() {
	const all = view.followed ?? [];
	const place = $("followed");
	place.hidden = all.length === 0;
	const items = all.map((row) => make("li", { class: row.own ? "own" : "", "data-freshness": row.freshness },
		badge(row.network), make("span", {}, row.own || !row.handle ? row.brand : customer(row.network, row.handle)),
		make("span", { class: "age" }, followedText(row)), make("span", { class: "change" }, changesText(row))));
	const label = make("li", {}, t("followers"));
	place.replaceChildren(label, ...items);
	if (place.scrollHeight > place.clientHeight + 2) { // more than one line: each minute another one begins it
		const first = Math.floor(Date.now() / 60000) % items.length;
		place.replaceChildren(label, ...items.slice(first), ...items.slice(0, first));
	}
}

// What must not be missed has lines of its own, and only while it is so.
function drawCalls() {
	$("second").hidden = view.second_level === 0;
	setText("second", `▲▲ ${view.second_level} ${t("second_level")}`);
	$("evening").hidden = view.counters.sleep_over === 0;
	setText("evening", `◆ ${view.counters.sleep_over} ${t("sleep_over")}`);
}

function faultState(alarm) {
	if (alarm.state === "RTN_UNACK") {
		return t("gone");
	}
	return alarm.state === "ACKED" ? `${t("seen")} ${alarm.seen_by} ${t("until")} ${clockText(alarm.until)}` : "";
}

function drawFaults() {
	const shown = view.alarms.filter((alarm) => alarm.state !== "OUT_OF_SERVICE");
	const faults = shown.slice(0, 3).map((alarm) => make("li", {},
		[named("kind", alarm.kind), alarm.account, clockText(alarm.since), faultState(alarm), alarm.text]
			.filter(Boolean).join(" · ")));
	if (!view.clock_trusted && faults.length === 0) {
		faults.push(make("li", {}, t("clock_untrusted")));
	}
	$("faults").replaceChildren(...faults);
}

function drawLamp() {
	const lamp = isBlind ? { meaning: "blind", and_blind: false } : view.lamp;
	$("lamp-light").dataset.colour = lampColour(lamp);
	$("lamp-light").toggleAttribute("data-blind", lamp.and_blind);
	setText("lamp-word", lampWord(lamp));
}

// Letters keep their height: where the lines above take the room, the least pressing rows give theirs, then the
// second lines. How many there are stands in the counters.
function fitRows() {
	const rows = [...$("rows").children];
	const height = () => rows[0].clientHeight / parseFloat(getComputedStyle(rows[0]).fontSize);
	for (let n = rows.length; n > 1 && height() < 1.2; n--) {
		rows[n - 1].hidden = true;
	}
	$("rows").classList.toggle("tight", rows.length > 0 && height() < 1.6);
}

function draw() {
	const stateAge = Date.parse(view.now) - Date.parse(view.state_at ?? view.now);
	document.body.classList.remove("waiting");
	document.body.classList.toggle("closed", !view.open);
	document.body.classList.toggle("old-state", stateAge > 2000);
	$("nobody").hidden = view.rows.length > 0;
	setText("nobody", t("nobody_waits"));
	$("rows").replaceChildren(...view.rows.map(makeRow));
	drawCounters();
	drawAccounts();
	drawFollowed();
	drawFaults();
	drawCalls();
	fitRows();
	tick();
}

function tick() {
	document.body.classList.toggle("tick");
	if (view === null) {
		return;
	}
	drawLamp();
	if (isBlind) {
		return; // the numbers stay as they were told
	}
	tickClock();
	[...$("rows").children].forEach((element, i) => tickRow(element, view.rows[i]));
	tickBig();
}

function goBlind() {
	isBlind = true;
	document.body.classList.add("blind");
	$("silence").hidden = false;
	const since = view ? ` ${t("last_word_at")} ${clockText(view.now)}.` : "";
	setText("silence", t("server_silent") + since);
	if (view !== null) {
		setText("time", new Date().toLocaleTimeString(words.lang, { hour: "2-digit", minute: "2-digit", hour12: false }));
		drawLamp();
	}
}

function onView(got) {
	view = got;
	isBlind = false;
	boxClock.hear(view);
	document.body.classList.remove("blind");
	$("silence").hidden = true;
	sessionStorage.setItem(KEEP, JSON.stringify(view));
	draw();
}

// What was shown before a reload is shown as old, never as zeros.
function recall() {
	const kept = sessionStorage.getItem(KEEP);
	if (kept) {
		view = JSON.parse(kept);
		boxClock.hear(view);
		isBlind = false;
		draw();
		goBlind();
		boxClock.isLive = false;
	}
}

// Against burn-in: 1 to 4 px, another place each minute.
function shift() {
	const step = Math.floor(Date.now() / 60000) % 16;
	$("shift").style.transform = `translate(${1 + (step % 4)}px, ${1 + Math.floor(step / 4)}px)`;
}

async function start() {
	const query = new URLSearchParams(location.search);
	const distance = Number(query.get("distance"));
	if (distance >= 1 && distance <= 20) {
		document.documentElement.style.setProperty("--d", String(distance / 5));
	}
	await loadWords();
	recall();
	const token = query.get("token");
	listen("/events?view=wall" + (token ? `&token=${encodeURIComponent(token)}` : ""), onView, goBlind);
	setInterval(tick, 1000);
	setInterval(shift, 60000);
	shift();
}

start();
