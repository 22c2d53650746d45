// SPDX-License-Identifier: MIT
/**
 * A disk between LMDB and the kernel: this program's own pwrite, writev, fdatasync and fsync, which
 * the linker puts before libc's. It notes what is written to data.mdb, or lets the Nth operation
 * fail. Not a file system: names and lengths of files are the kernel's. One per process; the test
 * owns it.
 */
#ifndef VD_POWERCUT_DISK_H
#define VD_POWERCUT_DISK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum disk_op_kind {
	DISK_WRITE,
	DISK_WRITE_DURABLE, // through a descriptor with O_DSYNC
	DISK_FLUSH,
	DISK_BEGUN, // writer.lock says that the first turn is on disk
	DISK_ACK,   // the test: a turn was acknowledged
	DISK_NET,   // the test: a network did something that it will not forget
};
struct disk_op {
	enum disk_op_kind kind;
	off_t at;
	size_t n;
	uint8_t *bytes; // owned by the disk
};

enum disk_fault {
	DISK_FAULT_NONE,
	DISK_FAULT_FULL,  // ENOSPC
	DISK_FAULT_IO,    // EIO
	DISK_FAULT_SHORT, // half of it is written
};

struct disk {
	bool is_recording;
	struct disk_op *ops;
	size_t n_ops;
	size_t cap_ops;
	enum disk_fault fault;
	size_t fail_at;  // counted from 1 over writes and flushes since disk_arm
	bool is_lasting; // every operation from there on fails, until disk_arm(NONE)
	size_t counted;
};
/** The one disk of the process. */
struct disk *disk_get(void);
void disk_arm(enum disk_fault fault, size_t fail_at, bool is_lasting);
void disk_note(enum disk_op_kind kind);
void disk_clear(void);

#endif
