// SPDX-License-Identifier: MIT
#include "app/config.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/config_calendar.h"
#include "app/config_table.h"
#include "base/json.h"
#include "base/utf8.h"

#define FILE_LIMIT_BYTES ((size_t)1 << 20)
#define PLACE_BYTES 96

/** What every step of the walk needs: the text for line numbers, the sentence. */
struct reading {
	const char *path;
	struct vd_span text;
	struct vd_diag *diag;
};

static enum vd_err bad(struct reading *r, const char *place, const char *fmt, ...) VD_PRINTF(3, 4);

static enum vd_err bad(struct reading *r, const char *place, const char *fmt, ...)
{
	char what[VD_DIAG_BYTES];
	va_list args;
	va_start(args, fmt);
	vsnprintf(what, sizeof(what), fmt, args);
	va_end(args);
	return vd_diag_set(r->diag, VD_ERR_ARGUMENT, "%s:%d: %s: %s", r->path,
			   vd_json_line(r->text, place), place, what);
}

static const char *type_name(enum vd_setting_type type)
{
	switch (type) {
	case VD_SETTING_NUMBER:
		return "a whole number";
	case VD_SETTING_BOOL:
		return "true or false";
	case VD_SETTING_TEXT:
	case VD_SETTING_FILE:
	case VD_SETTING_CHOICE:
		break;
	}
	return "a text in quotes";
}

static bool is_choice(const char *choices, struct vd_span value)
{
	struct vd_span rest = vd_span_of(choices);
	while (rest.p != NULL) {
		if (vd_span_is_equal(vd_span_cut(&rest, '|'), value)) {
			return true;
		}
	}
	return false;
}

// Relative files start at the configuration's folder, so that the service may be started from
// anywhere.
static enum vd_err put_text(struct reading *r, const struct vd_setting *row, const char *place,
			    struct vd_span value, char *out)
{
	const char *slash = strrchr(r->path, '/');
	int dir = slash != NULL ? (int)(slash - r->path + 1) : 0;
	bool is_relative = row->type == VD_SETTING_FILE && value.n > 0 && value.p[0] != '/';
	int n = snprintf(out, row->bytes, "%.*s%.*s", is_relative ? dir : 0, r->path,
			 VD_SPAN_ARG(value));
	if (n < 0 || (size_t)n >= row->bytes) {
		return bad(r, place, "is longer than %zu bytes; shorten it", row->bytes - 1);
	}
	return VD_OK;
}

static enum vd_err put_number(struct reading *r, const struct vd_setting *row, const char *place,
			      const cJSON *object, int64_t *out)
{
	if (vd_json_i64(object, row->key, out) != VD_OK ||
	    !cJSON_IsNumber(vd_json_get(object, row->key))) {
		return bad(r, place, "must be a whole number from %" PRId64 " to %" PRId64,
			   row->min, row->max);
	}
	if (*out < row->min || *out > row->max) {
		return bad(r, place, "is %" PRId64 "; it must be from %" PRId64 " to %" PRId64,
			   *out, row->min, row->max);
	}
	return VD_OK;
}

static enum vd_err put_value(struct reading *r, const struct vd_setting *row, const char *place,
			     const cJSON *object, void *out)
{
	const cJSON *item = vd_json_get(object, row->key);
	if (row->type == VD_SETTING_NUMBER) {
		return put_number(r, row, place, object, out);
	}
	if (row->type == VD_SETTING_BOOL && cJSON_IsBool(item)) {
		*(bool *)out = cJSON_IsTrue(item);
		return VD_OK;
	}
	struct vd_span value = vd_json_text(object, row->key);
	if (row->type == VD_SETTING_BOOL || value.p == NULL) {
		return bad(r, place, "must be %s", type_name(row->type));
	}
	if (row->type == VD_SETTING_CHOICE && !is_choice(row->choices, value)) {
		return bad(r, place, "is \"%.*s\"; write one of %s", VD_SPAN_ARG(value),
			   row->choices);
	}
	if (row->is_required && vd_span_trim(value).n == 0) {
		return bad(r, place, "is empty; it is %s", row->help);
	}
	return put_text(r, row, place, value, out);
}

