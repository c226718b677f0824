/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-packet.h"

G_BEGIN_DECLS

typedef struct
{
  const char *name;
  const char *value;
  HcHeader header;
} HcLine;

struct _HcPacket
{
  GObject parent_instance;

  HcPacketType type;
  HcDialect dialect;
  guint n_lines;

  /* One block: the lines, and behind them the text they point into. */
  HcLine *lines;

  /* Between peers, NULL is a hello that ended with its blank line, and an
   * empty one a hello in its UDP form. */
  const char *body;
};

/* What stands between a hello and its offer. No text of a message begins so. */
#define HC_OFFER_PREFIX "\r\nVersion: "

extern const char *const hc_packet_type_names[HC_N_PACKET_TYPES];
extern const char *const hc_header_names[HC_HEADER_OTHER];

gboolean  hc_packet_check_value (const HcLine  *line,
                                 GError       **error);
HcPacket *hc_packet_create      (HcPacketType   type,
                                 HcDialect      dialect,
                                 const HcField *fields,
                                 guint          n_fields,
                                 const char    *body);

G_END_DECLS
