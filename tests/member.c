/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "member.h"
#include "wait.h"

#define MEMBER_PORT 6000

static void
on_matched (HcRendezvousClient *client,
            HcMatch            *match,
            gpointer            user_data)
{
  Member *self = user_data;

  g_set_object (&self->match, match);
  self->n_matches++;
}

static void
on_lost (HcRendezvousClient *client,
         const GError       *error,
         gpointer            user_data)
{
  Member *self = user_data;

  g_assert_null (self->lost);
  self->lost = g_error_copy (error);
}

/* Takes the identity. Without one it speaks v1. */
Member *
member_new_with (const char *id,
                 guint16     server_port,
                 HcIdentity *identity,
                 HcClock    *clock)
{
  g_autofree char *server = g_strdup_printf ("127.0.0.1:%u", server_port);
  g_autoptr (GError) error = NULL;
  Member *self = g_new0 (Member, 1);

  self->id = g_strdup (id);
  self->log = hc_packet_log_new ();
  self->identity = identity;
  self->until = g_cancellable_new ();
  self->socket = hc_datagram_socket_new ("127.0.0.1", 0, self->log, &error);
  g_assert_no_error (error);
  self->client = hc_rendezvous_client_new (server, "127.0.0.1", self->log, &error);
  g_assert_no_error (error);
  hc_rendezvous_client_set_socket (self->client, self->socket);
  hc_rendezvous_client_set_identity (self->client, identity);
  if (clock != NULL)
    hc_rendezvous_client_set_clock (self->client, clock);
  g_signal_connect (self->client, "matched", G_CALLBACK (on_matched), self);
  g_signal_connect (self->client, "lost", G_CALLBACK (on_lost), self);
  return self;
}

/* One with a key of its own. */
Member *
member_new (const char *id,
            guint16     server_port)
{
  g_autoptr (GError) error = NULL;
  HcIdentity *identity = hc_identity_generate (id, &error);

  g_assert_no_error (error);
  return member_new_with (id, server_port, identity, NULL);
}

/* Checks that nothing of it is left. */
void
member_free (Member *self)
{
  gpointer client = self->client;
  gpointer log = self->log;

  g_cancellable_cancel (self->until);
  g_signal_handlers_disconnect_by_data (self->client, self);
  g_object_add_weak_pointer (client, &client);
  g_object_add_weak_pointer (log, &log);
  g_object_unref (self->client);
  g_object_unref (self->socket);
  g_object_unref (self->log);
  WAIT_UNTIL (client == NULL && log == NULL);

  g_clear_object (&self->identity);
  g_clear_object (&self->match);
  g_object_unref (self->until);
  g_clear_error (&self->lost);
  g_free (self->id);
  g_free (self);
}

static void
keep (GObject      *source,
      GAsyncResult *result,
      gpointer      user_data)
{
  GAsyncResult **kept = user_data;

  *kept = g_object_ref (result);
}

gboolean
member_probe (Member  *self,
              GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hc_rendezvous_client_probe_async (self->client, self->until, keep, &result);
  WAIT_UNTIL (result != NULL);
  return hc_rendezvous_client_probe_finish (self->client, result, error) != HC_TRANSPORT_UNKNOWN;
}

gboolean
member_register (Member  *self,
                 GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hc_rendezvous_client_register_async (self->client, self->id, MEMBER_PORT, self->until,
                                       keep, &result);
  WAIT_UNTIL (result != NULL);
  return hc_rendezvous_client_register_finish (self->client, result, error);
}

HcMatch *
member_bridge (Member      *self,
               const char  *with,
               GError     **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hc_rendezvous_client_bridge_async (self->client, with, self->until, keep, &result);
  WAIT_UNTIL (result != NULL);
  return hc_rendezvous_client_bridge_finish (self->client, result, error);
}

gboolean
member_withdraw (Member  *self,
                 GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hc_rendezvous_client_withdraw_async (self->client, self->until, keep, &result);
  WAIT_UNTIL (result != NULL);
  return hc_rendezvous_client_withdraw_finish (self->client, result, error);
}

gboolean
member_quit (Member  *self,
             GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hc_rendezvous_client_quit_async (self->client, self->until, keep, &result);
  WAIT_UNTIL (result != NULL);
  return hc_rendezvous_client_quit_finish (self->client, result, error);
}

gboolean
member_chat (Member      *self,
             const char  *callee_id,
             GError     **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  hc_rendezvous_client_chat_async (self->client, self->id, callee_id, self->until,
                                   keep, &result);
  WAIT_UNTIL (result != NULL);
  return hc_rendezvous_client_chat_finish (self->client, result, error);
}

/* Until it is registered. */
void
member_join (Member *self)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (member_probe (self, &error));
  g_assert_no_error (error);
  g_assert_true (member_register (self, &error));
  g_assert_no_error (error);
}

/* Until it is ready, and nobody else is. */
void
member_wait (Member *self)
{
  g_autoptr (GError) error = NULL;

  member_join (self);
  g_assert_null (member_bridge (self, NULL, &error));
  g_assert_no_error (error);
}

static gboolean
is_such (HcPacketRecord *record,
         const char     *type,
         gboolean        outgoing)
{
  return hc_packet_record_is_outgoing (record) == outgoing &&
         g_strcmp0 (hc_packet_record_get_type_name (record), type) == 0;
}

/* How many packets of a type have passed. */
guint
member_count (Member     *self,
              const char *type,
              gboolean    outgoing)
{
  guint count = 0;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->log)); i++)
    {
      g_autoptr (HcPacketRecord) record = g_list_model_get_item (G_LIST_MODEL (self->log), i);

      count += is_such (record, type, outgoing);
    }
  return count;
}

/* How much has come that was no packet. */
guint
member_count_faults (Member *self)
{
  guint count = 0;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->log)); i++)
    {
      g_autoptr (HcPacketRecord) record = g_list_model_get_item (G_LIST_MODEL (self->log), i);

      count += hc_packet_record_get_fault (record) != NULL;
    }
  return count;
}

/* The headers of the last packet of a type, or NULL. */
char *
member_get_last (Member     *self,
                 const char *type,
                 gboolean    outgoing)
{
  for (guint n = g_list_model_get_n_items (G_LIST_MODEL (self->log)); n > 0; n--)
    {
      g_autoptr (HcPacketRecord) record = g_list_model_get_item (G_LIST_MODEL (self->log), n - 1);

      if (is_such (record, type, outgoing))
        return g_strdup (hc_packet_record_get_headers (record));
    }
  return NULL;
}
