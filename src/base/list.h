// SPDX-License-Identifier: MIT
/**
 * An intrusive doubly linked list: the node lives in the element, the list owns nothing.
 * Not thread-safe.
 * Pure: no time, no I/O.
 */
#ifndef VD_BASE_LIST_H
#define VD_BASE_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct vd_list {
	struct vd_list *next;
	struct vd_list *prev;
};

static inline void vd_list_init(struct vd_list *head)
{
	head->next = head;
	head->prev = head;
}
static inline bool vd_list_is_empty(const struct vd_list *head)
{
	return head->next == head;
}
static inline void vd_list_add_tail(struct vd_list *head, struct vd_list *node)
{
	node->prev = head->prev;
	node->next = head;
	head->prev->next = node;
	head->prev = node;
}
/** The node points to itself afterwards: removing twice is harmless. */
static inline void vd_list_remove(struct vd_list *node)
{
	node->prev->next = node->next;
	node->next->prev = node->prev;
	vd_list_init(node);
}

/** `safe` allows the removal of `it` inside the body. */
#define VD_LIST_FOR_EACH_SAFE(it, safe, head)                          \
	for ((it) = (head)->next, (safe) = (it)->next; (it) != (head); \
	     (it) = (safe), (safe) = (it)->next)

#endif
