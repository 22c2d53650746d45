// SPDX-License-Identifier: MIT
#include "store/device_key.h"

#include <errno.h>
#include <fcntl.h>
#include <mbedtls/sha256.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/secret.h"

#define HEX_BYTES ((size_t)2 * VD_DEVICE_KEY_BYTES)
#define PATH_BYTES 768
#define OTHERS 077

static const char id_label[] = "vedetta device key";

void vd_device_key_set(struct vd_device_key *key, const uint8_t bytes[VD_DEVICE_KEY_BYTES])
{
	uint8_t labelled[sizeof(id_label) + VD_DEVICE_KEY_BYTES];
	uint8_t digest[32];
	memcpy(key->hidden, bytes, VD_DEVICE_KEY_BYTES);
	memcpy(labelled, id_label, sizeof(id_label));
	memcpy(labelled + sizeof(id_label), bytes, VD_DEVICE_KEY_BYTES);
	// It fails only where a hardware driver does, and there is none.
	(void)!mbedtls_sha256(labelled, sizeof(labelled), digest, 0);
	memcpy(key->id, digest, sizeof(key->id));
	vd_wipe(labelled, sizeof(labelled));
}

void vd_device_key_deinit(struct vd_device_key *key)
{
	vd_wipe(key, sizeof(*key));
}

static int digit(char c)
{
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool parse(const char *text, size_t n, struct vd_device_key *out)
{
	uint8_t bytes[VD_DEVICE_KEY_BYTES];
	bool is_good = n == HEX_BYTES || (n == HEX_BYTES + 1 && text[HEX_BYTES] == '\n');
	for (size_t i = 0; i < VD_DEVICE_KEY_BYTES && is_good; i++) {
		int high = digit(text[2 * i]);
		int low = digit(text[2 * i + 1]);
		is_good = high >= 0 && low >= 0;
		bytes[i] = is_good ? (uint8_t)(high * 16 + low) : 0;
	}
	if (is_good) {
		vd_device_key_set(out, bytes);
	}
	vd_wipe(bytes, sizeof(bytes));
	return is_good;
}

static enum vd_err check_mode(int fd, const char *path, struct vd_diag *diag)
{
	struct stat st;
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		return vd_diag_set(diag, VD_ERR_IO, "%s is no plain file", path);
	}
	if ((st.st_mode & OTHERS) != 0) {
		return vd_diag_set(diag, VD_ERR_PERMISSION,
				   "%s can be read by others: `chmod 600` it, and where somebody "
				   "may have, sign every account in again",
				   path);
	}
	return VD_OK;
}

enum vd_err vd_device_key_load(const char *dir, struct vd_device_key *out, struct vd_diag *diag)
{
	char path[PATH_BYTES];
	char text[HEX_BYTES + 2];
	snprintf(path, sizeof(path), "%s/" VD_DEVICE_KEY_FILE, dir);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0) {
		enum vd_err err = errno == ENOENT ? VD_ERR_NOT_FOUND : VD_ERR_IO;
		return vd_diag_set(diag, err, "%s can't be opened: %s", path, strerror(errno));
	}
	enum vd_err err = check_mode(fd, path, diag);
	ssize_t n = err == VD_OK ? read(fd, text, sizeof(text)) : 0;
	close(fd);
	if (err == VD_OK && (n < 0 || !parse(text, (size_t)n, out))) {
		err = vd_diag_set(
			diag, VD_ERR_SYNTAX,
			"%s holds no key (64 hexadecimal digits): put the right file back", path);
	}
	vd_wipe(text, sizeof(text));
	return err;
}

static bool write_all(int fd, const char *text, size_t n)
{
	return write(fd, text, n) == (ssize_t)n && fsync(fd) == 0;
}

static bool sync_dir(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool is_good = fd >= 0 && fsync(fd) == 0;
	return fd >= 0 && close(fd) == 0 && is_good;
}

// Written beside and linked, so that a power cut leaves no key or a whole one, and a key that is
// there is never overwritten.
static enum vd_err write_key(const char *dir, const char *text, size_t n, struct vd_diag *diag)
{
	char path[PATH_BYTES];
	char beside[PATH_BYTES + 8];
	snprintf(path, sizeof(path), "%s/" VD_DEVICE_KEY_FILE, dir);
	snprintf(beside, sizeof(beside), "%s.new", path);
	(void)unlink(beside);
	int fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool is_good = fd >= 0 && write_all(fd, text, n);
	is_good = fd >= 0 && close(fd) == 0 && is_good && link(beside, path) == 0;
	int cause = errno;
	(void)unlink(beside);
	if (is_good && sync_dir(dir)) {
		return VD_OK;
	}
	return vd_diag_set(diag, !is_good && cause == EEXIST ? VD_ERR_EXISTS : VD_ERR_IO,
			   "%s can't be made: %s", path, strerror(cause));
}

enum vd_err vd_device_key_keep(const char *dir, const struct vd_device_key *key,
			       struct vd_diag *diag)
{
	char text[HEX_BYTES + 2];
	for (size_t i = 0; i < sizeof(key->hidden); i++) {
		snprintf(text + 2 * i, 3, "%02x", key->hidden[i]);
	}
	text[HEX_BYTES] = '\n';
	enum vd_err err = write_key(dir, text, HEX_BYTES + 1, diag);
	vd_wipe(text, sizeof(text));
	return err;
}

enum vd_err vd_device_key_make(const char *dir, const struct vd_rng *rng, struct vd_device_key *out,
			       struct vd_diag *diag)
{
	uint8_t bytes[VD_DEVICE_KEY_BYTES];
	struct vd_device_key made;
	enum vd_err err = vd_rng_fill(rng, bytes, sizeof(bytes));
	if (err != VD_OK) {
		return vd_diag_set(diag, err, "no randomness for a device key");
	}
	vd_device_key_set(&made, bytes);
	err = vd_device_key_keep(dir, &made, diag);
	if (err == VD_OK) {
		*out = made;
	}
	vd_wipe(bytes, sizeof(bytes));
	vd_device_key_deinit(&made);
	return err;
}
