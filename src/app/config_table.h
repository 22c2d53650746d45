// SPDX-License-Identifier: MIT
/**
 * The table of settings: one row each, in one group an object of vedetta.json.
 * Not a parser: config.c walks the groups.
 * Constant data.
 */
#ifndef VD_APP_CONFIG_TABLE_H
#define VD_APP_CONFIG_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum vd_setting_type {
	VD_SETTING_TEXT,
	VD_SETTING_FILE, // a path; relative ones start at the configuration's folder
	VD_SETTING_NUMBER,
	VD_SETTING_BOOL,
	VD_SETTING_CHOICE,
};

struct vd_setting {
	const char *key;
	enum vd_setting_type type;
	size_t offset;
	size_t bytes; // of the member
	bool is_required;
	const char *fallback; // as it would stand in the file, texts without quotes
	int64_t min;
	int64_t max;
	const char *choices; // CHOICE: "a|b|c"
	const char *help;
};

struct vd_setting_group {
	const char *key; // "" for the top, "web" for an object, "accounts" for an array of objects
	bool is_array;
	size_t offset;       // of the struct or the array in struct vd_config
	size_t bytes;        // of one element
	size_t most;         // array: elements at most
	size_t count_offset; // array: of its counter (size_t)
	const struct vd_setting *rows;
	size_t n_rows;
};

extern const struct vd_setting_group vd_setting_groups[];
extern const size_t vd_setting_groups_n;

#endif
