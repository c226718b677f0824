/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "config.h"
#include "hc-offer.h"
#include "hc-base64url.h"
#include "hc-client-error.h"
#include "hc-source.h"

#include <glib/gi18n-lib.h>

/*
 *   caller                                callee
 *     | hello, and behind it the offer      |
 *     |------------------------------------>|
 *     |                             CHATACK |  or nothing: it speaks v1
 *     |<------------------------------------|
 *
 * Both remember the SHA-256 of these packets, to compare it inside encryption.
 */
typedef struct
{
  HcLink *link;
  char *peer_id;
  GChecksum *plain;
  GSource *timer;
  gulong cancelled;
} Exchange;

static void
add_to_plain (GChecksum *plain,
              HcPacket  *packet)
{
  g_autoptr (GBytes) bytes = hc_packet_serialise (packet);

  g_checksum_update (plain, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static void
finish_plain (GChecksum *plain,
              guint8     digest[HC_DIGEST_LENGTH])
{
  gsize length = HC_DIGEST_LENGTH;

  g_checksum_get_digest (plain, digest, &length);
}

static void
exchange_free (Exchange *exchange)
{
  hc_source_clear (&exchange->timer);
  g_object_unref (exchange->link);
  g_free (exchange->peer_id);
  g_checksum_free (exchange->plain);
  g_free (exchange);
}

/* --- The caller ----------------------------------------------------------- */

/* Lets go of the link; what comes from now on is somebody else's. */
static void
stop (GTask *task)
{
  Exchange *exchange = g_task_get_task_data (task);

  g_signal_handlers_disconnect_by_data (exchange->link, task);
  hc_source_clear (&exchange->timer);
  if (exchange->cancelled != 0)
    g_cancellable_disconnect (g_task_get_cancellable (task), exchange->cancelled);
  exchange->cancelled = 0;
}

/* Takes over the task and the error. */
static void
fail (GTask  *task,
      GError *error)
{
  stop (task);
  g_task_return_error (task, error);
  g_object_unref (task);
}

static void
on_received (HcLink   *link,
             HcPacket *packet,
             GTask    *task)
{
  Exchange *exchange = g_task_get_task_data (task);
  const char *id = hc_packet_get_header (packet, HC_HEADER_CLIENT_ID);

  if (hc_packet_get_packet_type (packet) != HC_PACKET_CHATACK)
    fail (task, g_error_new (HC_CLIENT_ERROR, HC_CLIENT_ERROR_UNEXPECTED,
                             /* Translators: %s is a person's ID */
                             _("%s gave an answer that makes no sense."), exchange->peer_id));
  else if (g_strcmp0 (id, exchange->peer_id) != 0)
    fail (task, g_error_new (HC_CLIENT_ERROR, HC_CLIENT_ERROR_UNEXPECTED,
                             /* Translators: both are IDs of persons */
                             _("Whoever answers is called %s, not %s."), id, exchange->peer_id));
  else
    {
      add_to_plain (exchange->plain, packet);
      stop (task);
      g_task_return_boolean (task, TRUE);
      g_object_unref (task);
    }
}

static void
on_closed (HcLink       *link,
           const GError *error,
           GTask        *task)
{
  fail (task, error != NULL ? g_error_copy (error)
                            : g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED,
                                                   "The connection ended without an answer"));
}

static gboolean
on_timeout (gpointer task)
{
  fail (task, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "Nobody has answered"));
  return G_SOURCE_REMOVE;
}

/* In an idle, since a handler can't be disconnected while it runs. */
static gboolean
on_cancelled_later (gpointer task)
{
  fail (task, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "It was given up"));
  return G_SOURCE_REMOVE;
}

static void
on_cancelled (GCancellable *cancellable,
              GTask        *task)
{
  Exchange *exchange = g_task_get_task_data (task);

  hc_source_clear (&exchange->timer);
  exchange->timer = hc_source_timer (0, on_cancelled_later, task);
}

