// SPDX-License-Identifier: MIT
#include "app/ctl_alarms.h"

#include <inttypes.h>

#include "base/json.h"

static int64_t number(const cJSON *object, const char *name)
{
	int64_t value = 0;
	(void)!vd_json_i64(object, name, &value);
	return value;
}

static void put(FILE *out, const char *before, const cJSON *object, const char *name,
		const char *after)
{
	struct vd_span value = vd_json_text(object, name);
	if (value.n > 0) {
		fprintf(out, "%s%.*s%s", before, VD_SPAN_ARG(value), after);
	}
}

// Who saw it, and until when that calms; how far it has climbed where nobody did.
static void print_state(FILE *out, const cJSON *alarm, const char *state, const char *seen_by)
{
	fprintf(out, "%-15.*s", VD_SPAN_ARG(vd_json_text(alarm, state)));
	put(out, "seen by ", alarm, seen_by, " ");
	put(out, "until ", alarm, "until", " ");
	if (!vd_span_is_text(vd_json_text(alarm, "ladder"), "light")) {
		put(out, "told: ", alarm, "ladder", " ");
	}
}

static void print_box(FILE *out, const cJSON *answer)
{
	const cJSON *alarm;
	cJSON_ArrayForEach(alarm, vd_json_get(answer, "alarms"))
	{
		put(out, "", alarm, "kind", "");
		put(out, " ", alarm, "account", "");
		put(out, ", since ", alarm, "since", "");
		fputs("\n    ", out);
		print_state(out, alarm, "state", "seen_by");
		put(out, "\n    ", alarm, "text", "");
		fputs("\n", out);
	}
}

static bool has_alarm(const cJSON *row)
{
	return !vd_span_is_text(vd_json_text(row, "alarm"), "NORMAL") ||
	       cJSON_GetArraySize(vd_json_get(row, "sides")) > 0;
}

static void print_row(FILE *out, const cJSON *row)
{
	const cJSON *side;
	fprintf(out, "conversation %" PRId64, number(row, "conversation"));
	put(out, ", ", row, "brand", "");
	put(out, ", ", row, "network", "");
	put(out, ", due ", row, "due", "");
	fputs("\n    ", out);
	print_state(out, row, "alarm", "");
	put(out, "", row, "severity", "");
	fputs(vd_json_bool(row, "seen", false) ? ", seen" : "", out);
	put(out, ", back at ", row, "parked_until", "");
	cJSON_ArrayForEach(side, vd_json_get(row, "sides"))
	{
		fprintf(out, "; %s", cJSON_IsString(side) ? side->valuestring : "?");
	}
	fputs("\n", out);
}

static void print_measures(FILE *out, const cJSON *measures)
{
	fprintf(out,
		"raised: %" PRId64 " in 60 min, %" PRId64 " in 24 h; stale: %" PRId64
		"; chattering: %" PRId64,
		number(measures, "hour"), number(measures, "day"), number(measures, "stale"),
		number(measures, "chattering"));
	put(out, "; a flood since ", measures, "flood_since", "");
	fputs("\n", out);
	const cJSON *busy;
	cJSON_ArrayForEach(busy, vd_json_get(measures, "busiest"))
	{
		fprintf(out, "%5" PRId64 "  ", number(busy, "n"));
		put(out, "", busy, "alarm", "");
		put(out, " ", busy, "account", "");
		if (number(busy, "conversation") != 0) {
			fprintf(out, " of conversation %" PRId64, number(busy, "conversation"));
		}
		fputs(vd_json_bool(busy, "chattering", false) ? ", chatters\n" : "\n", out);
	}
}

void vd_ctl_alarms_print(FILE *out, const cJSON *answer)
{
	const cJSON *counters = vd_json_get(answer, "counters");
	const cJSON *row;
	print_box(out, answer);
	cJSON_ArrayForEach(row, vd_json_get(answer, "rows"))
	{
		if (has_alarm(row)) {
			print_row(out, row);
		}
	}
	fprintf(out,
		"of conversations: %" PRId64 " warning, %" PRId64 " urgent, %" PRId64
		" breached; parked: %" PRId64 " shelved, %" PRId64 " suppressed, %" PRId64
		" out of service; second level: %" PRId64 "\n",
		number(counters, "warning"), number(counters, "urgent"),
		number(counters, "breached"), number(counters, "shelved"),
		number(counters, "suppressed"), number(counters, "out_of_service"),
		number(answer, "second_level"));
	print_measures(out, vd_json_get(answer, "measures"));
}