static enum vd_err put_fallback(const struct vd_setting *row, void *out)
{
	if (row->type == VD_SETTING_NUMBER) {
		return vd_span_parse_i64(vd_span_of(row->fallback), out);
	}
	if (row->type == VD_SETTING_BOOL) {
		*(bool *)out = strcmp(row->fallback, "true") == 0;
		return VD_OK;
	}
	return vd_span_copy(vd_span_of(row->fallback), out, row->bytes);
}

static enum vd_err check_keys(struct reading *r, const struct vd_setting_group *group,
			      const char *place, const cJSON *object)
{
	const cJSON *item;
	cJSON_ArrayForEach(item, object)
	{
		bool is_known = false;
		for (size_t i = 0; i < group->n_rows && !is_known; i++) {
			is_known = strcmp(group->rows[i].key, item->string) == 0;
		}
		for (size_t i = 0; i < vd_setting_groups_n && !is_known; i++) {
			is_known = group->key[0] == '\0' &&
				   strcmp(vd_setting_groups[i].key, item->string) == 0;
		}
		if (!is_known) {
			char where[PLACE_BYTES];
			snprintf(where, sizeof(where), "%s%s%.40s", place,
				 place[0] != '\0' ? "." : "", item->string);
			return bad(r, where,
				   "there is no such setting; `vedetta settings` lists them");
		}
	}
	return VD_OK;
}

static enum vd_err read_object(struct reading *r, const struct vd_setting_group *group,
			       const char *place, const cJSON *object, char *base)
{
	if (object != NULL && !cJSON_IsObject(object)) {
		return bad(r, place, "must be an object in { }");
	}
	enum vd_err err = check_keys(r, group, place, object);
	for (size_t i = 0; i < group->n_rows && err == VD_OK; i++) {
		const struct vd_setting *row = &group->rows[i];
		char where[PLACE_BYTES];
		snprintf(where, sizeof(where), "%s%s%s", place, place[0] != '\0' ? "." : "",
			 row->key);
		if (vd_json_get(object, row->key) != NULL) {
			err = put_value(r, row, where, object, base + row->offset);
		} else if (row->is_required) {
			err = bad(r, place[0] != '\0' ? place : row->key, "\"%s\" is missing: %s",
				  row->key, row->help);
		} else {
			err = put_fallback(row, base + row->offset);
		}
	}
	return err;
}

static enum vd_err read_array(struct reading *r, const struct vd_setting_group *group,
			      const cJSON *array, struct vd_config *config)
{
	if (array == NULL) {
		return VD_OK;
	}
	if (!cJSON_IsArray(array)) {
		return bad(r, group->key, "must be a list in [ ]");
	}
	size_t *count = (size_t *)(void *)((char *)config + group->count_offset);
	const cJSON *item;
	cJSON_ArrayForEach(item, array)
	{
		char place[PLACE_BYTES];
		snprintf(place, sizeof(place), "%s[%zu]", group->key, *count);
		if (*count == group->most) {
			return bad(r, place, "there is room for %zu", group->most);
		}
		enum vd_err err =
			read_object(r, group, place, item,
				    (char *)config + group->offset + *count * group->bytes);
		if (err != VD_OK) {
			return err;
		}
		(*count)++;
	}
	return VD_OK;
}

static enum vd_err read_groups(struct reading *r, const cJSON *tree, struct vd_config *config)
{
	for (size_t i = 0; i < vd_setting_groups_n; i++) {
		const struct vd_setting_group *group = &vd_setting_groups[i];
		const cJSON *item = group->key[0] != '\0' ? vd_json_get(tree, group->key) : tree;
		enum vd_err err = group->is_array ? read_array(r, group, item, config)
						  : read_object(r, group, group->key, item,
								(char *)config + group->offset);
		if (err != VD_OK) {
			return err;
		}
	}
	return VD_OK;
}

