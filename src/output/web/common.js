// SPDX-License-Identifier: MIT
// What wall and staff page share: words, times, a clock that goes on between two words of the box.
"use strict";

const SILENCE_MS = 15000; // without a word for so long, what is shown is old

const words = { lang: "en", table: {} };

function t(key) {
	return words.table[key] ?? key;
}

function named(group, name) {
	return words.table[group + "." + name] ?? name;
}

async function loadWords() {
	try {
		const answer = await fetch("/api/v1/phrases");
		const got = await answer.json();
		words.lang = got.lang;
		words.table = got.phrases;
		sessionStorage.setItem("words", JSON.stringify(got));
	} catch {
		const kept = JSON.parse(sessionStorage.getItem("words") ?? "null");
		if (kept) {
			words.lang = kept.lang;
			words.table = kept.phrases;
		}
	}
	document.documentElement.lang = words.lang;
}

// An element: make("li", {class: "row", "data-x": 1, onclick: f}, child, "text").
function make(tag, attributes = {}, ...children) {
	const element = document.createElement(tag);
	for (const [name, value] of Object.entries(attributes)) {
		if (name.startsWith("on")) {
			element.addEventListener(name.slice(2), value);
		} else if (value === true) {
			element.setAttribute(name, "");
		} else if (value !== false && value !== null && value !== undefined) {
			element.setAttribute(name, value);
		}
	}
	element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
	return element;
}

function duration(seconds) {
	const s = Math.abs(Math.trunc(seconds));
	if (s < 60) {
		return `${s} s`;
	}
	if (s < 3600) {
		return `${Math.floor(s / 60)} min`;
	}
	return `${Math.floor(s / 3600)} h ${String(Math.floor(s / 60) % 60).padStart(2, "0")}`;
}

// The box's time between two views. It may run faster than ours (a demo): its speed is measured.
const boxClock = {
	at: null, // ms of the box
	heard: 0, // performance.now() then
	speed: 1,
	offset_s: 0,
	isLive: false, // the last view came just now, not out of the page's memory
	hear(view) {
		const at = Date.parse(view.now);
		const heard = performance.now();
		if (this.isLive && heard - this.heard > 500) {
			const speed = (at - this.at) / (heard - this.heard);
			this.speed = speed > 0.5 && speed < 1.5 ? 1 : Math.min(Math.max(speed, 0), 10000);
		}
		this.at = at;
		this.heard = heard;
		this.isLive = true;
		this.offset_s = view.zone_offset_s;
	},
	// ms of the box that passed since the last view
	passed() {
		return (performance.now() - this.heard) * this.speed;
	},
	now() {
		return this.at + this.passed();
	},
};

// A date whose UTC fields are the box's local ones.
function local(ms) {
	return new Date(ms + boxClock.offset_s * 1000);
}

function clockText(stamp) {
	if (!stamp) {
		return "";
	}
	const at = local(typeof stamp === "number" ? stamp : Date.parse(stamp));
	const today = local(boxClock.now());
	const days = Math.floor(at / 864e5) - Math.floor(today / 864e5);
	const time = at.toLocaleTimeString(words.lang, { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "UTC" });
	if (days === 0) {
		return time;
	}
	const format = Math.abs(days) < 7 ? { weekday: "short" } : { day: "numeric", month: "short" };
	return `${at.toLocaleDateString(words.lang, { ...format, timeZone: "UTC" })} ${time}`;
}

// The network's own end, beside ours: afterwards no private reply gets through.
function closesText(row, now) {
	if (!row.closes || row.closes === row.due) {
		return ""; // or it is the deadline itself
	}
	return Date.parse(row.closes) <= Date.parse(now) ? `⌛ ${t("closed_channel")}` : `⌛ ${t("closes")} ${clockText(row.closes)}`;
}

