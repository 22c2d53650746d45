// SPDX-License-Identifier: MIT
#include "medium.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECTOR 512

void empty_dir(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		(void)unlinkat(dirfd(dir), entry->d_name, 0);
	}
	if (dir != NULL) {
		closedir(dir);
	}
}

// In memory where the disk is ours anyway.
void make_dir(char *out, size_t cap, const char *under)
{
	struct stat st;
	snprintf(out, cap, "%s/vedetta-cut-XXXXXX", stat(under, &st) == 0 ? under : "/tmp");
	if (mkdtemp(out) == NULL) {
		perror(out);
		exit(1);
	}
}

void remove_dir(const char *path)
{
	empty_dir(path);
	(void)rmdir(path);
}

static void medium_write(struct medium *m, size_t at, const uint8_t *p, size_t n)
{
	if (at + n > m->cap) {
		size_t cap = (at + n) * 2;
		m->bytes = realloc(m->bytes, cap);
		if (m->bytes == NULL) {
			abort();
		}
		memset(m->bytes + m->cap, 0, cap - m->cap);
		m->cap = cap;
	}
	memcpy(m->bytes + at, p, n);
	m->n = at + n > m->n ? at + n : m->n;
}

static bool is_kept(enum choice choice, const struct vd_rng *rng, bool is_last, size_t sector,
		    size_t sectors)
{
	switch (choice) {
	case CHOOSE_NONE:
		return false;
	case CHOOSE_ALL:
		return true;
	case CHOOSE_TORN:
		return !is_last || sector < (sectors + 1) / 2;
	case CHOOSE_RANDOM:
		return vd_rng_below(rng, 2) == 0;
	}
	return false;
}

static void apply(struct medium *m, const struct disk_op *op, enum choice choice,
		  const struct vd_rng *rng, bool is_last)
{
	size_t sectors = (op->n + SECTOR - 1) / SECTOR;
	for (size_t s = 0; s < sectors; s++) {
		size_t n = op->n - s * SECTOR < SECTOR ? op->n - s * SECTOR : SECTOR;
		if (is_kept(choice, rng, is_last, s, sectors)) {
			medium_write(m, (size_t)op->at + s * SECTOR, op->bytes + s * SECTOR, n);
		}
	}
}

void medium_make(const struct disk *disk, size_t cut, enum choice choice, const struct vd_rng *rng,
		 struct medium *m)
{
	size_t flushed = 0;
	m->n = 0;
	m->is_begun = false;
	if (m->cap > 0) {
		memset(m->bytes, 0, m->cap);
	}
	for (size_t i = 0; i < cut; i++) {
		flushed = disk->ops[i].kind == DISK_FLUSH ? i : flushed;
		m->is_begun = m->is_begun || disk->ops[i].kind == DISK_BEGUN;
	}
	for (size_t i = 0; i < cut; i++) {
		const struct disk_op *op = &disk->ops[i];
		if (op->kind == DISK_WRITE_DURABLE || (op->kind == DISK_WRITE && i < flushed)) {
			apply(m, op, CHOOSE_ALL, rng, false);
		} else if (op->kind == DISK_WRITE) {
			apply(m, op, choice, rng, false);
		}
	}
	// The operation that was under way.
	if (cut < disk->n_ops && disk->ops[cut].kind <= DISK_WRITE_DURABLE &&
	    choice != CHOOSE_NONE) {
		bool is_whole = disk->ops[cut].kind == DISK_WRITE_DURABLE;
		apply(m, &disk->ops[cut], is_whole ? CHOOSE_ALL : choice, rng, true);
	}
}

static bool write_file(const char *dir, const char *name, const void *bytes, size_t n)
{
	char path[128];
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	FILE *file = fopen(path, "wb");
	if (file == NULL) {
		return false;
	}
	bool is_good = n == 0 || fwrite(bytes, 1, n, file) == n;
	return fclose(file) == 0 && is_good;
}

bool medium_write_dir(const struct medium *m, const char *dir)
{
	empty_dir(dir);
	return write_file(dir, "data.mdb", m->bytes, m->n) &&
	       write_file(dir, "writer.lock", "1", m->is_begun ? 1 : 0);
}

size_t disk_count(const struct disk *disk, size_t cut, enum disk_op_kind kind)
{
	size_t n = 0;
	for (size_t i = 0; i < cut && i < disk->n_ops; i++) {
		n += disk->ops[i].kind == kind;
	}
	return n;
}
