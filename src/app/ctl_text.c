// SPDX-License-Identifier: MIT
#include "app/ctl_text.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "app/ctl_alarms.h"
#include "app/ctl_budget.h"
#include "app/ctl_presence.h"
#include "base/attr.h"
#include "base/json.h"

static int64_t number(const cJSON *object, const char *name)
{
	int64_t value = 0;
	(void)!vd_json_i64(object, name, &value);
	return value;
}

static struct vd_span text(const cJSON *object, const char *name)
{
	struct vd_span value = vd_json_text(object, name);
	return value.p != NULL ? value : VD_SPAN("-");
}

static void print_duration(FILE *out, int64_t s)
{
	const char *sign = s < 0 ? "-" : "";
	s = s < 0 ? -s : s;
	if (s < 3600) {
		fprintf(out, "%s%" PRId64 " min %02" PRId64 " s", sign, s / 60, s % 60);
	} else {
		fprintf(out, "%s%" PRId64 " h %02" PRId64, sign, s / 3600, s / 60 % 60);
	}
}

static void print_pair(FILE *out, const cJSON *pair)
{
	print_duration(out, number(pair, "wall_s"));
	fputs(" (open ", out);
	print_duration(out, number(pair, "business_s"));
	fputs(")", out);
}

// What a row is besides its clock: the marks of the list.
static void print_marks(FILE *out, const cJSON *row)
{
	struct vd_span offered = vd_json_text(row, "offered_to");
	if (vd_json_bool(row, "paused", false)) {
		fputs("  [customer must act]", out);
	}
	if (offered.n > 0) {
		fprintf(out, "  [offered to %.*s]", VD_SPAN_ARG(offered));
	}
	if (vd_json_text(row, "proposal").n > 0) {
		fputs("  [thanks: no reply needed?]", out);
	}
	if (number(row, "incident") != 0) {
		fprintf(out, "  [incident %" PRId64 "]", number(row, "incident"));
	}
	const cJSON *side;
	cJSON_ArrayForEach(side, vd_json_get(row, "sides"))
	{
		fprintf(out, "  [%s]", cJSON_IsString(side) ? side->valuestring : "?");
	}
}

static void print_row(FILE *out, const cJSON *row)
{
	fprintf(out, "#%-6" PRId64 " %-9.*s %-18.*s %-10.*s ", number(row, "conversation"),
		VD_SPAN_ARG(text(row, "severity")), VD_SPAN_ARG(text(row, "brand")),
		VD_SPAN_ARG(text(row, "network")));
	if (vd_json_text(row, "waiting_since").n > 0) {
		fputs("waits ", out);
		print_pair(out, vd_json_get(row, "waited"));
		fputs(", ", out);
	}
	if (vd_json_text(row, "due").n > 0) {
		fputs("left ", out);
		print_duration(out, number(row, "left_open_s"));
	} else {
		fputs("nothing is due", out);
	}
	struct vd_span line = vd_json_text(row, "first_line");
	fprintf(out, "  %.*s", VD_SPAN_ARG(line));
	print_marks(out, row);
	fputs("\n", out);
}

static void print_rows(FILE *out, const cJSON *answer)
{
	const cJSON *row;
	cJSON_ArrayForEach(row, vd_json_get(answer, "rows"))
	{
		print_row(out, row);
	}
}

static void print_accounts(FILE *out, const cJSON *answer)
{
	const cJSON *account;
	cJSON_ArrayForEach(account, vd_json_get(answer, "accounts"))
	{
		struct vd_span detail = vd_json_text(account, "detail");
		fprintf(out,
			"%-20.*s %-12.*s polled %" PRId64 " s ago (every %" PRId64 " s)  %.*s\n",
			VD_SPAN_ARG(text(account, "name")), VD_SPAN_ARG(text(account, "health")),
			number(account, "age_s"), number(account, "period_s"), VD_SPAN_ARG(detail));
	}
	const cJSON *alarm;
	cJSON_ArrayForEach(alarm, vd_json_get(answer, "alarms"))
	{
		fprintf(out, "%.*s %.*s: %.*s\n", VD_SPAN_ARG(text(alarm, "kind")),
			VD_SPAN_ARG(text(alarm, "state")), VD_SPAN_ARG(text(alarm, "text")));
	}
}

