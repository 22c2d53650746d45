// SPDX-License-Identifier: MIT
#include "store/secrets.h"

#include <mbedtls/gcm.h>
#include <stdio.h>
#include <string.h>

#include "store/db.h"

#define VERSION 1
#define NONCE_BYTES 12
#define TAG_BYTES 16
#define KEY_BITS 256
#define PREFIX "account/"
#define RECORD_BYTES (VD_CREDENTIALS_BYTES + VD_SEAL_BYTES)

// ---- sealing --------------------------------------------------------------------------------

static bool start(mbedtls_gcm_context *gcm, const struct vd_device_key *key)
{
	mbedtls_gcm_init(gcm);
	return mbedtls_gcm_setkey(gcm, MBEDTLS_CIPHER_ID_AES, key->hidden, KEY_BITS) == 0;
}

// What is bound to the ciphertext: whose record it is, and the form and the key that it names.
static struct vd_span associate(struct vd_span name, const uint8_t *head, uint8_t *memory,
				size_t cap)
{
	struct vd_writer w = vd_writer_init(memory, cap);
	vd_writer_bytes(&w, head, 1 + VD_DEVICE_KEY_ID_BYTES);
	vd_writer_bytes(&w, name.p, name.n);
	return w.overflow ? (struct vd_span){ NULL, 0 } : vd_writer_span(&w);
}

enum vd_err vd_secret_seal(const struct vd_device_key *key, const struct vd_rng *rng,
			   struct vd_span name, struct vd_span plain, struct vd_writer *out)
{
	uint8_t head[VD_SEAL_HEAD_BYTES] = { VERSION };
	uint8_t bound[VD_KEY_BYTES + VD_SEAL_HEAD_BYTES];
	uint8_t *nonce = head + VD_SEAL_HEAD_BYTES - NONCE_BYTES;
	memcpy(head + 1, key->id, VD_DEVICE_KEY_ID_BYTES);
	enum vd_err err = vd_rng_fill(rng, nonce, NONCE_BYTES);
	struct vd_span ad = associate(name, head, bound, sizeof(bound));
	if (err != VD_OK || ad.n == 0 || out->overflow ||
	    out->cap - out->n < plain.n + VD_SEAL_BYTES) {
		return err != VD_OK ? err : VD_ERR_ROOM;
	}
	vd_writer_bytes(out, head, sizeof(head));
	uint8_t *text = out->p + out->n;
	mbedtls_gcm_context gcm;
	bool is_good = start(&gcm, key) &&
		       mbedtls_gcm_crypt_and_tag(&gcm, MBEDTLS_GCM_ENCRYPT, plain.n, nonce,
						 NONCE_BYTES, (const unsigned char *)ad.p, ad.n,
						 (const unsigned char *)plain.p, text, TAG_BYTES,
						 text + plain.n) == 0;
	mbedtls_gcm_free(&gcm);
	out->n += is_good ? plain.n + TAG_BYTES : 0;
	return is_good ? VD_OK : VD_ERR_STATE;
}

enum vd_err vd_secret_unseal(const struct vd_device_key *key, struct vd_span name,
			     struct vd_span record, uint8_t *out, size_t cap, size_t *n)
{
	const uint8_t *p = (const uint8_t *)record.p;
	uint8_t bound[VD_KEY_BYTES + VD_SEAL_HEAD_BYTES];
	*n = 0;
	if (record.n > 0 && p[0] > VERSION) {
		return VD_ERR_VERSION;
	}
	if (record.n < VD_SEAL_BYTES || p[0] == 0) {
		return VD_ERR_CORRUPT;
	}
	if (memcmp(p + 1, key->id, VD_DEVICE_KEY_ID_BYTES) != 0) {
		return VD_ERR_PERMISSION;
	}
	size_t length = record.n - VD_SEAL_BYTES;
	struct vd_span ad = associate(name, p, bound, sizeof(bound));
	if (length > cap || ad.n == 0) {
		return VD_ERR_ROOM;
	}
	mbedtls_gcm_context gcm;
	bool is_good = start(&gcm, key) &&
		       mbedtls_gcm_auth_decrypt(&gcm, length, p + VD_SEAL_HEAD_BYTES - NONCE_BYTES,
						NONCE_BYTES, (const unsigned char *)ad.p, ad.n,
						p + record.n - TAG_BYTES, TAG_BYTES,
						p + VD_SEAL_HEAD_BYTES, out) == 0;
	mbedtls_gcm_free(&gcm);
	*n = is_good ? length : 0;
	return is_good ? VD_OK : VD_ERR_CORRUPT;
}

