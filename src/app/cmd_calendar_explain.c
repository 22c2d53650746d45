// SPDX-License-Identifier: MIT
#include "app/cmd_calendar_explain.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/cmd.h"
#include "app/config_calendar.h"
#include "care/explain.h"

#define DAY_S 86400
#define WORD_BYTES 192

static const char usage[] =
	"usage: vedetta calendar explain ZONE CALENDAR START TARGET\n"
	"       vedetta calendar explain ZONE CALENDAR --between A B\n"
	"       vedetta calendar explain --config FILE [--calendar NAME] START TARGET\n"
	"START, A and B are Unix seconds, 2026-10-02T16:40 (there) or 2026-10-02T14:40:00Z;\n"
	"TARGET is a number of seconds, or like 4h, 90m, 1h30m\n";

struct request {
	const char *config;
	const char *calendar; // its name there
	bool is_between;
	const char *words[4];
	int n_words;
};

// ---- what is asked -----------------------------------------------------------------------------

static bool take_option(int argc, char **argv, int *i, const char *name, const char **out)
{
	if (strcmp(argv[*i], name) != 0 || *i + 1 >= argc) {
		return false;
	}
	*out = argv[++*i];
	return true;
}

static bool read_request(int argc, char **argv, struct request *out)
{
	*out = (struct request){ 0 };
	for (int i = 1; i < argc; i++) {
		if (take_option(argc, argv, &i, "--config", &out->config) ||
		    take_option(argc, argv, &i, "--calendar", &out->calendar)) {
			continue;
		}
		if (strcmp(argv[i], "--between") == 0) {
			out->is_between = true;
			continue;
		}
		if (out->n_words == 4 || strncmp(argv[i], "--", 2) == 0) {
			return false;
		}
		out->words[out->n_words++] = argv[i];
	}
	bool has_calendar = out->calendar == NULL || out->config != NULL;
	return has_calendar && out->n_words == (out->config != NULL ? 2 : 4);
}

static enum vd_err find_calendar(const struct vd_config *config, const char *name,
				 struct vd_calendar *out, struct vd_diag *diag)
{
	for (size_t i = 0; i < config->n_calendars; i++) {
		const struct vd_config_calendar *one = &config->calendars[i];
		const char *key;
		if (name == NULL || strcmp(one->name, name) == 0) {
			return vd_config_calendar_make(one, out, &key, diag);
		}
	}
	return vd_diag_set(diag, VD_ERR_NOT_FOUND, "%s has no calendar \"%s\"", config->path,
			   name != NULL ? name : "");
}

static enum vd_err load_calendar(const struct request *q, struct vd_calendar *out,
				 struct vd_diag *diag)
{
	if (q->config == NULL) {
		return vd_calendar_parse(vd_span_of(q->words[0]), vd_span_of(q->words[1]), out,
					 diag);
	}
	struct vd_config *config = NULL;
	enum vd_err err = vd_config_load(q->config, &config, diag);
	if (err == VD_OK) {
		err = find_calendar(config, q->calendar, out, diag);
		vd_config_free(config);
	}
	return err;
}

// Unix seconds, or RFC 3339; without an offset, and without seconds, it is the calendar's own time.
static enum vd_err parse_instant(const struct vd_calendar *cal, const char *text, int64_t *out,
				 struct vd_diag *diag)
{
	char full[48];
	struct vd_wall t;

	if (vd_span_parse_i64(vd_span_of(text), out) == VD_OK) {
		return VD_OK;
	}
	if (vd_wall_parse(vd_span_of(text), &t) == VD_OK) {
		*out = vd_wall_to_s(t);
		return VD_OK;
	}
	snprintf(full, sizeof(full), "%.32s%sZ", text, strlen(text) == 16 ? ":00" : "");
	if (vd_wall_parse(vd_span_of(full), &t) != VD_OK) {
		return vd_diag_set(diag, VD_ERR_SYNTAX,
				   "\"%s\" is no time: write 2026-10-02T16:40 or Unix seconds",
				   text);
	}
	*out = vd_zone_to_instant(&cal->zone, vd_wall_to_s(t), VD_OCCURRENCE_FIRST);
	return VD_OK;
}

static int64_t unit_s(char unit)
{
	return unit == 'h' ? 3600 : unit == 'm' ? 60 : unit == 's' ? 1 : 0;
}

static enum vd_err parse_target(const char *text, int64_t *out, struct vd_diag *diag)
{
	struct vd_span rest = vd_span_of(text);
	uint64_t number;
	int64_t sum = 0;
	bool is_good = rest.n > 0;

