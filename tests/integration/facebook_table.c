// SPDX-License-Identifier: MIT
// Prints the refusals of src/channel/facebook_problem.c as they stand in SPEC.md "Facebook's
// refusals". Run by tests/integration/facebook_table.
#include <stdio.h>

#include "channel/facebook_wire.h"

static void print_code(const struct vd_facebook_rule *rule)
{
	if (rule->from == rule->to) {
		printf("| %lld ", (long long)rule->from);
	} else if (rule->to == INT64_MAX) {
		printf("| any ");
	} else {
		printf("| %lld-%lld ", (long long)rule->from, (long long)rule->to);
	}
	if (rule->subcode != VD_FACEBOOK_ANY) {
		printf("(%lld) ", (long long)rule->subcode);
	}
}

int main(void)
{
	printf("| code (subcode) | words | kind | account | what a person reads |\n");
	printf("|---|---|---|---|---|\n");
	for (size_t i = 0; vd_facebook_rule_get(i) != NULL; i++) {
		const struct vd_facebook_rule *rule = vd_facebook_rule_get(i);
		print_code(rule);
		printf("| %s | %s | %s | %s |\n", rule->words != NULL ? rule->words : "",
		       vd_facebook_problem_name(rule->kind),
		       vd_health_name(vd_facebook_problem_health(rule->kind)), rule->sentence);
	}
	return 0;
}