// ---- what a row alone can't see -------------------------------------------------------------

/** Index of `name` among `n` elements whose first member is the name; -1. */
static int find_name(const void *array, size_t bytes, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp((const char *)array + i * bytes, name) == 0) {
			return (int)i;
		}
	}
	return -1;
}

static enum vd_err check_names(struct reading *r, const struct vd_config *config)
{
	for (size_t g = 0; g < vd_setting_groups_n; g++) {
		const struct vd_setting_group *group = &vd_setting_groups[g];
		const char *array = (const char *)config + group->offset;
		size_t n = group->is_array ? *(const size_t *)(const void *)((const char *)config +
									     group->count_offset)
					   : 0;
		for (size_t i = 0; i < n; i++) {
			const char *name = array + i * group->bytes;
			char place[PLACE_BYTES];
			snprintf(place, sizeof(place), "%s[%zu].name", group->key, i);
			if (strlen(name) >= VD_NAME_BYTES) {
				return bad(r, place, "is longer than %d bytes; shorten it",
					   VD_NAME_BYTES - 1);
			}
			if (find_name(array, group->bytes, n, name) != (int)i) {
				return bad(r, place, "\"%s\" is there twice; rename one", name);
			}
		}
	}
	return VD_OK;
}

static enum vd_err check_reference(struct reading *r, const char *list, size_t i, const char *key,
				   const char *name, int found, const char *among)
{
	if (found >= 0) {
		return VD_OK;
	}
	char place[PLACE_BYTES];
	snprintf(place, sizeof(place), "%s[%zu].%s", list, i, key);
	return bad(r, place, "there is no \"%s\" among the %s", name, among);
}

static enum vd_err check_calendar_of(struct reading *r, const struct vd_config *c, size_t i,
				     const char *key, const char *name)
{
	return check_reference(
		r, "policies", i, key, name,
		find_name(c->calendars, sizeof(c->calendars[0]), c->n_calendars, name),
		"calendars");
}

static enum vd_err check_references(struct reading *r, const struct vd_config *c)
{
	enum vd_err err = VD_OK;
	for (size_t i = 0; i < c->n_policies && err == VD_OK; i++) {
		const struct vd_config_policy *p = &c->policies[i];
		err = check_calendar_of(r, c, i, "calendar", p->calendar);
		if (err == VD_OK && p->sound_calendar[0] != '\0') {
			err = check_calendar_of(r, c, i, "sound_calendar", p->sound_calendar);
		}
		if (err == VD_OK && p->second_calendar[0] != '\0') {
			err = check_calendar_of(r, c, i, "second_calendar", p->second_calendar);
		}
	}
	for (size_t i = 0; i < c->n_brands && err == VD_OK; i++) {
		const char *name = c->brands[i].policy;
		err = check_reference(
			r, "brands", i, "policy", name,
			find_name(c->policies, sizeof(c->policies[0]), c->n_policies, name),
			"policies");
	}
	for (size_t i = 0; i < c->n_accounts && err == VD_OK; i++) {
		const char *name = c->accounts[i].brand;
		err = check_reference(r, "accounts", i, "brand", name,
				      find_name(c->brands, sizeof(c->brands[0]), c->n_brands, name),
				      "brands");
	}
	return err;
}

