/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "hc-dial.h"
#include "hc-source.h"

/* Source: RFC 8305, section 8, and protocol, section 5. */
#define STAGGER_MS 250
#define TIMEOUT_MS 10000

/* One attempt after another begins, without waiting for those before: the first
 * that succeeds ends the others. */
typedef struct
{
  GPtrArray *addresses;
  GSocketAddress *local;
  GCancellable *cancellable;
  guint n_begun;
  guint n_failed;
  GSource *stagger;
  GSource *deadline;
  GError *error;
  gboolean done;
} Dial;

static void
dial_free (Dial *dial)
{
  hc_source_clear (&dial->stagger);
  hc_source_clear (&dial->deadline);
  g_ptr_array_unref (dial->addresses);
  g_clear_object (&dial->local);
  g_object_unref (dial->cancellable);
  g_clear_error (&dial->error);
  g_free (dial);
}

static void begin_next (GTask *task);

static void
finish (GTask             *task,
        GSocketConnection *connection)
{
  Dial *dial = g_task_get_task_data (task);

  dial->done = TRUE;
  hc_source_clear (&dial->stagger);
  hc_source_clear (&dial->deadline);
  g_cancellable_cancel (dial->cancellable);
  if (connection != NULL)
    g_task_return_pointer (task, g_object_ref (connection), g_object_unref);
  else
    g_task_return_error (task, g_steal_pointer (&dial->error));
}

/* The first reason is that of the best address. */
static void
take_failure (GTask  *task,
              GError *error)
{
  Dial *dial = g_task_get_task_data (task);

  if (dial->error == NULL)
    dial->error = error;
  else
    g_error_free (error);

  if (++dial->n_failed == dial->addresses->len)
    finish (task, NULL);
  else if (dial->n_failed == dial->n_begun)
    begin_next (task);
}

static void
on_connected (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Dial *dial = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GSocketConnection) connection =
    g_socket_client_connect_finish (G_SOCKET_CLIENT (source), result, &error);

  if (dial->done)
    g_clear_error (&error);
  else if (connection != NULL)
    finish (task, connection);
  else
    take_failure (task, error);
}

static gboolean
on_stagger (gpointer user_data)
{
  begin_next (user_data);
  return G_SOURCE_REMOVE;
}

static void
begin_next (GTask *task)
{
  Dial *dial = g_task_get_task_data (task);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  GSocketAddress *address = g_ptr_array_index (dial->addresses, dial->n_begun++);

  hc_source_clear (&dial->stagger);
  if (dial->n_begun < dial->addresses->len)
    dial->stagger = hc_source_timer (STAGGER_MS, on_stagger, task);
  if (dial->local != NULL &&
      g_socket_address_get_family (dial->local) == g_socket_address_get_family (address))
    g_socket_client_set_local_address (client, dial->local);
  g_socket_client_set_enable_proxy (client, FALSE);
  g_socket_client_connect_async (client, G_SOCKET_CONNECTABLE (address), dial->cancellable,
                                 on_connected, g_object_ref (task));
}

/* GSocketClient loses memory where its own timeout ends an attempt. */
static gboolean
on_deadline (gpointer user_data)
{
  g_autoptr (GTask) task = g_object_ref (user_data);
  Dial *dial = g_task_get_task_data (task);

  if (dial->error == NULL)
    dial->error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "Nobody answers");
  finish (task, NULL);
  return G_SOURCE_REMOVE;
}

static void
on_cancelled (GCancellable *cancellable,
              GCancellable *attempts)
{
  g_cancellable_cancel (attempts);
}

/**
 * hc_dial_async:
 * @addresses: (element-type GSocketAddress): where a peer may be, best first
 * @local_address: (nullable): a literal address of this host to call from
 * @cancellable: (nullable): ends it
 * @callback: called in the thread's default main context
 * @user_data: what to give to @callback
 *
 * Connects over TCP to whichever address answers first, trying them side by
 * side, 250 ms apart. Source: RFC 8305.
 */
void
hc_dial_async (GPtrArray           *addresses,
               const char          *local_address,
               GCancellable        *cancellable,
               GAsyncReadyCallback  callback,
               gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  Dial *dial;

  g_return_if_fail (addresses != NULL && addresses->len > 0);

  dial = g_new0 (Dial, 1);
  dial->addresses = g_ptr_array_ref (addresses);
  dial->cancellable = g_cancellable_new ();
  if (local_address != NULL)
    dial->local = g_inet_socket_address_new_from_string (local_address, 0);
  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, hc_dial_async);
  g_task_set_task_data (task, dial, (GDestroyNotify) dial_free);
  if (cancellable != NULL)
    g_signal_connect_object (cancellable, "cancelled", G_CALLBACK (on_cancelled),
                             dial->cancellable, 0);
  dial->deadline = hc_source_timer (TIMEOUT_MS, on_deadline, task);
  begin_next (task);
}

/**
 * hc_dial_finish:
 * @result: what the callback was given
 * @error: return location for a #GError in %G_IO_ERROR
 *
 * Ends hc_dial_async().
 *
 * Returns: (transfer full): a connection, or %NULL with @error set
 */
GSocketConnection *
hc_dial_finish (GAsyncResult  *result,
                GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