static void print_view(FILE *out, const cJSON *answer)
{
	const cJSON *counters = vd_json_get(answer, "counters");
	fprintf(out, "%.*s  light: %.*s%s\n", VD_SPAN_ARG(text(answer, "now")),
		VD_SPAN_ARG(text(vd_json_get(answer, "lamp"), "meaning")),
		vd_json_bool(vd_json_get(answer, "lamp"), "and_blind", false) ? " and blind" : "");
	fprintf(out,
		"open %" PRId64 ", waiting %" PRId64 ", breached %" PRId64 ", parked %" PRId64 "\n",
		number(counters, "open"), number(counters, "waiting"), number(counters, "breached"),
		number(counters, "shelved") + number(counters, "suppressed") +
			number(counters, "out_of_service"));
	print_rows(out, answer);
}

static bool is_given(const cJSON *object, const char *name)
{
	return vd_json_text(object, name).n > 0;
}

static void print_targets(FILE *out, const cJSON *answer)
{
	const cJSON *item;
	cJSON_ArrayForEach(item, vd_json_get(answer, "targets"))
	{
		fprintf(out, "  %-10.*s %-14.*s due %-20.*s", VD_SPAN_ARG(text(item, "kind")),
			VD_SPAN_ARG(text(item, "state")), VD_SPAN_ARG(text(item, "due")));
		if (vd_json_bool(item, "running", false)) {
			fprintf(out, "  warning %.*s  urgent %.*s", VD_SPAN_ARG(text(item, "warn")),
				VD_SPAN_ARG(text(item, "urgent")));
		} else if (is_given(item, "ended")) {
			fprintf(out, "  ended %.*s", VD_SPAN_ARG(text(item, "ended")));
		}
		fputs("\n", out);
	}
}

static void print_custody(FILE *out, const cJSON *answer)
{
	const cJSON *item;
	cJSON_ArrayForEach(item, vd_json_get(answer, "custody"))
	{
		struct vd_span to = vd_json_text(item, "to");
		fprintf(out, "  with %.*s from %.*s", VD_SPAN_ARG(text(item, "account")),
			VD_SPAN_ARG(text(item, "from")));
		if (to.n > 0) {
			fprintf(out, " to %.*s", VD_SPAN_ARG(to));
		}
		if (vd_json_get(item, "on_us") != NULL) {
			fputs(", waiting on us ", out);
			print_pair(out, vd_json_get(item, "on_us"));
			fputs(", of ", out);
			print_pair(out, vd_json_get(item, "life"));
		}
		fputs("\n", out);
	}
	const cJSON *offer = vd_json_get(answer, "offer");
	if (cJSON_IsObject(offer)) {
		fprintf(out, "  offered to %.*s by %.*s until %.*s\n",
			VD_SPAN_ARG(text(offer, "account")), VD_SPAN_ARG(text(offer, "by")),
			VD_SPAN_ARG(text(offer, "until")));
	}
}

static void print_alarm(FILE *out, const cJSON *answer)
{
	const cJSON *item;
	fprintf(out, "  alarm %.*s, %.*s, ladder: %.*s", VD_SPAN_ARG(text(answer, "alarm")),
		VD_SPAN_ARG(text(answer, "severity")), VD_SPAN_ARG(text(answer, "ladder")));
	cJSON_ArrayForEach(item, vd_json_get(answer, "parked"))
	{
		fprintf(out, ", parked: %s", cJSON_IsString(item) ? item->valuestring : "?");
	}
	if (number(answer, "incident") != 0) {
		fprintf(out, " %" PRId64, number(answer, "incident"));
	}
	fputs("\n", out);
	cJSON_ArrayForEach(item, vd_json_get(answer, "sides"))
	{
		fprintf(out, "  alarm %.*s: %.*s since %.*s\n", VD_SPAN_ARG(text(item, "kind")),
			VD_SPAN_ARG(text(item, "state")), VD_SPAN_ARG(text(item, "since")));
	}
}

