// SPDX-License-Identifier: MIT
/**
 * What wall and pages say, in Italian and English: one table for the terminal and for
 * /api/v1/phrases.
 * Not for logs, diagnoses or the command line, which are English.
 * Constant data: no time, no I/O.
 */
#ifndef VD_OUTPUT_PHRASE_H
#define VD_OUTPUT_PHRASE_H

#include "base/buf.h"
#include "output/phrase_table.h"

enum vd_phrase {
#define VD_PHRASE_ENUM(id, key, en, it) VD_PHRASE_##id,
	VD_PHRASE_TABLE(VD_PHRASE_ENUM)
#undef VD_PHRASE_ENUM
		VD_PHRASE_N,
};

/** `lang` "it"; anything else reads as "en". */
const char *vd_phrase(const char *lang, enum vd_phrase phrase);
/** A name of the domain: group "lamp", name "watching"; the name itself where the table has no
 *  row. */
const char *vd_phrase_find(const char *lang, const char *group, const char *name);
/** {"lang":"it","phrases":{key: text}} */
void vd_phrase_print_json(const char *lang, struct vd_buf *out);

#endif
