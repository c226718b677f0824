/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "config.h"
#include "hc-rendezvous-client-private.h"
#include "hc-address.h"
#include "hc-base64url.h"
#include "hc-client-error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define PROBE_TIMEOUT_SECONDS 3
#define DATAGRAM_PROBE_TIMEOUT_SECONDS 2
#define TIMEOUT_SECONDS 8

/* Where TCP is another way. */
#define DATAGRAM_TRY_TIMEOUT_SECONDS 3

/* How long a PROBE has to be to get the whole answer, and how many ways to
 * reach us a server passes on. Source: protocol, sections 4 and 5. */
#define PROBE_LENGTH 68
#define MAX_PATHS 8

/*
 *   client                               server
 *     | PROBE, if there is no cookie that     |
 *     |   is good, and one is needed          |
 *     |-------------------------------------->|
 *     |                       PROBEACK Cookie |
 *     |<--------------------------------------|
 *     | the request, with Cookie              |
 *     |-------------------------------------->|
 *     |       ERROR bad-cookie, with a Cookie |
 *     |<--------------------------------------|   the server has restarted
 *     | the request, with that one: once      |
 *     |-------------------------------------->|
 *     |                                 reply |
 *     |<--------------------------------------|
 */

/* --- A request in v2 ------------------------------------------------------ */

#define MAX_FIELDS (4 + MAX_PATHS)

typedef struct
{
  HcField fields[MAX_FIELDS];
  guint n_fields;
  GPtrArray *owned;
} Dress;

static void
add (Dress      *dress,
     HcHeader    header,
     const char *value)
{
  if (value != NULL)
    dress->fields[dress->n_fields++] = (HcField) { header, value };
}

/* Takes the value. */
static void
add_owned (Dress    *dress,
           HcHeader  header,
           char     *value)
{
  g_ptr_array_add (dress->owned, value);
  add (dress, header, value);
}

static gboolean
is_of_type (HcPacket     *packet,
            HcPacketType  type)
{
  return hc_packet_get_packet_type (packet) == type;
}

static void
add_pad (Dress           *dress,
         HcServerChannel *channel,
         HcPacket        *packet)
{
  const HcField lines[] = { { HC_HEADER_VERSION, "2" }, { HC_HEADER_PAD, "" } };
  g_autoptr (HcPacket) unpadded = NULL;

  if (hc_server_channel_get_transport (channel) == HC_TRANSPORT_TCP)
    return;
  unpadded = hc_packet_extend (packet, lines, G_N_ELEMENTS (lines));
  add_owned (dress, HC_HEADER_PAD,
             g_strnfill (PROBE_LENGTH - hc_packet_write (unpadded, NULL, 0), 'x'));
}

static void
add_path (Dress              *dress,
          HcRendezvousClient *self,
          const char         *host)
{
  add_owned (dress, HC_HEADER_PATH,
             g_strdup_printf ("host %s %u", host, hc_datagram_socket_get_port (self->socket)));
}

static void
add_paths (Dress              *dress,
           HcRendezvousClient *self)
{
  GSocketAddress *remote = hc_rendezvous_client_get_remote (self);
  gboolean is_at_home = remote != NULL && hc_address_is_loopback (remote);
  g_autoptr (GPtrArray) hosts = NULL;

  if (self->socket == NULL)
    return;
  if (self->local_address != NULL)
    {
      add_path (dress, self, self->local_address);
      return;
    }

  hosts = hc_address_list_hosts (is_at_home);
  for (guint i = 0; i < MIN (hosts->len, MAX_PATHS); i++)
    {
      g_autofree char *host = g_inet_address_to_string (g_ptr_array_index (hosts, i));

      add_path (dress, self, host);
    }
}