static void print_stamps(FILE *out, const cJSON *answer)
{
	static const char *const rows[][2] = {
		{ "promised", "an answer was promised until" },
		{ "paused_since", "the customer must act since" },
		{ "pause_asks", "whether that goes on is asked at" },
		{ "was_due", "before it was loosened it was due" },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(rows); i++) {
		if (is_given(answer, rows[i][0])) {
			fprintf(out, "  %s %.*s\n", rows[i][1],
				VD_SPAN_ARG(text(answer, rows[i][0])));
		}
	}
	if (is_given(answer, "proposal")) {
		fprintf(out, "  reads like thanks: %.*s?\n", VD_SPAN_ARG(text(answer, "proposal")));
	}
}

static int by_stamp(const void *a, const void *b)
{
	const cJSON *const *x = a;
	const cJSON *const *y = b;
	struct vd_span p = vd_json_text(*x, "published");
	struct vd_span q = vd_json_text(*y, "published");
	size_t n = p.n < q.n ? p.n : q.n;
	int order = n > 0 ? memcmp(p.p, q.p, n) : 0;
	return order != 0 ? order : (number(*x, "n") > number(*y, "n")) * 2 - 1;
}

// Below the message: what hangs on it, and how far it went.
static void print_attached(FILE *out, const cJSON *item)
{
	const cJSON *one;
	int64_t listed = 0;
	cJSON_ArrayForEach(one, vd_json_get(item, "attached"))
	{
		struct vd_span words = text(one, "text");
		bool has_url = vd_json_get(one, "url") != NULL;
		fprintf(out, "    %.*s %.*s", VD_SPAN_ARG(text(one, "kind")),
			VD_SPAN_ARG(text(one, has_url ? "url" : "id")));
		fprintf(out, words.n > 0 ? " (%.*s)\n" : "%.*s\n", VD_SPAN_ARG(words));
		listed++;
	}
	int64_t more = number(item, "attachments") - listed;
	if (more > 0 && !vd_json_bool(item, "deleted", false)) {
		fprintf(out, "    %" PRId64 " more not listed\n", more);
	}
	if (number(item, "shares") > 0 || number(item, "quotes") > 0) {
		fprintf(out, "    passed on %" PRId64 " times, quoted %" PRId64 " times\n",
			number(item, "shares"), number(item, "quotes"));
	}
}

static void print_message(FILE *out, const cJSON *item)
{
	fprintf(out, "%3" PRId64 " %.*s %.*s %.*s%s%s: %.*s\n", number(item, "n"),
		VD_SPAN_ARG(text(item, "published")), VD_SPAN_ARG(text(item, "direction")),
		VD_SPAN_ARG(text(item, "author")),
		vd_json_bool(item, "edited", false) ? " (edited)" : "",
		vd_json_bool(item, "deleted", false) ? " (deleted)" : "",
		VD_SPAN_ARG(text(item, "text")));
	print_attached(out, item);
}

// In the order in which people wrote: after a merge numbers don't say it.
static void print_messages(FILE *out, const cJSON *list)
{
	size_t n = (size_t)cJSON_GetArraySize(list);
	const cJSON **sorted = n > 0 ? calloc(n, sizeof(const cJSON *)) : NULL;
	size_t k = 0;
	const cJSON *item;
	cJSON_ArrayForEach(item, list)
	{
		if (sorted != NULL && k < n) {
			sorted[k++] = item;
		} else {
			print_message(out, item);
		}
	}
	if (sorted != NULL) {
		qsort(sorted, k, sizeof(const cJSON *), by_stamp);
	}
	for (size_t i = 0; i < k; i++) {
		print_message(out, sorted[i]);
	}
	free(sorted);
}

