// SPDX-License-Identifier: MIT
/**
 * The one error type: what a call can say when it fails.
 * It carries no text of the moment; that is `struct vd_diag`.
 * Pure: no time, no I/O.
 */
#ifndef VD_BASE_ERR_H
#define VD_BASE_ERR_H

#include "base/attr.h"

/** number, name, sentence. Failures are negative; VD_AGAIN: nothing now, ask the loop. */
#define VD_ERR_TABLE(X)                                               \
	X(0, OK, "done")                                              \
	X(-1, AGAIN, "nothing to do now, wait for the loop")          \
	X(-2, ERR_ARGUMENT, "a value is not acceptable")              \
	X(-3, ERR_SYNTAX, "the input is malformed")                   \
	X(-4, ERR_RANGE, "a number is out of its range")              \
	X(-5, ERR_ROOM, "there is no room left")                      \
	X(-6, ERR_MEMORY, "out of memory")                            \
	X(-7, ERR_NOT_FOUND, "it does not exist")                     \
	X(-8, ERR_EXISTS, "it exists already")                        \
	X(-9, ERR_STATE, "not possible in this state")                \
	X(-10, ERR_IO, "reading or writing failed")                   \
	X(-11, ERR_DISK_FULL, "the disk is full")                     \
	X(-12, ERR_CORRUPT, "stored data is damaged")                 \
	X(-13, ERR_VERSION, "the version is not supported")           \
	X(-14, ERR_CLOSED, "the other side closed the connection")    \
	X(-15, ERR_TIMEOUT, "the other side did not answer in time")  \
	X(-16, ERR_RESOLVE, "the name could not be looked up")        \
	X(-17, ERR_CONNECT, "the connection could not be made")       \
	X(-18, ERR_TLS, "the TLS connection failed")                  \
	X(-19, ERR_CERTIFICATE, "the certificate was refused")        \
	X(-20, ERR_PROTOCOL, "the other side broke the protocol")     \
	X(-21, ERR_TOO_LARGE, "the input is larger than the limit")   \
	X(-22, ERR_AUTH, "the authorisation was refused")             \
	X(-23, ERR_PERMISSION, "the permission is missing")           \
	X(-24, ERR_RATE, "the rate limit is used up")                 \
	X(-25, ERR_MONEY, "the credit or the monthly cap is used up") \
	X(-26, ERR_OUTAGE, "the service is not working")              \
	X(-27, ERR_REFUSED, "the service refused it for good")        \
	X(-28, ERR_UNCERTAIN, "it is not known whether it was done")  \
	X(-29, ERR_NEVER, "the calendar never opens")                 \
	X(-30, ERR_UNSUPPORTED, "this is not supported here")         \
	X(-31, ERR_CONFLICT, "somebody was faster")                   \
	X(-32, ERR_CANCELLED, "it was cancelled")                     \
	X(-33, ERR_PROXY, "the proxy did not let it through")         \
	X(-34, ERR_FOREIGN, "something in between answered instead")

enum vd_err {
#define VD_ERR_ENUM(number, name, sentence) VD_##name = (number),
	VD_ERR_TABLE(VD_ERR_ENUM)
#undef VD_ERR_ENUM
};

/** "VD_ERR_ROOM"; a static string, "VD_ERR_?" for a number that is not in the table. */
const char *vd_err_name(enum vd_err err);
/** The sentence of the table; a static string. */
const char *vd_err_text(enum vd_err err);

#endif
