// SPDX-License-Identifier: MIT
// The kernel's stack: others have set it up, and poll() waits for its sockets.
#include "net/stack.h"

enum vd_err vd_stack_supports(enum vd_wire wire, struct vd_diag *diag)
{
	return wire == VD_WIRE_KERNEL
		       ? VD_OK
		       : vd_diag_set(diag, VD_ERR_ARGUMENT,
				     "this program uses the kernel's network stack: write kernel, "
				     "or leave it out");
}

enum vd_err vd_stack_open(const struct vd_stack_config *config, struct vd_stack **out,
			  struct vd_diag *diag)
{
	*out = NULL;
	return vd_stack_supports(config->wire, diag);
}

void vd_stack_close(struct vd_stack *stack)
{
	(void)stack;
}

struct vd_poller vd_stack_poller(struct vd_stack *stack)
{
	(void)stack;
	return vd_poller_posix();
}

void vd_stack_get_state(struct vd_stack *stack, struct vd_stack_state *out)
{
	(void)stack;
	*out = (struct vd_stack_state){ .has_link = true };
}

enum vd_err vd_stack_watch(struct vd_stack *stack, struct vd_loop *loop, void *ctx,
			   void (*fn)(void *ctx))
{
	(void)stack;
	(void)loop;
	(void)ctx;
	(void)fn;
	return VD_OK;
}
