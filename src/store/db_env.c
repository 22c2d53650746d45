// SPDX-License-Identifier: MIT
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "store/db.h"

// Address space, not memory and not disk. A map that grows in the middle of work is unmapped whole
// first, 24 ms for 870 MB, and the loop stands meanwhile: where addresses are plenty, never again.
#define MAP_BYTES_64 ((uint64_t)64 << 30)
#define MAP_BYTES_SMALL ((size_t)16 << 20) // 32 bits, or a limit on the addresses of a process
#define MAP_BYTES_DEFAULT (SIZE_MAX > UINT32_MAX ? (size_t)MAP_BYTES_64 : MAP_BYTES_SMALL)
#define ROOM_BYTES ((size_t)8 << 20) // the largest turn we prepare for
// LMDB refuses it with an error.
#define NO_TABLE ((MDB_dbi)-1)
#define MAP_STEP_BYTES ((size_t)1 << 20)
// Small turns find the blocks of their pages there already: the file is made longer in steps, ahead
// of them, so that the flush of a commit needs no second one for the file system's own journal
// (ext4: half the time of a flush). Turns that take much room are left alone: writing it twice
// would cost more.
#define AHEAD_BYTES ((size_t)128 << 10)
#define AHEAD_STEP_BYTES ((size_t)1 << 20)
#define SMALL_TURN_BYTES ((size_t)64 << 10)
// LMDB reports a short write as EIO. Where the disk has less than this left, it was a full disk.
#define FULL_BELOW_BYTES ((uint64_t)1 << 20)

struct rc_row {
	int rc;
	enum vd_err err;
};
static const struct rc_row rc_table[] = {
	{ MDB_NOTFOUND, VD_ERR_NOT_FOUND }, { MDB_KEYEXIST, VD_ERR_EXISTS },
	{ MDB_MAP_FULL, VD_ERR_ROOM },      { MDB_TXN_FULL, VD_ERR_ROOM },
	{ MDB_READERS_FULL, VD_ERR_ROOM },  { MDB_BAD_VALSIZE, VD_ERR_ARGUMENT },
	{ MDB_CORRUPTED, VD_ERR_CORRUPT },  { MDB_PAGE_NOTFOUND, VD_ERR_CORRUPT },
	{ MDB_INVALID, VD_ERR_CORRUPT },    { MDB_VERSION_MISMATCH, VD_ERR_VERSION },
	{ ENOSPC, VD_ERR_DISK_FULL },       { EDQUOT, VD_ERR_DISK_FULL },
	{ EFBIG, VD_ERR_DISK_FULL },        { ENOMEM, VD_ERR_MEMORY },
	{ EACCES, VD_ERR_PERMISSION },      { EPERM, VD_ERR_PERMISSION },
	{ EROFS, VD_ERR_PERMISSION },       { ENOENT, VD_ERR_NOT_FOUND },
};

static enum vd_err err_of(int rc)
{
	for (size_t i = 0; i < VD_ARRAY_LEN(rc_table); i++) {
		if (rc_table[i].rc == rc) {
			return rc_table[i].err;
		}
	}
	return VD_ERR_IO;
}

static bool is_disk_full(const struct vd_store *store)
{
	struct statvfs fs;
	return statvfs(store->dir, &fs) == 0 &&
	       (uint64_t)fs.f_bavail * fs.f_frsize < FULL_BELOW_BYTES;
}

enum vd_err vd_db_fail(const struct vd_store *store, int rc, const char *what, struct vd_diag *diag)
{
	enum vd_err err = err_of(rc);
	if (rc == EIO && is_disk_full(store)) {
		err = VD_ERR_DISK_FULL;
	}
	const char *cause = err == VD_ERR_DISK_FULL ? vd_err_text(err) : mdb_strerror(rc);
	return vd_diag_set(diag, err, "store %s: %s: %s", store->dir, what, cause);
}

