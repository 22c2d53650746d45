// SPDX-License-Identifier: MIT
/**
 * The bytes between the service and whoever holds the light (SPEC.md "The light's keeper").
 * Not a transport: both ends use a pipe (output/lamp_remote.h, output/lamp_keeper.h).
 * Pure; the instants are of the kernel's monotonic clock, which both ends share.
 */
#ifndef VD_OUTPUT_LAMP_WIRE_H
#define VD_OUTPUT_LAMP_WIRE_H

#include "base/time.h"
#include "care/alarm.h"

/** Below PIPE_BUF: a pipe never tears a message. */
#define VD_LAMP_WIRE_BYTES 16
/** Descriptor of the keeper: what only prolongs. Changes are on 0, its log on 1. */
#define VD_LAMP_BEATS_FD 3
/** No intent may claim to hold longer: a message from the future is refused. */
#define VD_LAMP_WIRE_HOLD_MAX_S 10

enum vd_lamp_word_kind {
	VD_LAMP_WORD_SHOW = 1, // the intent, until `until`
	VD_LAMP_WORD_TEST = 2, // the lamp test
	VD_LAMP_WORD_BYE = 3,  // the service ends in good order
};
struct vd_lamp_word {
	enum vd_lamp_word_kind kind;
	struct vd_lamp_intent intent; // SHOW
	struct vd_mono until;         // SHOW
};

void vd_lamp_wire_print(const struct vd_lamp_word *word, uint8_t out[VD_LAMP_WIRE_BYTES]);
/** VD_ERR_SYNTAX where it is not a message of ours; what it says is then not believed at all. */
enum vd_err vd_lamp_wire_parse(const uint8_t bytes[VD_LAMP_WIRE_BYTES],
			       struct vd_lamp_word *out) VD_MUST_USE;

#endif