	if (vd_span_parse_i64(rest, out) == VD_OK && *out >= 0) {
		return VD_OK;
	}
	while (rest.n > 0 && is_good) {
		size_t digits = 0;
		while (digits < rest.n && rest.p[digits] >= '0' && rest.p[digits] <= '9') {
			digits++;
		}
		int64_t unit = digits < rest.n ? unit_s(rest.p[digits]) : 0;
		is_good = vd_span_parse_u64(vd_span_make(rest.p, digits), &number) == VD_OK &&
			  number < 1000000 && unit > 0;
		sum += is_good ? (int64_t)number * unit : 0;
		rest = vd_span_skip(rest, digits + 1);
	}
	*out = sum;
	return is_good ? VD_OK
		       : vd_diag_set(diag, VD_ERR_SYNTAX,
				     "\"%s\" is no target: write seconds, or like 4h, 90m, 1h30m",
				     text);
}

// ---- the words ---------------------------------------------------------------------------------

static const char *const weekdays[] = { "Sunday",   "Monday", "Tuesday", "Wednesday",
					"Thursday", "Friday", "Saturday" };
static const char *const months[] = { "January",   "February", "March",    "April",
				      "May",       "June",     "July",     "August",
				      "September", "October",  "November", "December" };

static const char *weekday_name(int64_t day)
{
	return weekdays[(day % 7 + 11) % 7];
}

static void print_date(char out[WORD_BYTES], int64_t day)
{
	int64_t year;
	int month;
	int of_month;

	vd_civil_from_days(day, &year, &month, &of_month);
	snprintf(out, WORD_BYTES, "%.3s %2d %.3s %" PRId64, weekday_name(day), of_month,
		 months[month - 1], year);
}

static void print_duration(char out[WORD_BYTES], int64_t s)
{
	int minutes = (int)(s / 60 % 60);
	int seconds = (int)(s % 60);
	int n = snprintf(out, WORD_BYTES, "%" PRId64 " h", s / 3600);

	if (minutes != 0 || seconds != 0) {
		n += snprintf(out + n, WORD_BYTES - (size_t)n, " %02d min", minutes);
	}
	if (seconds != 0) {
		snprintf(out + n, WORD_BYTES - (size_t)n, " %02d s", seconds);
	}
}

struct clock {
	char text[16];
};

// The local time; the end of a date is its 24:00.
static struct clock clock_of(const struct vd_calendar *cal, int64_t at, bool is_end)
{
	struct clock out;
	int64_t local = at + vd_zone_offset(&cal->zone, is_end ? at - 1 : at);
	int64_t of_day = (local % DAY_S + DAY_S) % DAY_S;

	of_day = is_end && of_day == 0 ? DAY_S : of_day;
	int n = snprintf(out.text, sizeof(out.text), "%02d:%02d", (int)(of_day / 3600),
			 (int)(of_day / 60 % 60));
	if (of_day % 60 != 0) {
		snprintf(out.text + n, sizeof(out.text) - (size_t)n, ":%02d", (int)(of_day % 60));
	}
	return out;
}

static void put_why(const struct vd_explain_segment *s, struct vd_buf *out)
{
	bool has_name = s->name[0] != '\0';

	switch (s->reason) {
	case VD_EXPLAIN_WEEKDAY:
		vd_buf_printf(out, "closed on %ss", weekday_name(s->day));
		break;
	case VD_EXPLAIN_HOLIDAY:
		vd_buf_printf(out, "closed: %s", has_name ? s->name : "by exception");
		break;
	case VD_EXPLAIN_BEFORE:
		vd_buf_put_text(out, "before opening");
		break;
	case VD_EXPLAIN_BREAK:
		vd_buf_put_text(out, "break");
		break;
	case VD_EXPLAIN_AFTER:
		vd_buf_put_text(out, "after closing");
		break;
	case VD_EXPLAIN_OPEN:
	case VD_EXPLAIN_N:
		break;
	}
	if (s->is_special && s->reason != VD_EXPLAIN_HOLIDAY) {
		vd_buf_printf(out, "%sother hours on this date%s%s", out->len > 0 ? ", " : "",
			      has_name ? ": " : "", s->name);
	}
	if (s->clock_s != 0) {
		int32_t size = s->clock_s > 0 ? s->clock_s : -s->clock_s;
		vd_buf_printf(out, "%sthe clock goes %s by %d min", out->len > 0 ? ", " : "",
			      s->clock_s > 0 ? "forward" : "back", (int)(size / 60));
	}
}

struct story {
	const struct vd_calendar *cal;
	int64_t counted_s;
	int64_t skipped_s;
};

