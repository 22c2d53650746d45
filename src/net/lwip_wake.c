// SPDX-License-Identifier: MIT
#include "net/lwip_wake.h"

#include <lwip/api.h>
#include <lwip/netif.h>
#include <lwip/priv/sockets_priv.h>
#include <lwip/sockets.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

_Static_assert(VD_LWIP_FIRST_FD == LWIP_SOCKET_OFFSET, "lwipopts.h");
_Static_assert(VD_LWIP_SOCKETS == MEMP_NUM_NETCONN, "lwipopts.h");

/** The private part: what lwIP itself does at an event. */
struct wake {
	struct vd_lwip_wake is;
	netconn_callback original;
};

// lwIP's callbacks have no argument for their user, and lwIP's own state is at file scope. Its
// loopback interface has room for a driver's pointer and no driver.
static struct netif *loopback(void)
{
	struct netif *it = netif_list;
	while (it != NULL && (it->name[0] != 'l' || it->name[1] != 'o')) {
		it = it->next;
	}
	return it;
}

struct vd_lwip_wake *vd_lwip_wake_get(void)
{
	struct netif *lo = loopback();
	return lo != NULL ? lo->state : NULL;
}

enum vd_err vd_lwip_wake_create(struct vd_diag *diag)
{
	struct netif *lo = loopback();
	struct wake *wake = calloc(1, sizeof(*wake));
	if (wake == NULL || lo == NULL) {
		free(wake);
		return vd_diag_set(diag, VD_ERR_MEMORY, "no memory for the network stack");
	}
	wake->is.fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (wake->is.fd < 0) {
		free(wake);
		return vd_diag_set(diag, VD_ERR_IO, "no descriptor for the network stack");
	}
	lo->state = &wake->is;
	return VD_OK;
}

static int wish_of(enum netconn_evt event)
{
	switch (event) {
	case NETCONN_EVT_RCVPLUS:
		return VD_LOOP_READ;
	case NETCONN_EVT_SENDPLUS:
		return VD_LOOP_WRITE;
	case NETCONN_EVT_ERROR:
		return VD_LOOP_READ | VD_LOOP_WRITE;
	case NETCONN_EVT_RCVMINUS:
	case NETCONN_EVT_SENDMINUS:
		break;
	}
	return 0;
}

// In any of lwIP's threads, and in the loop's own where a call of its brings it about.
static void on_event(struct netconn *conn, enum netconn_evt event, u16_t n)
{
	struct vd_lwip_wake *is = vd_lwip_wake_get();
	struct wake *wake = VD_CONTAINER_OF(is, struct wake, is);
	wake->original(conn, event, n);
	int slot = conn->callback_arg.socket - LWIP_SOCKET_OFFSET;
	if (slot < 0 || slot >= VD_LWIP_SOCKETS ||
	    (atomic_load(&is->wishes[slot]) & wish_of(event)) == 0) {
		return;
	}
	if (atomic_exchange(&is->is_asleep, false)) {
		uint64_t one = 1;
		ssize_t ignored = write(is->fd, &one, sizeof(one)); // a full one wakes as well
		(void)ignored;
	}
}

// Connections that a listener accepts take its callback along.
void vd_lwip_wake_attach(int fd)
{
	struct vd_lwip_wake *is = vd_lwip_wake_get();
	struct wake *wake = VD_CONTAINER_OF(is, struct wake, is);
	struct netconn *conn = lwip_socket_dbg_get_socket(fd)->conn;
	wake->original = conn->callback;
	conn->callback = on_event;
}
