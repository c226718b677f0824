/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-secure-datagram.h"
#include "hc-dtls-record.h"
#include "hc-dtls.h"

G_BEGIN_DECLS

#define MAX_DATAGRAM_LENGTH 1500

/* What hc-secure-datagram.c and hc-secure-handshake.c share. */
struct _HcSecureDatagram
{
  GObject parent_instance;

  gboolean is_client;
  HcIdentity *identity;
  HcDatagramPath *path;
  HcDtls *dtls;
  HcPeerKey *peer_key;

  /* What is left to be read of the last datagram. */
  guint8 datagram[MAX_DATAGRAM_LENGTH];
  gsize start;
  gsize end;

  GBytes *hello;
  gboolean has_begun;
  GPtrArray *flight;
  gint64 sent_at;

  GTask *task;
  GSource *input;
  GSource *cancellation;
  GSource *repetition;
  GSource *deadline;
  guint interval_ms;
  guint n_attempts;
  GError *refusal;

  gboolean is_established;
  gboolean is_closed;
};

void     hc_secure_datagram_clear_sources (HcSecureDatagram *self);
void     hc_secure_datagram_send          (HcSecureDatagram *self,
                                           GPtrArray        *records);
gboolean hc_secure_datagram_read          (HcSecureDatagram *self,
                                           HcDtlsRecord     *record);

G_END_DECLS