static gboolean
add_proof (Dress               *dress,
           HcRendezvousClient  *self,
           HcServerChannel     *channel,
           HcPacket            *packet,
           GError             **error)
{
  char *proof = hc_identity_prove (self->identity, hc_server_channel_get_cookie (channel),
                                   hc_packet_get_header (packet, HC_HEADER_IP),
                                   hc_packet_get_port (packet), error);

  if (proof == NULL)
    return FALSE;
  add_owned (dress, HC_HEADER_KEY,
             hc_base64url_encode (hc_identity_get_key (self->identity), HC_KEY_LENGTH));
  add_owned (dress, HC_HEADER_PROOF, proof);
  add_paths (dress, self);
  return TRUE;
}

/* Over TCP only a REGISTER shows the cookie, which its proof signs. */
static gboolean
needs_cookie (HcRendezvousClient *self,
              HcServerChannel    *channel,
              HcPacket           *packet)
{
  return hc_rendezvous_client_speaks_v2 (self) && !is_of_type (packet, HC_PACKET_PROBE) &&
         (is_of_type (packet, HC_PACKET_REGISTER) ||
          hc_server_channel_get_transport (channel) == HC_TRANSPORT_UDP);
}

static gboolean
add_lines (Dress               *dress,
           HcRendezvousClient  *self,
           HcServerChannel     *channel,
           HcPacket            *packet,
           guint                wait_seconds,
           GError             **error)
{
  add (dress, HC_HEADER_VERSION, "2");
  if (is_of_type (packet, HC_PACKET_PROBE))
    {
      add_pad (dress, channel, packet);
      return TRUE;
    }

  if (needs_cookie (self, channel, packet))
    add (dress, HC_HEADER_COOKIE, hc_server_channel_get_cookie (channel));
  if (is_of_type (packet, HC_PACKET_REGISTER))
    return add_proof (dress, self, channel, packet, error);

  add (dress, HC_HEADER_TOKEN, self->token);
  if (is_of_type (packet, HC_PACKET_BRIDGE))
    add (dress, HC_HEADER_WITH, self->with);
  if (wait_seconds > 0)
    add_owned (dress, HC_HEADER_WAIT, g_strdup_printf ("%u", wait_seconds));
  return TRUE;
}

/* Makes v2's request of v1's, if v2 is spoken. */
HcPacket *
hc_rendezvous_client_dress (HcRendezvousClient  *self,
                            HcServerChannel     *channel,
                            HcPacket            *packet,
                            guint                wait_seconds,
                            GError             **error)
{
  g_autoptr (GPtrArray) owned = g_ptr_array_new_with_free_func (g_free);
  Dress dress = { .owned = owned };
  gboolean is_v2 = is_of_type (packet, HC_PACKET_PROBE) ? self->max_version > 1
                                                        : hc_rendezvous_client_speaks_v2 (self);

  if (!is_v2)
    return g_object_ref (packet);
  if (!add_lines (&dress, self, channel, packet, wait_seconds, error))
    return NULL;
  return hc_packet_extend (packet, dress.fields, dress.n_fields);
}

/* --- Asking --------------------------------------------------------------- */

typedef struct
{
  HcServerChannel *channel;
  HcPacket *packet;
  guint wait_seconds;
  gboolean is_second;
} Question;

static void
question_free (Question *question)
{
  g_object_unref (question->channel);
  g_object_unref (question->packet);
  g_free (question);
}

gboolean
hc_rendezvous_client_has_code (HcPacket   *reply,
                               const char *code)
{
  const char *reason = hc_packet_get_header (reply, HC_HEADER_REASON);
  gsize length = strlen (code);

  return reason != NULL && strncmp (reason, code, length) == 0 &&
         (reason[length] == '\0' || reason[length] == ' ');
}

static guint
get_timeout (HcRendezvousClient *self,
             const Question     *question)
{
  gboolean is_datagram =
    hc_server_channel_get_transport (question->channel) == HC_TRANSPORT_UDP;

  if (is_of_type (question->packet, HC_PACKET_PROBE))
    return is_datagram ? DATAGRAM_PROBE_TIMEOUT_SECONDS : PROBE_TIMEOUT_SECONDS;
  if (is_datagram && self->transport == HC_TRANSPORT_TCP)
    return DATAGRAM_TRY_TIMEOUT_SECONDS;
  return TIMEOUT_SECONDS + question->wait_seconds;
}

