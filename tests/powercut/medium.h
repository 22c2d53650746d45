// SPDX-License-Identifier: MIT
/**
 * What a medium holds after a power cut: made from the operations that a disk noted, up to the Nth.
 * Not the disk (disk.h) and not a test: it says what may be there, the test says what must be.
 * What was flushed is there; of what was not, any 512-byte sector may have got there or not.
 */
#ifndef VD_POWERCUT_MEDIUM_H
#define VD_POWERCUT_MEDIUM_H

#include "base/rng.h"
#include "disk.h"

/** Which sectors that were not flushed got there. */
enum choice { CHOOSE_NONE, CHOOSE_ALL, CHOOSE_TORN, CHOOSE_RANDOM };

/** Zeroed before the first use; the caller frees `bytes`. */
struct medium {
	uint8_t *bytes;
	size_t n;
	size_t cap;
	bool is_begun;
};

/** What is there when the power fails before operation `cut`. */
void medium_make(const struct disk *disk, size_t cut, enum choice choice, const struct vd_rng *rng,
		 struct medium *m);
/** Makes it the store in `dir`, in the place of all that was there. */
bool medium_write_dir(const struct medium *m, const char *dir);
/** Operations of a kind before `cut`. */
size_t disk_count(const struct disk *disk, size_t cut, enum disk_op_kind kind);

/** A folder of our own; in memory where `under` is. Ends the program where it can't be made. */
void make_dir(char *out, size_t cap, const char *under);
void empty_dir(const char *path);
void remove_dir(const char *path);

#endif
