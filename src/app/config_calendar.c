// SPDX-License-Identifier: MIT
#include "app/config_calendar.h"

#include <stdlib.h>

#include "care/holiday_ics.h"

#define FILE_LIMIT_BYTES ((size_t)1 << 20)
#define HOLIDAYS_LIMIT_BYTES ((size_t)1 << 18)

static enum vd_err convert(const char *file, struct vd_span text, const struct vd_zone *zone,
			   struct vd_buf *out, struct vd_diag *diag)
{
	struct vd_ics *ics = malloc(sizeof(*ics));
	if (ics == NULL) {
		return vd_diag_set(diag, VD_ERR_MEMORY, "no memory for %s", file);
	}
	enum vd_err err = vd_ics_to_holidays(ics, file, text, zone, out, diag);
	free(ics);
	return err;
}

enum vd_err vd_config_holidays_read(const char *file, const struct vd_zone *zone,
				    struct vd_buf *out, struct vd_diag *diag)
{
	char *text = NULL;
	size_t n = 0;

	vd_buf_init_heap(out, HOLIDAYS_LIMIT_BYTES);
	enum vd_err err = vd_config_read_file(file, FILE_LIMIT_BYTES, &text, &n, diag);
	if (err != VD_OK) {
		return err;
	}
	struct vd_span all = vd_span_make(text, n);
	if (vd_ics_is(all)) {
		err = convert(file, all, zone, out, diag);
	} else {
		vd_buf_put_span(out, all);
		err = vd_buf_check(out);
		if (err != VD_OK) {
			(void)vd_diag_set(diag, err, "%s is too large", file);
		}
	}
	free(text);
	return err;
}

static enum vd_err add_holidays(const struct vd_config_calendar *from, struct vd_calendar *out,
				struct vd_diag *diag)
{
	struct vd_zone zone = out->zone;
	struct vd_buf holidays;
	enum vd_err err = vd_config_holidays_read(from->holidays, &zone, &holidays, diag);

	if (err == VD_OK) {
		err = vd_calendar_parse_with(vd_span_of(from->zone), vd_span_of(from->hours),
					     from->holidays, vd_buf_span(&holidays), out, diag);
	}
	vd_buf_deinit(&holidays);
	return err;
}

static bool is_journalable(const struct vd_calendar *cal)
{
	struct vd_buf zone;
	struct vd_buf text;

	vd_buf_init_heap(&zone, VD_CONFIG_TEXT_BYTES);
	vd_buf_init_heap(&text, VD_CALENDAR_TEXT_BYTES + 1);
	vd_calendar_print(cal, &zone, &text);
	bool is_good = vd_buf_check(&zone) == VD_OK && vd_buf_check(&text) == VD_OK;
	vd_buf_deinit(&zone);
	vd_buf_deinit(&text);
	return is_good;
}

enum vd_err vd_config_calendar_make(const struct vd_config_calendar *from, struct vd_calendar *out,
				    const char **key, struct vd_diag *diag)
{
	struct vd_zone zone;

	*key = "zone";
	enum vd_err err = vd_zone_parse(vd_span_of(from->zone), &zone, diag);
	if (err != VD_OK) {
		return err;
	}
	*key = "hours";
	err = vd_calendar_parse(vd_span_of(from->zone), vd_span_of(from->hours), out, diag);
	if (err == VD_OK && from->holidays[0] != '\0') {
		*key = "holidays";
		err = add_holidays(from, out, diag);
	}
	if (err == VD_OK && vd_calendar_is_never_open(out)) { // R8
		*key = "hours";
		err = vd_diag_set(diag, VD_ERR_NEVER, "the calendar never opens; give it hours");
	}
	if (err == VD_OK && !is_journalable(out)) {
		*key = from->holidays[0] != '\0' ? "holidays" : "hours";
		err = vd_diag_set(
			diag, VD_ERR_TOO_LARGE,
			"the calendar is longer than %d bytes when written out; say it with "
			"fewer exceptions",
			VD_CALENDAR_TEXT_BYTES);
	}
	if (err == VD_OK) {
		snprintf(out->name, sizeof(out->name), "%.31s", from->name);
	}
	return err;
}
