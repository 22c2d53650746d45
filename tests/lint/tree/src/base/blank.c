// SPDX-License-Identifier: MIT
static const int blanks = 1; 