// ---- the records ----------------------------------------------------------------------------

static enum vd_err name_of(const char *account, uint8_t memory[VD_KEY_BYTES], struct vd_span *out,
			   struct vd_diag *diag)
{
	struct vd_writer w = vd_writer_init(memory, VD_KEY_BYTES);
	vd_writer_bytes(&w, PREFIX, sizeof(PREFIX) - 1);
	vd_writer_bytes(&w, account, strlen(account));
	*out = vd_writer_span(&w);
	return account[0] != '\0' && !w.overflow
		       ? VD_OK
		       : vd_diag_set(diag, VD_ERR_ARGUMENT, "\"%.64s\" can't name an account",
				     account);
}

static enum vd_err explain(enum vd_err err, const char *account, struct vd_diag *diag)
{
	static const char again[] = "put the right " VD_DEVICE_KEY_FILE
				    " back, or sign in again: vedetta account add";
	switch (err) {
	case VD_ERR_PERMISSION:
		return vd_diag_set(diag, err,
				   "the sign-in of %s was sealed under another device key: %s %s",
				   account, again, account);
	case VD_ERR_VERSION:
		return vd_diag_set(diag, err,
				   "the sign-in of %s was kept by a newer program: run that one",
				   account);
	default:
		return vd_diag_set(diag, err,
				   "the sign-in of %s is damaged: sign in again: vedetta account "
				   "add %s",
				   account, account);
	}
}

enum vd_err vd_secrets_get(struct vd_store *store, const struct vd_device_key *key,
			   const char *account, struct vd_credentials *out, struct vd_diag *diag)
{
	uint8_t memory[VD_KEY_BYTES];
	uint8_t plain[VD_CREDENTIALS_BYTES];
	size_t n = 0;
	struct vd_span name;
	struct vd_span record;
	enum vd_err err = name_of(account, memory, &name, diag);
	err = err != VD_OK ? err : vd_db_get(store, VD_TABLE_SECRETS, name, &record, diag);
	if (err != VD_OK) {
		return err;
	}
	err = vd_secret_unseal(key, name, record, plain, sizeof(plain), &n);
	err = err != VD_OK ? err : vd_credentials_parse(vd_span_make(plain, n), out);
	vd_wipe(plain, sizeof(plain));
	return err != VD_OK ? explain(err, account, diag) : VD_OK;
}

enum vd_err vd_secrets_put(struct vd_store *store, const struct vd_device_key *key,
			   const struct vd_rng *rng, const char *account,
			   const struct vd_credentials *c, struct vd_diag *diag)
{
	uint8_t memory[VD_KEY_BYTES];
	uint8_t plain[VD_CREDENTIALS_BYTES];
	uint8_t sealed[RECORD_BYTES];
	struct vd_writer w = vd_writer_init(plain, sizeof(plain));
	struct vd_writer out = vd_writer_init(sealed, sizeof(sealed));
	struct vd_span name;
	enum vd_err err = name_of(account, memory, &name, diag);
	if (err != VD_OK) {
		return err;
	}
	err = vd_credentials_print(c, &w);
	err = err != VD_OK ? err : vd_secret_seal(key, rng, name, vd_writer_span(&w), &out);
	vd_wipe(plain, sizeof(plain));
	if (err != VD_OK) {
		return vd_diag_set(diag, err, "the sign-in of %s can't be sealed: %s", account,
				   vd_err_text(err));
	}
	err = vd_db_write(store, diag);
	return err != VD_OK ? err
			    : vd_db_put(store, VD_TABLE_SECRETS, name, vd_writer_span(&out), diag);
}

