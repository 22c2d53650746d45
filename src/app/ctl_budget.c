// SPDX-License-Identifier: MIT
#include "app/ctl_budget.h"

#include <inttypes.h>

#include "base/json.h"

static int64_t number(const cJSON *object, const char *name)
{
	int64_t value = 0;
	(void)!vd_json_i64(object, name, &value);
	return value;
}

static double dollars(const cJSON *money, const char *name)
{
	return (double)number(money, name) / 1e6;
}

static void print_span(FILE *out, int64_t s)
{
	if (s < 600) {
		fprintf(out, "%" PRId64 " s", s);
	} else if (s < 5 * 3600) {
		fprintf(out, "%" PRId64 " min", (s + 30) / 60);
	} else {
		fprintf(out, "%" PRId64 " h", (s + 1800) / 3600);
	}
}

static void print_stream(FILE *out, const cJSON *stream)
{
	fprintf(out, "    %-20.*s every ", VD_SPAN_ARG(vd_json_text(stream, "stream")));
	print_span(out, number(stream, "period_s"));
	if (vd_json_bool(stream, "intake", false)) {
		fputs(", known within ", out);
		print_span(out, number(stream, "delay_s"));
	}
	fprintf(out, "; %" PRId64 " of %" PRId64 " calls left", number(stream, "left"),
		number(stream, "limit"));
	if (number(stream, "reset_s") > 0) {
		fputs(" for ", out);
		print_span(out, number(stream, "reset_s"));
	}
	if (number(stream, "usage_percent") >= 0) {
		fprintf(out, "; used %" PRId64 " %%", number(stream, "usage_percent"));
	}
	fputs(vd_json_bool(stream, "near", false) ? "; near a deadline" : "", out);
	if (number(stream, "backlog_s") > 0) {
		fputs("; polling is ", out);
		print_span(out, number(stream, "backlog_s"));
		fputs(" behind its plan", out);
	}
	fputs("\n", out);
}

static void print_money(FILE *out, const cJSON *money)
{
	fprintf(out, "    USD %.3f today, %.2f this month, %.2f at its end",
		dollars(money, "today_micro_usd"), dollars(money, "month_micro_usd"),
		dollars(money, "forecast_micro_usd"));
	if (number(money, "budget_micro_usd") > 0) {
		fprintf(out, "; %" PRId64 " %% of %.0f", number(money, "percent"),
			dollars(money, "budget_micro_usd"));
	}
	const char *before = "\n    ";
	const cJSON *kind;
	cJSON_ArrayForEach(kind, vd_json_get(money, "billed"))
	{
		if (cJSON_IsNumber(kind) && kind->valuedouble > 0) {
			fprintf(out, "%s%.0f %s", before, kind->valuedouble, kind->string);
			before = ", ";
		}
	}
	fputs("\n", out);
}

void vd_ctl_budget_print(FILE *out, const cJSON *answer)
{
	const cJSON *account;
	cJSON_ArrayForEach(account, vd_json_get(answer, "accounts"))
	{
		const cJSON *money = vd_json_get(account, "money");
		struct vd_span note = vd_json_text(account, "note");
		const cJSON *stream;
		fprintf(out, "%.*s (%.*s)\n", VD_SPAN_ARG(vd_json_text(account, "account")),
			VD_SPAN_ARG(vd_json_text(account, "network")));
		if (note.n > 0) {
			fprintf(out, "    %.*s\n", VD_SPAN_ARG(note));
		}
		cJSON_ArrayForEach(stream, vd_json_get(account, "streams"))
		{
			print_stream(out, stream);
		}
		if (money != NULL) {
			print_money(out, money);
		}
	}
}
