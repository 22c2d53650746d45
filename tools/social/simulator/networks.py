# SPDX-License-Identifier: MIT
"""Which networks exist: the one place to add another."""
from .facebook import FacebookNetwork
from .facebook_control import FacebookControl
from .mastodon import MastodonNetwork
from .mastodon_control import MastodonControl
from .x import XNetwork
from .x_control import XControl


def build(world):
    """Networks registered in the world; their side doors by name."""
    controls = {}
    for network_type, control_type in ((XNetwork, XControl),
                                       (FacebookNetwork, FacebookControl),
                                       (MastodonNetwork, MastodonControl)):
        network = network_type(world)
        world.add_network(network)
        controls[network.name] = control_type(network)
    return controls