static enum vd_err check_calendars(struct reading *r, const struct vd_config *config)
{
	struct vd_calendar *scratch = malloc(sizeof(*scratch));
	if (scratch == NULL) {
		return vd_diag_set(r->diag, VD_ERR_MEMORY, "no memory to check the calendars");
	}
	enum vd_err err = VD_OK;
	for (size_t i = 0; i < config->n_calendars && err == VD_OK; i++) {
		const struct vd_config_calendar *cal = &config->calendars[i];
		struct vd_diag why = { 0 };
		const char *key;
		if (vd_config_calendar_make(cal, scratch, &key, &why) != VD_OK) {
			char place[PLACE_BYTES];
			snprintf(place, sizeof(place), "calendars[%zu].%s", i, key);
			err = bad(r, place, "%s", why.text);
		}
	}
	free(scratch);
	return err;
}

enum vd_err vd_config_token_end(const struct vd_config_account *account, struct vd_wall *out)
{
	struct vd_span text = vd_span_of(account->token_expires);
	char day_end[VD_TIME_TEXT_BYTES];
	*out = (struct vd_wall){ 0 };
	if (text.n == 0) {
		return VD_OK;
	}
	if (text.n != strlen("2026-12-31")) {
		return vd_wall_parse(text, out);
	}
	snprintf(day_end, sizeof(day_end), "%.*sT23:59:59Z", VD_SPAN_ARG(text));
	return vd_wall_parse(vd_span_of(day_end), out);
}

static enum vd_err check_rest(struct reading *r, const struct vd_config *config)
{
	if (config->n_accounts == 0) {
		return bad(r, "accounts", "there is no account to watch; add one");
	}
	for (size_t i = 0; i < config->n_accounts; i++) {
		char place[PLACE_BYTES];
		snprintf(place, sizeof(place), "accounts[%zu].user_id", i);
		if (strlen(config->accounts[i].user_id) >= VD_ID_BYTES) {
			return bad(r, place, "is longer than a network's id can be");
		}
		snprintf(place, sizeof(place), "accounts[%zu].base_url", i);
		const char *url = config->accounts[i].base_url;
		if (url[0] != '\0' && strncmp(url, "https://", 8) != 0) {
			return bad(r, place, "must start with https://");
		}
		if (url[0] == '\0' && strcmp(config->accounts[i].network, "mastodon") == 0) {
			return bad(r, place,
				   "is missing: a Mastodon account needs the address of its "
				   "server, e.g. https://mastodon.uno");
		}
		struct vd_wall ends;
		snprintf(place, sizeof(place), "accounts[%zu].token_expires", i);
		if (vd_config_token_end(&config->accounts[i], &ends) != VD_OK) {
			return bad(r, place, "is no date; write e.g. 2026-12-31");
		}
	}
	for (size_t i = 0; i < config->n_staff; i++) {
		char place[PLACE_BYTES];
		snprintf(place, sizeof(place), "staff[%zu].pin_hash", i);
		if (strncmp(config->staff[i].pin_hash, "pbkdf2-sha256$", 14) != 0) {
			return bad(r, place,
				   "is not a PIN's hash; make one with `vedetta hash-pin`");
		}
		snprintf(place, sizeof(place), "staff[%zu].initials", i);
		if (strlen(config->staff[i].initials) >= VD_INITIALS_BYTES) {
			return bad(r, place, "is longer than %d bytes; shorten it",
				   VD_INITIALS_BYTES - 1);
		}
	}
	for (size_t i = 0; i < config->n_topics; i++) {
		char place[PLACE_BYTES];
		snprintf(place, sizeof(place), "topics[%zu].words", i);
		if (strlen(config->topics[i].words) >= VD_TOPIC_WORDS_BYTES) {
			return bad(r, place, "is longer than %d bytes; make it two topics",
				   VD_TOPIC_WORDS_BYTES - 1);
		}
		snprintf(place, sizeof(place), "topics[%zu].name", i);
		if (strlen(config->topics[i].name) >= VD_TOPIC_BYTES) {
			return bad(r, place, "is longer than %d bytes; shorten it",
				   VD_TOPIC_BYTES - 1);
		}
	}
	const char *place = NULL;
	struct vd_diag why = { 0 };
	if (vd_config_check_proxy(config, &place, &why) != VD_OK) {
		return bad(r, place, "%s", why.text);
	}
	struct vd_stack_config stack;
	if (vd_config_net(config, &stack, &place, &why) != VD_OK) {
		char where[PLACE_BYTES];
		snprintf(where, sizeof(where), "net.%s", place);
		return bad(r, where, "%s", why.text);
	}
	if (config->web.cert_file[0] != '\0' && config->web.key_file[0] == '\0') {
		return bad(r, "web.cert_file", "\"key_file\" is missing beside it");
	}
	if (!config->web.tls && strcmp(config->web.listen, "127.0.0.1") != 0 &&
	    strcmp(config->web.listen, "::1") != 0) {
		return bad(r, "web.tls",
			   "may be false on 127.0.0.1 or ::1 only: PINs would travel in the clear");
	}
	return VD_OK;
}

