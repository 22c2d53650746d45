// SPDX-License-Identifier: MIT
#include "base/a.h"

#define LOOP(x) \
	do {    \
		if (x) { \
		} \
	} while (0)

static int counter; // LINT mutable-data
int shared = 3; // LINT mutable-data
static const char *name = "n"; // LINT mutable-data
static const char *const fixed = "f";
static const char *const names[] = { "a", "b" };
static const char *loose[] = { // LINT mutable-data
	"a",
	"b",
};
static const struct a one = { .x = 1, .inner = { .p = 0 } };
static struct a two = { 0 }; // LINT mutable-data
static int (*const table[])(int) = { 0 };
typedef enum b (*handler)(int x);
void settle(int job, void (*settled)(int job));
static int (*loose_fn)(int); // LINT mutable-data
static int declared(int a, const char *b);
static int wide = 1; static const int long_line = 100000000 + 200000000 + 300000000 + 400000000 + 5; // LINT columns mutable-data

int a_get(const struct a *a)
{
	static int calls; // LINT mutable-data
	static const int limits[] = { 1, 2 };
	static const struct {
		const char *entity;
		char c;
	} entities[] = { { "a", 'b' } };
	struct a copy = { .x = a->x };
    int spaces = 1; // LINT tabs
	int __attribute__((unused)) u; // LINT gnu

#if CONFIG_X // LINT hash-if
	copy.x++;
#endif
	exit(1); // LINT exit
	abort(); // LINT exit
	on_exit_do(1);
	a->time(0);
	time(NULL); // LINT ambient
	clock_gettime(0, 0); // LINT ambient
	getenv("HOME"); // LINT ambient
	rand(); // LINT ambient
	if (a) {
		for (;;) {
			while (1) {
				switch (a->x) {
				case 1: { // LINT nesting
					break;
				}
				}
			}
		}
	} else {
		call((struct a){ .x = 1 });
	}
	return copy.x;
}