static void ask (GTask *task);

static void
on_answer (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  HcServerChannel *channel = HC_SERVER_CHANNEL (source);
  Question *question = g_task_get_task_data (task);
  g_autoptr (HcPacket) reply = NULL;
  GError *error = NULL;

  if (!hc_server_channel_ask_finish (channel, result, &reply, &error))
    g_task_return_error (task, error);
  else if (reply != NULL && is_of_type (reply, HC_PACKET_ERROR) && !question->is_second &&
           needs_cookie (g_task_get_source_object (task), channel, question->packet) &&
           hc_rendezvous_client_has_code (reply, "bad-cookie"))
    {
      question->is_second = TRUE;
      hc_server_channel_take_cookie (channel, reply);
      ask (g_steal_pointer (&task));
    }
  else
    g_task_return_pointer (task, g_steal_pointer (&reply), g_object_unref);
}

static void
ask_dressed (GTask *task)
{
  HcRendezvousClient *self = g_task_get_source_object (task);
  const Question *question = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (HcPacket) request =
    hc_rendezvous_client_dress (self, question->channel, question->packet,
                                question->wait_seconds, &error);

  if (request != NULL)
    hc_server_channel_ask_async (question->channel, request, get_timeout (self, question),
                                 g_task_get_cancellable (task), on_answer, task);
  else
    {
      g_task_return_error (task, error);
      g_object_unref (task);
    }
}

/* A server that gave cookies and doesn't any more is another one. */
static void
on_cookie (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  HcServerChannel *channel = HC_SERVER_CHANNEL (source);
  g_autoptr (HcPacket) reply = NULL;
  GError *error = NULL;

  if (!hc_server_channel_ask_finish (channel, result, &reply, &error))
    g_task_return_error (task, error);
  else if (hc_server_channel_take_cookie (channel, reply))
    ask_dressed (g_steal_pointer (&task));
  else
    g_task_return_new_error (task, HC_CLIENT_ERROR, HC_CLIENT_ERROR_UNEXPECTED,
                             _("The server gave an answer that makes no sense."));
}

static void
ask (GTask *task)
{
  HcRendezvousClient *self = g_task_get_source_object (task);
  const Question *question = g_task_get_task_data (task);
  g_autoptr (HcPacket) v1 = NULL;
  g_autoptr (HcPacket) probe = NULL;

  if (!needs_cookie (self, question->channel, question->packet) ||
      hc_server_channel_get_cookie (question->channel) != NULL)
    {
      ask_dressed (task);
      return;
    }

  v1 = hc_packet_new_probe ();
  probe = hc_rendezvous_client_dress (self, question->channel, v1, 0, NULL);
  hc_server_channel_ask_async (question->channel, probe, PROBE_TIMEOUT_SECONDS,
                               g_task_get_cancellable (task), on_cookie, task);
}

/* Asks a request of v1 in the version that is spoken. */
void
hc_rendezvous_client_ask_async (HcRendezvousClient  *self,
                                HcServerChannel     *channel,
                                HcPacket            *packet,
                                guint                wait_seconds,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Question *question = g_new0 (Question, 1);

  question->channel = g_object_ref (channel);
  question->packet = g_object_ref (packet);
  question->wait_seconds = wait_seconds;
  g_task_set_source_tag (task, hc_rendezvous_client_ask_async);
  g_task_set_task_data (task, question, (GDestroyNotify) question_free);
  ask (task);
}

/* The reply may be an ERROR, and is NULL for requests that have none. */
gboolean
hc_rendezvous_client_ask_finish (HcRendezvousClient  *self,
                                 GAsyncResult        *result,
                                 HcPacket           **reply,
                                 GError             **error)
{
  g_autoptr (GError) local_error = NULL;

  *reply = g_task_propagate_pointer (G_TASK (result), &local_error);
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}