enum vd_err vd_config_parse(const char *path, struct vd_span text, struct vd_config **out,
			    struct vd_diag *diag)
{
	struct vd_diag why = { 0 };
	cJSON *tree = vd_json_parse(text, &why);
	if (tree == NULL) {
		return vd_diag_set(diag, VD_ERR_SYNTAX, "%s: %s", path, why.text);
	}
	struct reading r = { path, text, diag };
	struct vd_config *config = calloc(1, sizeof(*config));
	if (config == NULL) {
		vd_json_free(tree);
		return vd_diag_set(diag, VD_ERR_MEMORY, "no memory for %s", path);
	}
	snprintf(config->path, sizeof(config->path), "%s", path);
	enum vd_err err = read_groups(&r, tree, config);
	enum vd_err (*const checks[])(struct reading *, const struct vd_config *) = {
		check_names,
		check_references,
		check_calendars,
		check_rest,
	};
	for (size_t i = 0; i < VD_ARRAY_LEN(checks) && err == VD_OK; i++) {
		err = checks[i](&r, config);
	}
	vd_json_free(tree);
	if (err != VD_OK) {
		vd_config_free(config);
		return err;
	}
	*out = config;
	return VD_OK;
}

enum vd_err vd_config_parse_row(const char *path, struct vd_span text, const char *list, void *out,
				struct vd_diag *diag)
{
	struct vd_diag why = { 0 };
	cJSON *tree = vd_json_parse(text, &why);
	if (tree == NULL) {
		return vd_diag_set(diag, VD_ERR_SYNTAX, "%s: %s", path, why.text);
	}
	struct reading r = { path, text, diag };
	const struct vd_setting_group *group = vd_setting_groups;
	while (strcmp(group->key, list) != 0) {
		group++;
	}
	memset(out, 0, group->bytes);
	enum vd_err err = read_object(&r, group, "", tree, out);
	vd_json_free(tree);
	return err;
}

void vd_config_free(struct vd_config *config)
{
	free(config);
}

// ---- files ----------------------------------------------------------------------------------

static enum vd_err read_all(int fd, size_t limit, char **out, size_t *n)
{
	char *data = malloc(limit + 1);
	if (data == NULL) {
		return VD_ERR_MEMORY;
	}
	size_t got = 0;
	ssize_t part = 1;
	while (part > 0 && got <= limit) {
		part = read(fd, data + got, limit + 1 - got);
		if (part < 0 && errno == EINTR) {
			part = 1;
			continue;
		}
		got += part > 0 ? (size_t)part : 0;
	}
	if (part < 0 || got > limit) {
		free(data);
		return part < 0 ? VD_ERR_IO : VD_ERR_TOO_LARGE;
	}
	data[got] = '\0';
	*out = data;
	*n = got;
	return VD_OK;
}

