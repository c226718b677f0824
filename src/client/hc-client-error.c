/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "config.h"
#include "hc-client-error.h"
#include "hc-protocol-error.h"

#include <glib/gi18n-lib.h>

G_DEFINE_QUARK (hc-client-error-quark, hc_client_error)

static char *
describe_io_error (int         code,
                   const char *whom)
{
  switch (code)
    {
    case G_IO_ERROR_CONNECTION_REFUSED:
      /* Translators: %s is a server or a person's ID */
      return g_strdup_printf (_("Nothing answers at %s. It may not be running, or have another port."),
                              whom);
    case G_IO_ERROR_TIMED_OUT:
      /* Translators: %s is a server or a person's ID */
      return g_strdup_printf (_("%s does not answer. Check the address and the network, and try again."),
                              whom);
    case G_IO_ERROR_HOST_UNREACHABLE:
    case G_IO_ERROR_NETWORK_UNREACHABLE:
      /* Translators: %s is a server or a person's ID */
      return g_strdup_printf (_("There is no way to %s from here. Check the network connection."),
                              whom);
    case G_IO_ERROR_CONNECTION_CLOSED:
      /* Translators: %s is a server or a person's ID */
      return g_strdup_printf (_("%s broke off the connection."), whom);
    default:
      return NULL;
    }
}

/**
 * hc_client_error_describe:
 * @error: what went wrong
 * @whom: whom it went wrong with: a server as `host:port`, or a client ID
 *
 * Puts an error in words for a person, with what to do next where something
 * can be done.
 *
 * Returns: (transfer full): the words
 */
char *
hc_client_error_describe (const GError *error,
                          const char   *whom)
{
  char *words = NULL;

  g_return_val_if_fail (error != NULL, NULL);
  g_return_val_if_fail (whom != NULL, NULL);

  if (error->domain == HC_CLIENT_ERROR)
    return g_strdup (error->message);
  if (error->domain == G_IO_ERROR)
    words = describe_io_error (error->code, whom);
  else if (error->domain == G_RESOLVER_ERROR)
    /* Translators: %s is a server as host:port */
    words = g_strdup_printf (_("There is no computer of that name: %s. Check how it is written."),
                             whom);
  else if (error->domain == G_TLS_ERROR)
    /* Translators: %s is a person's ID */
    words = g_strdup_printf (_("%s broke off the encrypted connection."), whom);
  else if (error->domain == HC_PROTOCOL_ERROR)
    /* Translators: the first %s is a server or a person's ID, the second is
     * what was wrong with what it sent, in English */
    words = g_strdup_printf (_("%s sent something that is no packet of Hybrid Chat: %s."),
                             whom, error->message);

  if (words == NULL)
    words = g_strdup_printf ("%s: %s", whom, error->message);
  return words;
}
