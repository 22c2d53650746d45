// SPDX-License-Identifier: MIT
#include "app/ctl_text.h"

#include <inttypes.h>
#include <stdint.h>
#include <string.h>

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

static void print_row(FILE *out, const cJSON *row)
{
	fprintf(out, "#%-6" PRId64 " %-9.*s %-18.*s %-10.*s waits ", number(row, "conversation"),
		VD_SPAN_ARG(text(row, "severity")), VD_SPAN_ARG(text(row, "brand")),
		VD_SPAN_ARG(text(row, "network")));
	print_pair(out, vd_json_get(row, "waited"));
	fputs(", left ", out);
	print_duration(out, number(row, "left_open_s"));
	struct vd_span line = vd_json_text(row, "first_line");
	fprintf(out, "  %.*s\n", VD_SPAN_ARG(line));
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

static void print_conversation(FILE *out, const cJSON *answer)
{
	fprintf(out, "#%" PRId64 " %.*s, %.*s, opened %.*s\n", number(answer, "id"),
		VD_SPAN_ARG(text(answer, "state")), VD_SPAN_ARG(text(answer, "brand")),
		VD_SPAN_ARG(text(answer, "opened")));
	const cJSON *item;
	cJSON_ArrayForEach(item, vd_json_get(answer, "targets"))
	{
		fprintf(out, "  %-10.*s %-14.*s due %.*s\n", VD_SPAN_ARG(text(item, "kind")),
			VD_SPAN_ARG(text(item, "state")), VD_SPAN_ARG(text(item, "due")));
	}
	cJSON_ArrayForEach(item, vd_json_get(answer, "messages"))
	{
		fprintf(out, "%3" PRId64 " %.*s %.*s %.*s: %.*s\n", number(item, "n"),
			VD_SPAN_ARG(text(item, "published")), VD_SPAN_ARG(text(item, "direction")),
			VD_SPAN_ARG(text(item, "author")), VD_SPAN_ARG(text(item, "text")));
	}
	cJSON_ArrayForEach(item, vd_json_get(answer, "outbox"))
	{
		fprintf(out, "  reply %" PRId64 " is %.*s: %.*s\n", number(item, "id"),
			VD_SPAN_ARG(text(item, "state")), VD_SPAN_ARG(text(item, "text")));
	}
}

static void print_figures(FILE *out, const char *what, const cJSON *row)
{
	static const char *const names[] = { "p50", "p90", "p95", "worst" };
	fprintf(out, "  %-9s", what);
	for (size_t i = 0; i < VD_ARRAY_LEN(names); i++) {
		fprintf(out, "  %s ", names[i]);
		print_duration(out, number(row, names[i]));
	}
	fputs("\n", out);
}

static void print_report(FILE *out, const cJSON *answer)
{
	const cJSON *first = vd_json_get(answer, "first_response");
	fprintf(out, "%" PRId64 " conversations, %" PRId64 " messages, %" PRId64 " open\n",
		number(answer, "conversations"), number(answer, "messages"),
		number(answer, "open"));
	fprintf(out, "first response: n %" PRId64 ", met %" PRId64 ", breached %" PRId64 "\n",
		number(first, "n"), number(first, "met"), number(first, "breached"));
	print_figures(out, "wall", vd_json_get(first, "wall"));
	print_figures(out, "business", vd_json_get(first, "business"));
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
	fputs("\n", out);
}

void vd_ctl_text_print(const char *word, const cJSON *answer, FILE *out)
{
	static const struct {
		const char *word;
		void (*print)(FILE *out, const cJSON *answer);
	} table[] = {
		{ "view", print_view },          { "health", print_accounts },
		{ "conversations", print_rows }, { "conversation", print_conversation },
		{ "report", print_report },
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(table); i++) {
		if (strcmp(table[i].word, word) == 0) {
			table[i].print(out, answer);
			return;
		}
	}
	print_done(out, answer);
}