enum vd_err vd_config_read_file(const char *file, size_t limit, char **out, size_t *n,
				struct vd_diag *diag)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		return vd_diag_set(diag, errno == ENOENT ? VD_ERR_NOT_FOUND : VD_ERR_IO,
				   "%s can't be read: %s", file, strerror(errno));
	}
	enum vd_err err = read_all(fd, limit, out, n);
	close(fd);
	if (err != VD_OK) {
		return vd_diag_set(diag, err, "%s can't be read: %s", file, vd_err_text(err));
	}
	return VD_OK;
}

enum vd_err vd_config_load(const char *path, struct vd_config **out, struct vd_diag *diag)
{
	char *text = NULL;
	size_t n = 0;
	enum vd_err err = vd_config_read_file(path, FILE_LIMIT_BYTES, &text, &n, diag);
	if (err == VD_OK) {
		err = vd_config_parse(path, vd_span_make(text, n), out, diag);
		free(text);
	}
	return err;
}

enum vd_err vd_config_check_files(const struct vd_config *config, struct vd_diag *diag)
{
	const struct {
		const char *place;
		const char *file;
	} files[] = {
		{ "ca_file", config->ca_file },
		{ "proxy_password_file", config->proxy_password_file },
		{ "web.cert_file", config->web.cert_file },
		{ "web.key_file", config->web.key_file },
		{ "web.wall_token_file", config->web.wall_token_file },
	};
	char *text = NULL;
	size_t n = 0;
	enum vd_err err = vd_config_read_file(config->path, FILE_LIMIT_BYTES, &text, &n, diag);
	struct reading r = { config->path, vd_span_make(text, n), diag };
	for (size_t i = 0; i < VD_ARRAY_LEN(files) && err == VD_OK; i++) {
		if (files[i].file[0] != '\0' && access(files[i].file, R_OK) != 0) {
			err = bad(&r, files[i].place, "%s can't be read: %s", files[i].file,
				  strerror(errno));
		}
	}
	free(text);
	return err;
}

enum vd_err vd_config_secret(const char *file, struct vd_secret *out, struct vd_diag *diag)
{
	struct stat st;
	if (stat(file, &st) == 0 && (st.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
		return vd_diag_set(diag, VD_ERR_PERMISSION,
				   "%s can be read by others: chmod 600 it", file);
	}
	char *text = NULL;
	size_t n = 0;
	enum vd_err err = vd_config_read_file(file, VD_SECRET_BYTES + 2, &text, &n, diag);
	if (err != VD_OK) {
		return err;
	}
	err = vd_secret_set(out, vd_span_make(text, n));
	vd_wipe(text, n);
	free(text);
	if (err == VD_OK && !vd_secret_is_set(out)) {
		err = VD_ERR_ARGUMENT;
	}
	return err == VD_OK ? VD_OK
			    : vd_diag_set(diag, err, "%s holds no token of 1 to %d bytes", file,
					  VD_SECRET_BYTES);
}

void vd_config_control_path(const struct vd_config *config, char *out, size_t cap)
{
	bool is_given = config->control_socket[0] != '\0';
	snprintf(out, cap, "%s%s", is_given ? config->control_socket : config->data_dir,
		 is_given ? "" : "/control");
}

void vd_config_print_settings(FILE *out)
{
	for (size_t g = 0; g < vd_setting_groups_n; g++) {
		const struct vd_setting_group *group = &vd_setting_groups[g];
		for (size_t i = 0; i < group->n_rows; i++) {
			const struct vd_setting *row = &group->rows[i];
			char range[64] = "";
			if (row->type == VD_SETTING_NUMBER) {
				snprintf(range, sizeof(range), "%" PRId64 "..%" PRId64, row->min,
					 row->max);
			}
			fprintf(out, "%s%s%s%s\t%s\t%s\t%s\n", group->key,
				group->is_array ? "[]" : "", group->key[0] != '\0' ? "." : "",
				row->key, row->is_required ? "(must be set)" : row->fallback,
				row->choices != NULL ? row->choices : range, row->help);
		}
	}
}