enum vd_err vd_secrets_delete(struct vd_store *store, const char *account, struct vd_diag *diag)
{
	uint8_t memory[VD_KEY_BYTES];
	struct vd_span name;
	enum vd_err err = name_of(account, memory, &name, diag);
	err = err != VD_OK ? err : vd_db_write(store, diag);
	return err != VD_OK ? err : vd_db_delete(store, VD_TABLE_SECRETS, name, diag);
}

// ---- the key and the records belong together ------------------------------------------------

// VD_OK where nothing is sealed, or something is sealed under `key`.
static enum vd_err check_fits(struct vd_store *store, const struct vd_device_key *key,
			      struct vd_diag *diag)
{
	struct vd_walk walk = vd_walk_init(VD_TABLE_SECRETS, (struct vd_span){ NULL, 0 });
	struct vd_span name;
	struct vd_span record;
	bool is_any = false;
	enum vd_err err;
	while ((err = vd_walk_next(store, &walk, &name, &record, diag)) == VD_OK) {
		is_any = true;
		if (key != NULL && record.n >= VD_SEAL_BYTES &&
		    memcmp(record.p + 1, key->id, VD_DEVICE_KEY_ID_BYTES) == 0) {
			return VD_OK;
		}
	}
	if (err != VD_ERR_NOT_FOUND || !is_any) {
		return err == VD_ERR_NOT_FOUND ? VD_OK : err;
	}
	return vd_diag_set(diag, VD_ERR_PERMISSION,
			   "%s/" VD_DEVICE_KEY_FILE
			   " is %s the sign-ins were sealed under: put it back, or `vedetta "
			   "account remove` each account and sign in again",
			   store->dir, key == NULL ? "gone, and it is the key that" : "not what");
}

enum vd_err vd_secrets_open(struct vd_store *store, const char *dir, const struct vd_rng *rng,
			    struct vd_device_key *key, struct vd_diag *diag)
{
	struct vd_device_key loaded = { 0 };
	enum vd_err err = vd_device_key_load(dir, &loaded, diag);
	if (err == VD_OK) {
		err = check_fits(store, &loaded, diag);
	} else if (err == VD_ERR_NOT_FOUND && !store->is_read_only) {
		vd_diag_clear(diag);
		err = check_fits(store, NULL, diag);
		err = err != VD_OK ? err : vd_device_key_make(dir, rng, &loaded, diag);
	}
	if (err == VD_OK) {
		*key = loaded;
	}
	vd_device_key_deinit(&loaded);
	return err;
}

// ---- another store --------------------------------------------------------------------------

static enum vd_err copy_records(struct vd_store *from, struct vd_store *to, size_t *n,
				struct vd_diag *diag)
{
	struct vd_walk walk = vd_walk_init(VD_TABLE_SECRETS, (struct vd_span){ NULL, 0 });
	struct vd_span name;
	struct vd_span record;
	enum vd_err err = vd_db_write(to, diag);
	while (err == VD_OK) {
		err = vd_walk_next(from, &walk, &name, &record, diag);
		err = err == VD_OK ? vd_db_put(to, VD_TABLE_SECRETS, name, record, diag) : err;
		*n += err == VD_OK;
	}
	return err == VD_ERR_NOT_FOUND ? VD_OK : err;
}

static enum vd_err count(struct vd_store *store, uint64_t *n, struct vd_diag *diag)
{
	*n = 0;
	return vd_db_has_table(store, VD_TABLE_SECRETS)
		       ? vd_db_count(store, VD_TABLE_SECRETS, n, diag)
		       : VD_OK;
}

enum vd_err vd_secrets_copy(struct vd_store *from, struct vd_store *to, size_t *n,
			    struct vd_diag *diag)
{
	struct vd_device_key key = { 0 };
	uint64_t there = 0;
	*n = 0;
	enum vd_err err = count(from, &there, diag);
	if (err != VD_OK || there == 0) {
		return err;
	}
	err = vd_device_key_load(from->dir, &key, diag);
	err = err == VD_OK ? check_fits(from, &key, diag) : err;
	err = err == VD_OK ? vd_device_key_keep(to->dir, &key, diag) : err;
	err = err == VD_OK ? copy_records(from, to, n, diag) : err;
	vd_device_key_deinit(&key);
	return err;
}