static void print_conversation(FILE *out, const cJSON *answer)
{
	struct vd_span topic = vd_json_text(answer, "topic");
	fprintf(out, "#%" PRId64 " %.*s, %.*s, opened %.*s", number(answer, "id"),
		VD_SPAN_ARG(text(answer, "state")), VD_SPAN_ARG(text(answer, "brand")),
		VD_SPAN_ARG(text(answer, "opened")));
	if (topic.n > 0) {
		fprintf(out, ", about %.*s", VD_SPAN_ARG(topic));
	}
	if (number(answer, "merged_into") != 0) {
		fprintf(out, ", goes on in #%" PRId64, number(answer, "merged_into"));
	}
	fputs("\n", out);
	print_targets(out, answer);
	print_alarm(out, answer);
	print_stamps(out, answer);
	print_custody(out, answer);
	print_messages(out, vd_json_get(answer, "messages"));
	fprintf(out, "  last message: %" PRId64 " (reply %" PRId64 " TEXT --seen %" PRId64 ")\n",
		number(answer, "n_messages"), number(answer, "id"),
		number(answer, "seen_messages"));
	const cJSON *item;
	cJSON_ArrayForEach(item, vd_json_get(answer, "outbox"))
	{
		fprintf(out, "  reply %" PRId64 " is %.*s: %.*s\n", number(item, "id"),
			VD_SPAN_ARG(text(item, "state")), VD_SPAN_ARG(text(item, "text")));
		if (is_given(item, "error")) {
			fprintf(out, "    %.*s\n", VD_SPAN_ARG(text(item, "error")));
		}
	}
}

static void print_incident(FILE *out, const cJSON *item)
{
	static const char *const rows[][2] = { { "until", " until " },
					       { "brand", ", brand " },
					       { "topic", ", topic " } };
	fprintf(out, "incident %" PRId64 " since %.*s by %.*s", number(item, "id"),
		VD_SPAN_ARG(text(item, "since")), VD_SPAN_ARG(text(item, "by")));
	for (size_t i = 0; i < VD_ARRAY_LEN(rows); i++) {
		struct vd_span value = vd_json_text(item, rows[i][0]);
		if (value.n > 0) {
			fprintf(out, "%s%.*s", rows[i][1], VD_SPAN_ARG(value));
		}
	}
	fprintf(out, "%s: %.*s\n", vd_json_bool(item, "ending", false) ? ", is ending" : "",
		VD_SPAN_ARG(text(item, "text")));
}

static void print_incidents(FILE *out, const cJSON *answer)
{
	const cJSON *item;
	cJSON_ArrayForEach(item, vd_json_get(answer, "incidents"))
	{
		print_incident(out, item);
	}
}

static void print_done(FILE *out, const cJSON *answer)
{
	int64_t conversation = number(answer, "conversation");
	int64_t outbox = number(answer, "outbox");
	fputs("done", out);
	if (conversation != 0) {
		fprintf(out, ": conversation %" PRId64, conversation);
	}
	if (outbox != 0) {
		fprintf(out, ", reply %" PRId64 " is on its way", outbox);
	}
	if (number(answer, "incident") != 0) {
		fprintf(out, ": incident %" PRId64, number(answer, "incident"));
	}
	fputs("\n", out);
}

void vd_ctl_text_print(const char *word, const cJSON *answer, FILE *out)
{
	static const struct {
		const char *word;
		void (*print)(FILE *out, const cJSON *answer);
	} table[] = {
		{ "view", print_view },
		{ "health", print_accounts },
		{ "conversations", print_rows },
		{ "conversation", print_conversation },
		{ "incidents", print_incidents },
		{ "alarms", vd_ctl_alarms_print },
		{ "budget", vd_ctl_budget_print },
		{ "presence", vd_ctl_presence_print },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(table); i++) {
		if (strcmp(table[i].word, word) == 0) {
			table[i].print(out, answer);
			return;
		}
	}
	print_done(out, answer);
}