// A second writer would wait in LMDB's mutex for ever; here it gets a sentence.
static enum vd_err lock_writer(struct vd_store *store, struct vd_diag *diag)
{
	char path[VD_DB_PATH_BYTES + 16];
	snprintf(path, sizeof(path), "%s/writer.lock", store->dir);
	store->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (store->lock_fd < 0) {
		return vd_db_fail(store, errno, "writer.lock", diag);
	}
	if (flock(store->lock_fd, LOCK_EX | LOCK_NB) != 0) {
		return vd_diag_set(diag, VD_ERR_CONFLICT,
				   "store %s: another program is writing to it", store->dir);
	}
	return VD_OK;
}

// A file that was just made must still be there after a power cut: its directory goes to disk as
// well.
static enum vd_err sync_dir(const struct vd_store *store, struct vd_diag *diag)
{
	int fd = open(store->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) {
		return vd_db_fail(store, errno, "open the folder", diag);
	}
	int rc = fsync(fd) == 0 ? 0 : errno;
	close(fd);
	return rc == 0 ? VD_OK : vd_db_fail(store, rc, "flush the folder", diag);
}

static enum vd_err make_dir(struct vd_store *store, struct vd_diag *diag)
{
	if (store->is_read_only || mkdir(store->dir, 0700) == 0 || errno == EEXIST) {
		return VD_OK;
	}
	return vd_db_fail(store, errno, "make the folder", diag);
}

static int open_tables(struct vd_store *store)
{
	MDB_txn *txn = NULL;
	int rc = mdb_txn_begin(store->env, NULL, store->is_read_only ? MDB_RDONLY : 0, &txn);
	for (int i = 0; rc == 0 && i < VD_TABLE_N; i++) {
		unsigned flags = store->is_read_only ? 0 : MDB_CREATE;
		rc = mdb_dbi_open(txn, vd_table_name((enum vd_table)i), flags, &store->tables[i]);
		bool is_later = i >= VD_TABLE_SECRETS;
		if (rc == MDB_NOTFOUND && is_later) { // an older store, only read
			store->tables[i] = NO_TABLE;
			rc = 0;
		}
	}
	if (rc != 0) {
		mdb_txn_abort(txn);
		return rc;
	}
	return mdb_txn_commit(txn);
}

bool vd_db_has_table(const struct vd_store *store, enum vd_table table)
{
	return store->tables[table] != NO_TABLE;
}

static int open_env_with(struct vd_store *store, size_t map_bytes)
{
	int rc = mdb_env_create(&store->env);
	if (rc != 0) {
		store->env = NULL;
		return rc;
	}
	unsigned flags = MDB_NOTLS;
	flags |= store->is_read_only ? MDB_RDONLY : 0;
	flags |= store->is_sync_off ? MDB_NOSYNC : 0;
	rc = mdb_env_set_maxdbs(store->env, VD_TABLE_N);
	rc = rc != 0 ? rc : mdb_env_set_mapsize(store->env, map_bytes);
	rc = rc != 0 ? rc : mdb_env_open(store->env, store->dir, flags, 0600);
	int dead = 0;
	rc = rc != 0 ? rc : mdb_reader_check(store->env, &dead);
	return rc != 0 ? rc : open_tables(store);
}

static int open_env(struct vd_store *store)
{
	if (store->map_bytes > 0) {
		return open_env_with(store, store->map_bytes);
	}
	int rc = open_env_with(store, MAP_BYTES_DEFAULT);
	if (rc == ENOMEM && MAP_BYTES_DEFAULT > MAP_BYTES_SMALL) {
		vd_db_env_close(store);
		rc = open_env_with(store, MAP_BYTES_SMALL);
	}
	return rc;
}

// writer.lock holds a byte once the first turn is on disk. Before that nothing was ever promised,
// and a file that LMDB does not know is what a power cut left of making it.
static bool is_begun(const struct vd_store *store)
{
	struct stat st;
	return fstat(store->lock_fd, &st) != 0 || st.st_size > 0;
}

static void remove_file(const struct vd_store *store, const char *name)
{
	char path[VD_DB_PATH_BYTES + 16];
	snprintf(path, sizeof(path), "%s/%s", store->dir, name);
	(void)unlink(path);
}