// What a row says now: the box counted up to `at` (ms of the box), we count on from there.
function ticked(row, isOpen, at) {
	const s = boxClock.isLive ? Math.max(0, (boxClock.now() - at) / 1000) : 0;
	const open = isOpen ? s : 0;
	return {
		waited: { wall_s: row.waited.wall_s + s, business_s: row.waited.business_s + open },
		left_wall_s: row.left_wall_s - s,
		left_open_s: row.left_open_s - open,
	};
}

function pairText(wall_s, business_s) {
	return `${duration(wall_s)} (${duration(business_s)} ${t("open_hours")})`;
}

const NETWORKS = { x: "X", facebook: "f", mastodon: "M" };

function badge(network) {
	return make("span", { class: "net", role: "img", "aria-label": named("network", network) }, NETWORKS[network] ?? "?");
}

// Facebook knows people by their names.
function customer(network, handle) {
	return handle && network !== "facebook" ? `@${handle}` : handle ?? "";
}

// Shape is the second code beside colour; hollow where somebody has seen it.
function mark(severity, seen) {
	const shapes = { warning: ["◆", "◇"], urgent: ["▲", "△"], breached: ["■", "□"] };
	return shapes[severity]?.[seen ? 1 : 0] ?? "";
}

function lampColour(lamp) {
	switch (lamp.meaning) {
	case "breached":
	case "urgent, unseen":
	case "urgent, seen":
		return "red";
	case "warning, unseen":
	case "warning, seen":
		return "amber";
	case "flood":
		return "blue";
	case "closed":
		return "dim";
	case "watching":
		return "green";
	default:
		return "white";
	}
}

function lampWord(lamp) {
	return named("lamp", lamp.meaning) + (lamp.and_blind ? ` ${t("and_blind")}` : "");
}

// The ladder's sound, as output/sound.h has it: a burst each half minute at most, a worse one at once. Browsers let
// a page sound after a tap or a key only, so it is mute until then.
const beeper = {
	RANK: { none: 0, attention: 1, urgent: 2 },
	PERIOD_MS: 30000,
	TONE_S: 0.15,
	HZ: [0, 1400, 2000],
	context: null,
	rank: 0,
	last: 0, // of the burst that began last
	begun: -Infinity,
	bursts: 0, // that were heard
	allow() {
		beeper.context ??= globalThis.AudioContext ? new AudioContext() : null;
		beeper.context?.resume();
	},
	hear(intent) {
		this.rank = this.RANK[intent] ?? 0;
		this.beat();
	},
	beat() {
		const now = performance.now();
		const isDue = this.rank > this.last || now - this.begun >= this.PERIOD_MS;
		if (this.rank === 0 || !isDue || this.context?.state !== "running") {
			return;
		}
		this.begun = now;
		this.last = this.rank;
		this.bursts++;
		for (let i = 0; i <= this.rank; i++) {
			this.tone(this.context.currentTime + 2 * i * this.TONE_S);
		}
	},
	tone(at) {
		const tone = this.context.createOscillator();
		const gain = this.context.createGain();
		gain.gain.value = 0.2;
		tone.frequency.value = this.HZ[this.rank];
		tone.connect(gain).connect(this.context.destination);
		tone.start(at);
		tone.stop(at + this.TONE_S);
	},
};
addEventListener("pointerdown", beeper.allow);
addEventListener("keydown", beeper.allow);

// Listens for views; `silent` is called when nothing came for too long, and each second while it lasts.
function listen(address, onView, onSilent) {
	let heard = performance.now();
	let source = null;
	const connect = () => {
		source?.close();
		source = new EventSource(address);
		source.addEventListener("view", (event) => {
			heard = performance.now();
			const view = JSON.parse(event.data);
			beeper.hear(view.sound);
			onView(view);
		});
	};
	connect();
	const timer = setInterval(() => {
		if (performance.now() - heard < SILENCE_MS) {
			beeper.beat();
			return;
		}
		beeper.hear("none"); // what it said is old
		// A browser gives up for good after some answers: we don't.
		if (source.readyState === EventSource.CLOSED) {
			connect();
		}
		onSilent();
	}, 1000);
	return () => {
		clearInterval(timer);
		beeper.hear("none");
		source.close();
	};
}
