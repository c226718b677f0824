/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "hc-session-private.h"

static gboolean
set_text (char       **field,
          const char  *value)
{
  if (g_strcmp0 (*field, value) == 0)
    return FALSE;

  g_free (*field);
  *field = g_strdup (value);
  return TRUE;
}

/* What was found out of one server doesn't hold for another. */
static void
forget_server (HcSession *self)
{
  if (!hc_session_is_in (self, HC_IN (OFFLINE) | HC_IN (READY) | HC_IN (ENDED)))
    return;

  hc_session_set_transport (self, HC_TRANSPORT_UNKNOWN);
  if (self->state == HC_SESSION_READY)
    hc_session_enter (self, HC_SESSION_OFFLINE);
}

/**
 * hc_session_get_id:
 * @self: a session
 *
 * Gets who the user is.
 *
 * Returns: (transfer none) (nullable): the client ID
 */
const char *
hc_session_get_id (HcSession *self)
{
  g_return_val_if_fail (HC_IS_SESSION (self), NULL);

  return self->id;
}

/**
 * hc_session_set_id:
 * @self: a session that is not registered
 * @id: (nullable): a client ID; it is checked by hc_session_register()
 *
 * Sets who the user is. Where somebody is registered already it does nothing.
 */
void
hc_session_set_id (HcSession  *self,
                   const char *id)
{
  g_return_if_fail (HC_IS_SESSION (self));

  if (!hc_session_can_register (self) || !set_text (&self->id, id))
    return;

  hc_session_notify (self, HC_SESSION_PROP_ID);
  hc_session_notify (self, HC_SESSION_PROP_TEXT_CAPACITY);
}

/**
 * hc_session_get_server:
 * @self: a session
 *
 * Gets where the server is.
 *
 * Returns: (transfer none) (nullable): `host:port` as it was written
 */
const char *
hc_session_get_server (HcSession *self)
{
  g_return_val_if_fail (HC_IS_SESSION (self), NULL);

  return self->server;
}

/**
 * hc_session_set_server:
 * @self: a session that is not registered
 * @server: (nullable): `host:port`; it is checked by hc_session_register()
 *
 * Sets where the server is. Where somebody is registered already it does
 * nothing.
 */
void
hc_session_set_server (HcSession  *self,
                       const char *server)
{
  g_return_if_fail (HC_IS_SESSION (self));

  if (!hc_session_can_register (self) || !set_text (&self->server, server))
    return;

  forget_server (self);
  hc_session_notify (self, HC_SESSION_PROP_SERVER);
}

/**
 * hc_session_get_port:
 * @self: a session
 *
 * Gets the port on which the user wants to be called.
 *
 * Returns: 1 to 65535, or 0 to have it chosen
 */
guint
hc_session_get_port (HcSession *self)
{
  g_return_val_if_fail (HC_IS_SESSION (self), 0);

  return self->port;
}

/**
 * hc_session_set_port:
 * @self: a session that is not registered
 * @port: 1 to 65535, or 0 to have it chosen
 *
 * Sets the port on which the user wants to be called. Where somebody is
 * registered already it does nothing.
 */
void
hc_session_set_port (HcSession *self,
                     guint      port)
{
  g_return_if_fail (HC_IS_SESSION (self));
  g_return_if_fail (port <= G_MAXUINT16);

  if (!hc_session_can_register (self) || self->port == port)
    return;

  self->port = port;
  hc_session_notify (self, HC_SESSION_PROP_PORT);
}

/**
 * hc_session_get_address:
 * @self: a session
 *
 * Gets which of this host's addresses is used.
 *
 * Returns: (transfer none) (nullable): a literal address, or %NULL for the one
 *   that reaches the server
 */
const char *
hc_session_get_address (HcSession *self)
{
  g_return_val_if_fail (HC_IS_SESSION (self), NULL);

  return self->address;
}

/**
 * hc_session_set_address:
 * @self: a session that is not registered
 * @address: (nullable): a literal address of this host, or %NULL for the one
 *   that reaches the server
 *
 * Sets which of this host's addresses to bind to and to declare. Where somebody
 * is registered already it does nothing.
 */
void
hc_session_set_address (HcSession  *self,
                        const char *address)
{
  g_return_if_fail (HC_IS_SESSION (self));
  g_return_if_fail (address == NULL || hc_text_is_address (address));

  if (!hc_session_can_register (self) || !set_text (&self->address, address))
    return;

  g_clear_object (&self->socket);
  forget_server (self);
  hc_session_notify (self, HC_SESSION_PROP_ADDRESS);
}

/**
 * hc_session_set_data_folder:
 * @self: a session that is not registered
 * @folder: (nullable): where the user's keys are or shall be, as a file name;
 *   or %NULL, as it is at first, to speak v1 only
 *
 * Sets where to find the key that goes with the ID. Only with a key can it be
 * kept from others, and a conversation be encrypted. Where somebody is
 * registered already it does nothing.
 */
void
hc_session_set_data_folder (HcSession  *self,
                            const char *folder)
{
  g_return_if_fail (HC_IS_SESSION (self));

  if (!hc_session_can_register (self) || !set_text (&self->data_folder, folder))
    return;

  g_clear_object (&self->identity);
  forget_server (self);
}