static void put_segment(void *ctx, const struct vd_explain_segment *s)
{
	struct story *story = ctx;
	char date[WORD_BYTES];
	char duration[WORD_BYTES];
	char memory[2 * WORD_BYTES];
	struct vd_buf why;
	bool is_open = s->reason == VD_EXPLAIN_OPEN;

	vd_buf_init(&why, memory, sizeof(memory));
	put_why(s, &why);
	print_date(date, vd_zone_local_day(&story->cal->zone, s->from));
	print_duration(duration, s->to - s->from);
	story->counted_s += is_open ? s->to - s->from : 0;
	story->skipped_s += is_open ? 0 : s->to - s->from;
	printf("%s  %-5s - %-5s  %s ", date, clock_of(story->cal, s->from, false).text,
	       clock_of(story->cal, s->to, true).text, is_open ? "counted" : "skipped");
	printf("%-*s%s\n", why.len > 0 ? 16 : 0, duration, memory);
}

static void print_instant(const struct vd_calendar *cal, const char *what, int64_t at)
{
	char date[WORD_BYTES];
	char text[VD_TIME_TEXT_BYTES];
	int32_t offset = vd_zone_offset(&cal->zone, at);

	int64_t local = at + offset;
	print_date(date, local / DAY_S - (local % DAY_S < 0));
	vd_wall_print(vd_wall_s(at), text);
	printf("%-8s %s %s local, %s, %" PRId64 "\n", what, date, clock_of(cal, at, false).text,
	       text, at);
}

static void print_sums(const struct story *story)
{
	char all[WORD_BYTES];
	char counted[WORD_BYTES];
	char skipped[WORD_BYTES];

	print_duration(all, story->counted_s + story->skipped_s);
	print_duration(counted, story->counted_s);
	print_duration(skipped, story->skipped_s);
	printf("%s counted, %s skipped, %s by the wall\n", counted, skipped, all);
}

static void tell(const struct vd_calendar *cal, int64_t a, int64_t b)
{
	struct story story = { .cal = cal };

	vd_explain(cal, a, b, put_segment, &story);
	print_sums(&story);
}

static int explain_due(const struct vd_calendar *cal, int64_t start, int64_t target)
{
	char duration[WORD_BYTES];
	int64_t due = vd_calendar_due(cal, start, target);

	print_duration(duration, target);
	print_instant(cal, "start", start);
	printf("%-8s %s of open time\n\n", "target", duration);
	if (due == VD_CALENDAR_NEVER) {
		puts("no deadline: the calendar does not open for so long within 400 days");
		return VD_EXIT_FAILED;
	}
	tell(cal, start, due);
	print_instant(cal, "due", due);
	return 0;
}

static int explain_between(const struct vd_calendar *cal, int64_t a, int64_t b)
{
	print_instant(cal, "from", a);
	print_instant(cal, "to", b);
	puts("");
	tell(cal, a, b);
	return 0;
}

static bool is_in_years(int64_t at)
{
	return at >= INT64_C(-62135596800) && at <= INT64_C(253402300799);
}

static int answer(const struct request *q, const struct vd_calendar *cal, struct vd_diag *diag)
{
	const char *const *words = &q->words[q->n_words - 2];
	int64_t a = 0;
	int64_t b = 0;
	enum vd_err err = parse_instant(cal, words[0], &a, diag);

	if (err == VD_OK) {
		err = q->is_between ? parse_instant(cal, words[1], &b, diag)
				    : parse_target(words[1], &b, diag);
	}
	if (err == VD_OK && (!is_in_years(a) || (q->is_between && !is_in_years(b)))) {
		err = vd_diag_set(diag, VD_ERR_RANGE, "a time lies outside of the years 1 to 9999");
	}
	if (err != VD_OK) {
		return VD_EXIT_USAGE;
	}
	return q->is_between ? explain_between(cal, a, b) : explain_due(cal, a, b);
}

int vd_cmd_calendar_explain(int argc, char **argv)
{
	struct request q;
	struct vd_diag diag = { 0 };

	if (!read_request(argc, argv, &q)) {
		fputs(usage, stderr);
		return VD_EXIT_USAGE;
	}
	struct vd_calendar *cal = malloc(sizeof(*cal));
	int status = VD_EXIT_USAGE;
	if (cal == NULL) {
		(void)vd_diag_set(&diag, VD_ERR_MEMORY, "no memory");
	} else if (load_calendar(&q, cal, &diag) == VD_OK) {
		status = answer(&q, cal, &diag);
	}
	free(cal);
	if (diag.text[0] != '\0') {
		fprintf(stderr, "vedetta calendar explain: %s\n", diag.text);
	}
	return status;
}
