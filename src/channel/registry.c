// SPDX-License-Identifier: MIT
#include "channel/common.h"

#ifdef CONFIG_CHANNEL_X
#define X_OPS &vd_x_ops
#else
#define X_OPS NULL
#endif
#ifdef CONFIG_CHANNEL_FACEBOOK
#define FACEBOOK_OPS &vd_facebook_ops
#else
#define FACEBOOK_OPS NULL
#endif
#ifdef CONFIG_CHANNEL_MASTODON
#define MASTODON_OPS &vd_mastodon_ops
#else
#define MASTODON_OPS NULL
#endif

static const struct vd_channel_ops *const table[VD_NETWORK_N] = {
	[VD_NETWORK_X] = X_OPS,
	[VD_NETWORK_FACEBOOK] = FACEBOOK_OPS,
	[VD_NETWORK_MASTODON] = MASTODON_OPS,
};

const struct vd_channel_ops *vd_channel_registry_find(enum vd_network network)
{
	return network < VD_NETWORK_N ? table[network] : NULL;
}