/* In one piece, since a v1 peer takes what comes later for a message. */
static void
say_offer (Exchange  *exchange,
           HcMeeting *meeting)
{
  const char *own_id = hc_identity_get_id (meeting->identity);
  g_autofree char *session = hc_base64url_encode (meeting->session, HC_SESSION_LENGTH);
  g_autofree char *ticket = NULL;
  g_autoptr (HcPacket) packet = NULL;

  if (meeting->has_ticket)
    ticket = hc_base64url_encode (meeting->ticket, HC_TICKET_LENGTH);
  packet = hc_packet_new_offering_hello (own_id, session, ticket);
  add_to_plain (exchange->plain, packet);
  hc_link_send (exchange->link, packet);
}

/**
 * hc_offer_async:
 * @link: a link to a peer, in plain view
 * @meeting: who meets whom
 * @timeout_ms: how long to wait for an answer
 * @cancellable: (nullable): ends it
 * @callback: called in the thread's default main context
 * @user_data: what to give to @callback
 *
 * Says hello as the caller, and offers to speak v2. Source: protocol, section 4.
 */
void
hc_offer_async (HcLink              *link,
                HcMeeting           *meeting,
                guint                timeout_ms,
                GCancellable        *cancellable,
                GAsyncReadyCallback  callback,
                gpointer             user_data)
{
  Exchange *exchange;
  GTask *task;

  g_return_if_fail (HC_IS_LINK (link));

  exchange = g_new0 (Exchange, 1);
  exchange->link = g_object_ref (link);
  exchange->peer_id = g_strdup (meeting->peer_id);
  exchange->plain = g_checksum_new (G_CHECKSUM_SHA256);
  task = g_task_new (link, cancellable, callback, user_data);
  g_task_set_source_tag (task, hc_offer_async);
  g_task_set_task_data (task, exchange, (GDestroyNotify) exchange_free);

  exchange->timer = hc_source_timer (timeout_ms, on_timeout, task);
  g_signal_connect (link, "received", G_CALLBACK (on_received), task);
  g_signal_connect (link, "closed", G_CALLBACK (on_closed), task);
  if (cancellable != NULL)
    exchange->cancelled = g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled), task, NULL);
  g_object_ref (task);
  say_offer (exchange, meeting);
  g_object_unref (task);
}

/**
 * hc_offer_finish:
 * @result: what the callback was given
 * @plain: (out caller-allocates): SHA-256 of what was said
 * @error: return location for a #GError: %G_IO_ERROR_TIMED_OUT if the peer says
 *   nothing, as one does that speaks v1
 *
 * Ends hc_offer_async().
 *
 * Returns: %TRUE if the peer speaks v2
 */
gboolean
hc_offer_finish (GAsyncResult  *result,
                 guint8         plain[HC_DIGEST_LENGTH],
                 GError       **error)
{
  Exchange *exchange;

  g_return_val_if_fail (G_IS_TASK (result), FALSE);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;

  exchange = g_task_get_task_data (G_TASK (result));
  finish_plain (exchange->plain, plain);
  return TRUE;
}

/**
 * hc_offer_skip:
 * @plain: (out caller-allocates): SHA-256 of what was said, which is nothing
 *
 * Does without an offer, as two may to whom the server has told their session.
 */
void
hc_offer_skip (guint8 plain[HC_DIGEST_LENGTH])
{
  g_autoptr (GChecksum) nothing = g_checksum_new (G_CHECKSUM_SHA256);

  finish_plain (nothing, plain);
}

/* --- The callee ----------------------------------------------------------- */

/**
 * hc_offer_accept:
 * @link: a link to a caller, in plain view
 * @own_id: our client ID
 * @hello: what the caller has said first
 * @offer: its offer, which is a part of @hello or a packet of its own
 * @plain: (out caller-allocates): SHA-256 of what was said
 *
 * Says that we speak v2, too.
 */
void
hc_offer_accept (HcLink     *link,
                 const char *own_id,
                 HcPacket   *hello,
                 HcPacket   *offer,
                 guint8      plain[HC_DIGEST_LENGTH])
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (HcPacket) answer = hc_packet_new_chatack (own_id);
  const char *body;

  g_return_if_fail (HC_IS_LINK (link));
  g_return_if_fail (HC_IS_PACKET (hello) && HC_IS_PACKET (offer));

  body = hc_packet_get_body (hello);
  add_to_plain (checksum, hello);
  if (body == NULL || *body == '\0')
    add_to_plain (checksum, offer);
  add_to_plain (checksum, answer);
  finish_plain (checksum, plain);
  hc_link_send (link, answer);
}
