/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-server"

#include "config.h"

#include "hc-server-config.h"

#include <glib/gi18n-lib.h>

#define GROUP "server"

typedef enum
{
  NUMBER,
  SWITCH,
  LIST,
  TEXT,
} Kind;

/* A key for each option that makes sense in a file, by the option's name. */
static const struct
{
  const char *key;
  Kind kind;
  gsize offset;
} keys[] = {
  { "port", NUMBER, G_STRUCT_OFFSET (HcServerOptions, port) },
  { "udp", SWITCH, G_STRUCT_OFFSET (HcServerOptions, is_udp) },
  { "address", LIST, G_STRUCT_OFFSET (HcServerOptions, addresses) },
  { "max-requests", NUMBER, G_STRUCT_OFFSET (HcServerOptions, max_requests) },
  { "block-seconds", NUMBER, G_STRUCT_OFFSET (HcServerOptions, block_seconds) },
  { "max-connections", NUMBER, G_STRUCT_OFFSET (HcServerOptions, max_connections) },
  { "request-timeout", NUMBER, G_STRUCT_OFFSET (HcServerOptions, request_timeout) },
  { "registry", TEXT, G_STRUCT_OFFSET (HcServerOptions, registry) },
  { "cookie-secret-file", TEXT, G_STRUCT_OFFSET (HcServerOptions, cookie_secret_file) },
  { "metrics", TEXT, G_STRUCT_OFFSET (HcServerOptions, metrics) },
  { "verbose", SWITCH, G_STRUCT_OFFSET (HcServerOptions, is_verbose) },
};

static gboolean
load_number (GKeyFile    *file,
             const char  *key,
             int         *value,
             GError     **error)
{
  g_autoptr (GError) local_error = NULL;
  int number = g_key_file_get_integer (file, GROUP, key, &local_error);

  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  *value = number;
  return TRUE;
}

static gboolean
load_switch (GKeyFile    *file,
             const char  *key,
             gboolean    *value,
             GError     **error)
{
  g_autoptr (GError) local_error = NULL;
  gboolean is_on = g_key_file_get_boolean (file, GROUP, key, &local_error);

  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  *value = is_on;
  return TRUE;
}

static gboolean
load_list (GKeyFile     *file,
           const char   *key,
           char       ***value,
           GError      **error)
{
  char **list = g_key_file_get_string_list (file, GROUP, key, NULL, error);

  if (list == NULL)
    return FALSE;
  g_strfreev (*value);
  *value = list;
  return TRUE;
}

static gboolean
load_text (GKeyFile    *file,
           const char  *key,
           char       **value,
           GError     **error)
{
  char *text = g_key_file_get_string (file, GROUP, key, error);

  if (text == NULL)
    return FALSE;
  g_free (*value);
  *value = text;
  return TRUE;
}

static gboolean
load_key (HcServerOptions  *options,
          GKeyFile         *file,
          const char       *key,
          GError          **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      gpointer value = G_STRUCT_MEMBER_P (options, keys[i].offset);

      if (!g_str_equal (keys[i].key, key))
        continue;
      if (keys[i].kind == NUMBER)
        return load_number (file, key, value, error);
      if (keys[i].kind == SWITCH)
        return load_switch (file, key, value, error);
      if (keys[i].kind == TEXT)
        return load_text (file, key, value, error);
      return load_list (file, key, value, error);
    }

  g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_KEY_NOT_FOUND,
               _("there is no setting “%s”"), key);
  return FALSE;
}

static gboolean
check_groups (GKeyFile  *file,
              GError   **error)
{
  g_auto (GStrv) groups = g_key_file_get_groups (file, NULL);

  for (guint i = 0; groups[i] != NULL; i++)
    if (!g_str_equal (groups[i], GROUP))
      {
        g_set_error (error, G_KEY_FILE_ERROR, G_KEY_FILE_ERROR_GROUP_NOT_FOUND,
                     _("there is no group “%s”, only “%s”"), groups[i], GROUP);
        return FALSE;
      }
  return TRUE;
}

static gboolean
load_keys (HcServerOptions  *options,
           GKeyFile         *file,
           GError          **error)
{
  g_auto (GStrv) found = NULL;

  if (!check_groups (file, error))
    return FALSE;

  found = g_key_file_get_keys (file, GROUP, NULL, NULL);
  for (guint i = 0; found != NULL && found[i] != NULL; i++)
    if (!load_key (options, file, found[i], error))
      return FALSE;
  return TRUE;
}

/**
 * hc_server_config_load:
 * @options: options with their defaults
 * @path: a file
 * @error: return location for a #GError in %G_KEY_FILE_ERROR or %G_FILE_ERROR
 *
 * Reads options from a key file with the group `[server]`, whose keys are named
 * as the options of the command line; addresses are separated by semicolons.
 * Values are taken as they are: hc_server_options_parse() checks them.
 *
 * Returns: %TRUE if the file could be read and every key is an option's name,
 *   else @error names the file and the fault
 */
gboolean
hc_server_config_load (HcServerOptions  *options,
                       const char       *path,
                       GError          **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();

  if (g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, error) &&
      load_keys (options, file, error))
    return TRUE;

  g_prefix_error (error, "%s: ", path);
  return FALSE;
}
