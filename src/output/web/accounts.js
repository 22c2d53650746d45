// SPDX-License-Identifier: MIT
// A supervisor's page of the accounts: how each signs in, what its network says, signing in and out. A secret goes in
// and never comes out again.
"use strict";

const accounts = { rows: [] };

function accountHealth(name) {
	return state.view?.accounts?.find((a) => a.name === name);
}

function accountState(row) {
	const health = accountHealth(row.name);
	const source = row.source === "store" ? `${t("account_set")} ${row.set_at.slice(0, 10)} · ${row.set_by}`
		: row.source === "file" ? t("account_file") : t("account_nobody");
	return [source, row.act_before ? `${t("until")} ${row.act_before.slice(0, 16).replace("T", " ")}` : "", row.words,
		health ? named("health", health.health) : "", health?.detail ?? ""].filter(Boolean).join(" · ");
}

async function accountDo(word, body, result) {
	try {
		const got = await ask("POST", `/api/v1/accounts/${word}`, body);
		result?.(got);
		return got;
	} catch (error) {
		refused(error);
		return null;
	}
}

// An input that browsers neither keep nor show.
function secretField(name, label, isShown = false) {
	return make("label", {}, label, make("input", { name, type: isShown ? "text" : "password", autocomplete: "off", spellcheck: "false" }));
}

function accountForm(id, title, fields, submit) {
	const form = make("form", {
		class: "account-form", id,
		onsubmit: async (event) => {
			event.preventDefault();
			const values = Object.fromEntries([...new FormData(form)].filter(([, value]) => value !== ""));
			form.reset();
			await submit(values);
		},
	}, ...fields, make("button", { type: "submit", class: "wide" }, title));
	return make("details", {}, make("summary", {}, title), form);
}

async function signedInAccount(got) {
	if (got) {
		say([t("done"), got.name, got.remark].filter(Boolean).join(" "));
		await showAccounts();
	}
}

function authoriseForm(row) {
	const place = make("div", {});
	const fields = row.network === "x"
		? [secretField("client_id", "Client ID", true), secretField("client_secret", "Client secret"), secretField("redirect", "Redirect URI", true)]
		: [];
	const form = accountForm(`begin-${row.name}`, t("account_begin"), fields, async (values) => {
		const got = await accountDo("begin", { ...values, account: row.name });
		if (!got) {
			return;
		}
		const paste = accountForm(`finish-${row.name}`, t("account_finish"), [secretField("pasted", t("account_paste"))],
			async (pasted) => signedInAccount(await accountDo("finish", { ...pasted, account: row.name })));
		paste.open = true;
		place.replaceChildren(make("p", {}, make("a", { href: got.url, target: "_blank", rel: "noopener noreferrer" }, t("account_open"))), paste);
	});
	return make("div", {}, form, place);
}

function tokenForm(row) {
	const fields = row.network === "facebook"
		? [secretField("token", "Page token"), secretField("user_token", "User token"), secretField("app_id", "App ID", true), secretField("app_secret", "App secret")]
		: row.network === "x"
			? [secretField("token", "Access token"), secretField("token_secret", "Token secret"), secretField("consumer_key", "Consumer key"), secretField("consumer_secret", "Consumer secret")]
			: [secretField("token", "Access token")];
	return accountForm(`token-${row.name}`, t("account_token"), fields,
		async (values) => signedInAccount(await accountDo("token", { ...values, account: row.name })));
}

function drawCheck(list, report) {
	list.replaceChildren(...report.steps.map((step) => make("li", { "data-verdict": step.verdict },
		`${step.verdict === "failed" ? "✗" : step.verdict === "remark" ? "!" : "✓"} ${step.step}: ${step.words}`,
		step.next ? make("strong", {}, ` → ${step.next}`) : null)));
}

function makeAccount(row) {
	const steps = make("ol", { class: "steps" });
	return make("section", { class: "account", "data-account": row.name },
		make("h2", {}, badge(row.network), row.name),
		make("p", {}, accountState(row)),
		make("div", { class: "actions" },
			make("button", { type: "button", "data-check": row.name, onclick: () => accountDo("check", { account: row.name }, (got) => drawCheck(steps, got)) }, t("account_check")),
			row.source === "store" ? make("button", {
				type: "button",
				onclick: async () => window.confirm(`${t("account_remove")}: ${row.name}`) && signedInAccount(await accountDo("remove", { account: row.name })),
			}, t("account_remove")) : null),
		steps, row.network === "facebook" ? null : authoriseForm(row), tokenForm(row));
}

async function showAccounts() {
	const got = await ask("GET", "/api/v1/accounts");
	accounts.rows = got.accounts;
	state.conversation = null;
	$("back").hidden = false;
	show(make("section", { id: "accounts" }, make("h1", {}, t("account_title")),
		got.key ? make("p", { role: "alert" }, got.key) : null, ...accounts.rows.map(makeAccount)));
}

function makeAccountsLink() {
	return state.session.role === "supervisor" ? make("p", {}, make("a", { href: "#accounts", id: "to-accounts" }, t("account_title"))) : null;
}
