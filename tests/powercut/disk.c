// SPDX-License-Identifier: MIT
#include "disk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

// The calls below have no argument through which a test could hand its disk down.
static struct disk the_disk;

struct disk *disk_get(void)
{
	return &the_disk;
}

void disk_arm(enum disk_fault fault, size_t fail_at, bool is_lasting)
{
	the_disk.fault = fault;
	the_disk.fail_at = fail_at;
	the_disk.is_lasting = is_lasting;
	the_disk.counted = 0;
}

void disk_clear(void)
{
	for (size_t i = 0; i < the_disk.n_ops; i++) {
		free(the_disk.ops[i].bytes);
	}
	free(the_disk.ops);
	memset(&the_disk, 0, sizeof(the_disk));
}

static struct disk_op *add_op(enum disk_op_kind kind)
{
	if (the_disk.n_ops == the_disk.cap_ops) {
		the_disk.cap_ops = the_disk.cap_ops * 2 + 64;
		the_disk.ops = realloc(the_disk.ops, the_disk.cap_ops * sizeof(*the_disk.ops));
		if (the_disk.ops == NULL) {
			abort();
		}
	}
	struct disk_op *op = &the_disk.ops[the_disk.n_ops++];
	memset(op, 0, sizeof(*op));
	op->kind = kind;
	return op;
}

void disk_note(enum disk_op_kind kind)
{
	if (the_disk.is_recording) {
		(void)add_op(kind);
	}
}

static void note_write(int fd, const void *p, size_t n, off_t at)
{
	bool is_durable = (fcntl(fd, F_GETFL) & O_DSYNC) != 0;
	struct disk_op *op = add_op(is_durable ? DISK_WRITE_DURABLE : DISK_WRITE);
	op->at = at;
	op->n = n;
	op->bytes = malloc(n);
	if (op->bytes == NULL) {
		abort();
	}
	memcpy(op->bytes, p, n);
}

static bool is_named(int fd, const char *name)
{
	char link[64];
	char path[512];
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	ssize_t n = readlink(link, path, sizeof(path) - 1);
	size_t len = strlen(name);
	return n >= (ssize_t)len && memcmp(path + n - len, name, len) == 0;
}

// True where this operation is the one that fails; errno is set.
static bool fails(void)
{
	if (the_disk.fault == DISK_FAULT_NONE) {
		return false;
	}
	the_disk.counted++;
	bool is_it = the_disk.is_lasting ? the_disk.counted >= the_disk.fail_at
					 : the_disk.counted == the_disk.fail_at;
	errno = the_disk.fault == DISK_FAULT_FULL ? ENOSPC : EIO;
	return is_it;
}

ssize_t pwrite(int fd, const void *p, size_t n, off_t at)
{
	if (is_named(fd, "/data.mdb")) {
		if (fails()) {
			if (the_disk.fault != DISK_FAULT_SHORT) {
				return -1;
			}
			n = n > 1 ? n / 2 : n;
		}
		if (the_disk.is_recording) {
			note_write(fd, p, n, at);
		}
	} else if (is_named(fd, "/writer.lock")) {
		disk_note(DISK_BEGUN);
	}
	return (ssize_t)syscall(SYS_pwrite64, fd, p, n, at);
}

// LMDB seeks and then gathers; piece by piece is the same to a disk, and a cut may come between the
// pieces.
ssize_t writev(int fd, const struct iovec *iov, int n)
{
	ssize_t sum = 0;
	for (int i = 0; i < n; i++) {
		ssize_t got;
		if (is_named(fd, "/data.mdb")) {
			off_t at = lseek(fd, 0, SEEK_CUR);
			got = pwrite(fd, iov[i].iov_base, iov[i].iov_len, at);
			if (got > 0 && lseek(fd, got, SEEK_CUR) < 0) {
				return -1;
			}
		} else {
			got = (ssize_t)syscall(SYS_write, fd, iov[i].iov_base, iov[i].iov_len);
		}
		if (got < 0) {
			return sum > 0 ? sum : got;
		}
		sum += got;
		if ((size_t)got < iov[i].iov_len) {
			return sum;
		}
	}
	return sum;
}

static int flush(int fd)
{
	if (!is_named(fd, "/data.mdb")) {
		return 0;
	}
	if (fails()) {
		errno = EIO;
		return -1;
	}
	disk_note(DISK_FLUSH);
	// What a power cut leaves is computed from the notes; the kernel's own flush would only
	// take time.
	return 0;
}

int fdatasync(int fd)
{
	return flush(fd);
}

int fsync(int fd)
{
	return flush(fd);
}
