// SPDX-License-Identifier: MIT
#include <poll.h>
#include <sys/socket.h> // LINT socket-header
#include "net/socket.h" // LINT layer-edge
#include "base/a.h"
#include "poller.h" // LINT include-form
#include "../base/a.h" // LINT include-form
#include "base/a.c" // LINT include-form
