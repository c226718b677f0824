/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-packet-log.h"
#include "hc-session-state.h"
#include "hc-transport.h"

G_BEGIN_DECLS

/* Pure functions that the .ui files call. Each gets the object whose property
 * it sets first, which none of them needs, and gives its result away. */

char     *hc_closure_page          (gpointer        object,
                                    HcSessionState  state);
char     *hc_closure_title         (gpointer        object,
                                    HcSessionState  state,
                                    const char     *peer_id);
char     *hc_closure_header        (gpointer        object,
                                    gboolean        selecting);
char     *hc_closure_placeholder   (gpointer        object,
                                    const char     *peer_id,
                                    gboolean        my_turn);
char     *hc_closure_hello         (gpointer        object,
                                    const char     *peer_id,
                                    gboolean        my_turn);
gboolean  hc_closure_is_chatting   (gpointer        object,
                                    HcSessionState  state);
gboolean  hc_closure_is_offline    (gpointer        object,
                                    HcSessionState  state);
gboolean  hc_closure_has_text      (gpointer        object,
                                    const char     *text);
gboolean  hc_closure_not           (gpointer        object,
                                    gboolean        value);
char     *hc_closure_selected      (gpointer        object,
                                    guint           n_selected);
char     *hc_closure_number        (gpointer        object,
                                    guint           number);
char     *hc_closure_hosting       (gpointer        object,
                                    const char     *address,
                                    HcTransport     transport);

char     *hc_closure_record_time   (gpointer        object,
                                    HcPacketRecord *record);
char     *hc_closure_record_way    (gpointer        object,
                                    HcPacketRecord *record);
char     *hc_closure_record_arrow  (gpointer        object,
                                    HcPacketRecord *record);
char     *hc_closure_record_over   (gpointer        object,
                                    HcPacketRecord *record);
char     *hc_closure_record_remote (gpointer        object,
                                    HcPacketRecord *record);
char     *hc_closure_record_type   (gpointer        object,
                                    HcPacketRecord *record);
char     *hc_closure_record_words  (gpointer        object,
                                    HcPacketRecord *record);
char     *hc_closure_record_size   (gpointer        object,
                                    HcPacketRecord *record);
char     *hc_packet_record_to_line (HcPacketRecord *record);

G_END_DECLS
