/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-server"

#include "config.h"

#include "hc-redis-address.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#define SCHEME "redis"
#define SCHEME_UNIX "redis+unix"

/* As many as a Redis can be told to have. */
#define MAX_DATABASE G_MAXINT

/* What stands in a URL and is wrong may be a password, so it isn't repeated. */
static gboolean
refuse (GError     **error,
        const char  *words)
{
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, words);
  return FALSE;
}

static gboolean
parse_database (HcRedisAddress  *self,
                const char      *text,
                GError         **error)
{
  guint64 database = 0;

  if (text != NULL && *text != '\0' &&
      !g_ascii_string_to_unsigned (text, 10, 0, MAX_DATABASE, &database, NULL))
    return refuse (error, _("the database of the Redis URL is no number"));
  self->database = database;
  return TRUE;
}

static gboolean
parse_network (HcRedisAddress  *self,
               GUri            *uri,
               GError         **error)
{
  const char *host = g_uri_get_host (uri);
  const char *path = g_uri_get_path (uri);
  int port = g_uri_get_port (uri);

  if (host == NULL || *host == '\0')
    return refuse (error, _("the Redis URL names no host"));
  if (port == 0)
    return refuse (error, _("the port of the Redis URL is none"));
  if (g_uri_get_query (uri) != NULL || g_uri_get_fragment (uri) != NULL)
    return refuse (error, _("the Redis URL goes on behind the database"));
  if (!parse_database (self, *path == '/' ? path + 1 : path, error))
    return FALSE;

  if (port < 0)
    port = HC_REDIS_DEFAULT_PORT;
  self->target = g_network_address_new (host, port);
  self->name = g_strdup_printf (strchr (host, ':') != NULL ? SCHEME "://[%s]:%d/%u"
                                                           : SCHEME "://%s:%d/%u",
                                host, port, self->database);
  return TRUE;
}

static gboolean
parse_unix (HcRedisAddress  *self,
            GUri            *uri,
            GError         **error)
{
  const char *path = g_uri_get_path (uri);
  const char *query = g_uri_get_query (uri);

  if (g_uri_get_host (uri) != NULL && *g_uri_get_host (uri) != '\0')
    return refuse (error, _("the Redis URL of a socket names a host"));
  if (*path != '/')
    return refuse (error, _("the Redis URL names no socket"));
  if (query != NULL && !g_str_has_prefix (query, "db="))
    return refuse (error, _("the Redis URL may only say db=NUMBER behind the socket"));
  if (!parse_database (self, query != NULL ? query + strlen ("db=") : NULL, error))
    return FALSE;

  self->target = G_SOCKET_CONNECTABLE (g_unix_socket_address_new (path));
  self->name = g_strdup_printf (SCHEME_UNIX "://%s?db=%u", path, self->database);
  return TRUE;
}

/**
 * hc_redis_address_is_one:
 * @url: a text
 *
 * Tells whether somebody means a Redis, rightly written or not.
 *
 * Returns: %TRUE if hc_redis_address_parse() is to say what is wrong with it
 */
gboolean
hc_redis_address_is_one (const char *url)
{
  return g_str_has_prefix (url, SCHEME ":") || g_str_has_prefix (url, SCHEME_UNIX ":");
}

/**
 * hc_redis_address_parse:
 * @url: `redis://[[USER]:PASSWORD@]HOST[:PORT][/DATABASE]` or
 *   `redis+unix://[[USER]:PASSWORD@]/SOCKET[?db=DATABASE]`; what else a password
 *   has than letters and digits may have to be percent-encoded
 * @error: return location for a #GError in %G_IO_ERROR or %G_URI_ERROR, which
 *   doesn't have anything of @url in its message
 *
 * Reads where a Redis is.
 *
 * Returns: (transfer full): the address, to be freed with
 *   hc_redis_address_free(), or %NULL with @error set
 */
HcRedisAddress *
hc_redis_address_parse (const char  *url,
                        GError     **error)
{
  g_autoptr (HcRedisAddress) self = g_new0 (HcRedisAddress, 1);
  g_autoptr (GUri) uri = g_uri_parse (url, G_URI_FLAGS_HAS_PASSWORD, NULL);
  gboolean is_good;

  if (uri == NULL)
    {
      refuse (error, _("the Redis URL is no redis://HOST:PORT/DATABASE"));
      return NULL;
    }

  if (strcmp (g_uri_get_scheme (uri), SCHEME) == 0)
    is_good = parse_network (self, uri, error);
  else if (strcmp (g_uri_get_scheme (uri), SCHEME_UNIX) == 0)
    is_good = parse_unix (self, uri, error);
  else
    is_good = refuse (error, _("the Redis URL is no redis://HOST:PORT/DATABASE"));
  if (!is_good)
    return NULL;

  if (g_uri_get_password (uri) != NULL && *g_uri_get_password (uri) != '\0')
    self->password = g_strdup (g_uri_get_password (uri));
  if (g_uri_get_user (uri) != NULL && *g_uri_get_user (uri) != '\0')
    self->user = g_strdup (g_uri_get_user (uri));
  if (self->user != NULL && self->password == NULL)
    {
      refuse (error, _("the Redis URL names a user without a password"));
      return NULL;
    }
  return g_steal_pointer (&self);
}

/**
 * hc_redis_address_copy:
 * @self: an address
 *
 * Copies an address.
 *
 * Returns: (transfer full): the copy
 */
HcRedisAddress *
hc_redis_address_copy (const HcRedisAddress *self)
{
  HcRedisAddress *copy = g_new (HcRedisAddress, 1);

  *copy = (HcRedisAddress) {
    .target = g_object_ref (self->target),
    .name = g_strdup (self->name),
    .user = g_strdup (self->user),
    .password = g_strdup (self->password),
    .database = self->database,
  };
  return copy;
}

/**
 * hc_redis_address_free:
 * @self: an address
 *
 * Frees the address.
 */
void
hc_redis_address_free (HcRedisAddress *self)
{
  g_clear_object (&self->target);
  g_free (self->name);
  g_free (self->user);
  g_free (self->password);
  g_free (self);
}
