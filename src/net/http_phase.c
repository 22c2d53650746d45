// SPDX-License-Identifier: MIT
// Where a connection of the client can go from where it is: one table, no I/O.
#include "net/http_conn.h"

#define X VD_HTTP_ILLEGAL
static const uint8_t table[VD_HTTP_PHASES][VD_HTTP_EVENTS] = {
	[VD_HTTP_MISSING] = { X, X, X, X, X, X, X, X, X, X },
	[VD_HTTP_ILLEGAL] = { X, X, X, X, X, X, X, X, X, X },
	[VD_HTTP_IDLE] = {
		[VD_HTTP_RESOLVED] = X,
		[VD_HTTP_CONNECTED_PLAIN] = X,
		[VD_HTTP_CONNECTED_TLS] = X,
		[VD_HTTP_CONNECTED_PROXY] = X,
		[VD_HTTP_SECURED] = X,
		[VD_HTTP_TAKEN] = VD_HTTP_SENDING,
		[VD_HTTP_SENT] = X,
		[VD_HTTP_ANSWERED_KEEP] = X,
		[VD_HTTP_ANSWERED_CLOSE] = X,
		[VD_HTTP_FAILED] = VD_HTTP_CLOSED,
	},
	[VD_HTTP_RESOLVING] = {
		[VD_HTTP_RESOLVED] = VD_HTTP_CONNECTING,
		[VD_HTTP_CONNECTED_PLAIN] = X,
		[VD_HTTP_CONNECTED_TLS] = X,
		[VD_HTTP_CONNECTED_PROXY] = X,
		[VD_HTTP_SECURED] = X,
		[VD_HTTP_TAKEN] = X,
		[VD_HTTP_SENT] = X,
		[VD_HTTP_ANSWERED_KEEP] = X,
		[VD_HTTP_ANSWERED_CLOSE] = X,
		[VD_HTTP_FAILED] = VD_HTTP_CLOSED,
	},
	[VD_HTTP_CONNECTING] = {
		[VD_HTTP_RESOLVED] = X,
		[VD_HTTP_CONNECTED_PLAIN] = VD_HTTP_SENDING,
		[VD_HTTP_CONNECTED_TLS] = VD_HTTP_SECURING,
		[VD_HTTP_CONNECTED_PROXY] = VD_HTTP_TUNNELLING,
		[VD_HTTP_SECURED] = X,
		[VD_HTTP_TAKEN] = X,
		[VD_HTTP_SENT] = X,
		[VD_HTTP_ANSWERED_KEEP] = X,
		[VD_HTTP_ANSWERED_CLOSE] = X,
		[VD_HTTP_FAILED] = VD_HTTP_CLOSED,
	},
	[VD_HTTP_TUNNELLING] = {
		[VD_HTTP_RESOLVED] = X,
		[VD_HTTP_CONNECTED_PLAIN] = VD_HTTP_SENDING,
		[VD_HTTP_CONNECTED_TLS] = VD_HTTP_SECURING,
		[VD_HTTP_CONNECTED_PROXY] = X,
		[VD_HTTP_SECURED] = X,
		[VD_HTTP_TAKEN] = X,
		[VD_HTTP_SENT] = X,
		[VD_HTTP_ANSWERED_KEEP] = X,
		[VD_HTTP_ANSWERED_CLOSE] = X,
		[VD_HTTP_FAILED] = VD_HTTP_CLOSED,
	},
	[VD_HTTP_SECURING] = {
		[VD_HTTP_RESOLVED] = X,
		[VD_HTTP_CONNECTED_PLAIN] = X,
		[VD_HTTP_CONNECTED_TLS] = X,
		[VD_HTTP_CONNECTED_PROXY] = X,
		[VD_HTTP_SECURED] = VD_HTTP_SENDING,
		[VD_HTTP_TAKEN] = X,
		[VD_HTTP_SENT] = X,
		[VD_HTTP_ANSWERED_KEEP] = X,
		[VD_HTTP_ANSWERED_CLOSE] = X,
		[VD_HTTP_FAILED] = VD_HTTP_CLOSED,
	},
	[VD_HTTP_SENDING] = {
		[VD_HTTP_RESOLVED] = X,
		[VD_HTTP_CONNECTED_PLAIN] = X,
		[VD_HTTP_CONNECTED_TLS] = X,
		[VD_HTTP_CONNECTED_PROXY] = X,
		[VD_HTTP_SECURED] = X,
		[VD_HTTP_TAKEN] = X,
		[VD_HTTP_SENT] = VD_HTTP_RECEIVING,
		// before all was sent: the rest would be read as a request
		[VD_HTTP_ANSWERED_KEEP] = VD_HTTP_CLOSED,
		[VD_HTTP_ANSWERED_CLOSE] = VD_HTTP_CLOSED,
		[VD_HTTP_FAILED] = VD_HTTP_CLOSED,
	},
	[VD_HTTP_RECEIVING] = {
		[VD_HTTP_RESOLVED] = X,
		[VD_HTTP_CONNECTED_PLAIN] = X,
		[VD_HTTP_CONNECTED_TLS] = X,
		[VD_HTTP_CONNECTED_PROXY] = X,
		[VD_HTTP_SECURED] = X,
		[VD_HTTP_TAKEN] = X,
		[VD_HTTP_SENT] = X,
		[VD_HTTP_ANSWERED_KEEP] = VD_HTTP_IDLE,
		[VD_HTTP_ANSWERED_CLOSE] = VD_HTTP_CLOSED,
		[VD_HTTP_FAILED] = VD_HTTP_CLOSED,
	},
	[VD_HTTP_CLOSED] = { X, X, X, X, X, X, X, X, X, X },
};
#undef X

enum vd_http_phase vd_http_next_phase(enum vd_http_phase phase, enum vd_http_event event)
{
	return table[phase][event];
}

const char *vd_http_phase_name(enum vd_http_phase phase)
{
	static const char *const names[VD_HTTP_PHASES] = {
		[VD_HTTP_MISSING] = "missing",
		[VD_HTTP_ILLEGAL] = "illegal",
		[VD_HTTP_IDLE] = "being kept",
		[VD_HTTP_RESOLVING] = "looking up the name",
		[VD_HTTP_CONNECTING] = "connecting",
		[VD_HTTP_TUNNELLING] = "waiting for the proxy",
		[VD_HTTP_SECURING] = "the TLS handshake",
		[VD_HTTP_SENDING] = "sending the request",
		[VD_HTTP_RECEIVING] = "waiting for the answer",
		[VD_HTTP_CLOSED] = "closed",
	};
	return names[phase];
}
