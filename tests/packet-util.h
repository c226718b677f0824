/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-packet.h"

G_BEGIN_DECLS

char *test_escape             (const char  *bytes,
                               gsize        length);
void  test_assert_bytes       (const char  *bytes,
                               gsize        length,
                               const char  *expected,
                               gsize        expected_length);
void  test_assert_same_packet (HcPacket    *packet,
                               HcPacket    *expected);
void  test_assert_written     (HcPacket    *packet,
                               const char  *wire);

G_END_DECLS
