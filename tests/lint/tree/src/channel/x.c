// SPDX-License-Identifier: MIT
#include "net/socket.h"
#include "output/lamp.h" // LINT layer-edge
// #include "app/main.h" is a remark.