static int open_or_begin_again(struct vd_store *store)
{
	int rc = open_env(store);
	if (rc != MDB_INVALID || store->is_read_only || is_begun(store)) {
		return rc;
	}
	vd_warn(store->log, "store", "%s was cut off while it was made: made again", store->dir);
	vd_db_env_close(store);
	remove_file(store, "data.mdb");
	remove_file(store, "lock.mdb");
	return open_env(store);
}

enum vd_err vd_db_mark_begun(struct vd_store *store, struct vd_diag *diag)
{
	if (is_begun(store)) {
		return VD_OK;
	}
	if (pwrite(store->lock_fd, "1", 1, 0) != 1 || fsync(store->lock_fd) != 0) {
		return vd_db_fail(store, errno, "writer.lock", diag);
	}
	return VD_OK;
}

enum vd_err vd_db_env_open(struct vd_store *store, struct vd_diag *diag)
{
	enum vd_err err = make_dir(store, diag);
	if (err == VD_OK && !store->is_read_only && store->lock_fd < 0) {
		err = lock_writer(store, diag);
	}
	if (err != VD_OK) {
		return err;
	}
	int rc = open_or_begin_again(store);
	if (rc != 0) {
		return vd_db_fail(store, rc, "open", diag);
	}
	store->needs_reopen = false;
	return store->is_read_only ? VD_OK : sync_dir(store, diag);
}

void vd_db_env_close(struct vd_store *store)
{
	if (store->reader != NULL) {
		mdb_txn_abort(store->reader);
		store->reader = NULL;
		store->is_reading = false;
	}
	if (store->env != NULL) {
		mdb_env_close(store->env);
		store->env = NULL;
	}
}

// Zeros, not holes and not fallocate: both would be filled in by the file system at the commit. On
// a full disk the file stays as it is, and the commit says so if it needs more.
static void write_ahead(struct vd_store *store, size_t used)
{
	bool is_small = used - store->used_bytes < SMALL_TURN_BYTES;
	store->used_bytes = used;
	if (!is_small) {
		return;
	}
	static const char zeros[1 << 16];
	mdb_filehandle_t fd;
	struct stat st;
	if (mdb_env_get_fd(store->env, &fd) != 0 || fstat(fd, &st) != 0 ||
	    (size_t)st.st_size >= used + AHEAD_BYTES) {
		return;
	}
	off_t end = st.st_size + (off_t)AHEAD_STEP_BYTES;
	for (off_t at = st.st_size; at < end; at += (off_t)sizeof(zeros)) {
		if (pwrite(fd, zeros, sizeof(zeros), at) != (ssize_t)sizeof(zeros)) {
			return;
		}
	}
}

enum vd_err vd_db_make_room(struct vd_store *store, struct vd_diag *diag)
{
	MDB_envinfo info;
	MDB_stat stat;
	int rc = mdb_env_info(store->env, &info);
	rc = rc != 0 ? rc : mdb_env_stat(store->env, &stat);
	if (rc != 0) {
		return vd_db_fail(store, rc, "look at the map", diag);
	}
	size_t used = (info.me_last_pgno + 1) * stat.ms_psize;
	write_ahead(store, used);
	size_t room = info.me_mapsize / 4 > ROOM_BYTES ? info.me_mapsize / 4 : ROOM_BYTES;
	if (!store->needs_room && info.me_mapsize >= used + room) {
		return VD_OK;
	}
	size_t want = (used + ROOM_BYTES) / 2 * 3;
	if (store->needs_room && want < 2 * info.me_mapsize) {
		want = 2 * info.me_mapsize;
	}
	want = (want + MAP_STEP_BYTES - 1) / MAP_STEP_BYTES * MAP_STEP_BYTES;
	rc = mdb_env_set_mapsize(store->env, want);
	if (rc != 0) {
		return vd_db_fail(store, rc, "grow the map", diag);
	}
	store->map_bytes = want;
	store->needs_room = false;
	vd_info(store->log, "store", "map grown to %zu MiB, %zu in use", want >> 20, used >> 20);
	return VD_OK;
}
