/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "source-rules.h"

#include <string.h>

#define MAX_FILE_LINES 600
#define MAX_FUNCTION_LINES 60

/* From the bottom up: what a folder may include from, besides itself. */
static const struct { const char *folder; const char *below[4]; } layers[] = {
  { "protocol", { NULL } },
  { "server", { "protocol" } },
  { "client", { "protocol" } },
  { "terminal", { "client", "protocol" } },
  { "app", { "client", "protocol", "server" } },
};

/* All that packets need: no sockets, no main loop, nothing that blocks. */
static const char *const protocol_may_include[] = {
  "arpa/inet.h", "ctype.h", "errno.h", "gio/gio.h", "glib-object.h", "glib.h", "limits.h", "stdarg.h",
  "stdbool.h", "stddef.h", "stdint.h", "stdlib.h", "string.h", NULL,
};

/* Beginnings of names. */
static const char *const protocol_may_not_use[] = {
  "GCancellable", "GDatagramBased", "GFile", "GIOStream", "GInputStream", "GMainContext", "GMainLoop",
  "GOutputStream", "GSocket", "GSource", "GTask", "GTls", "accept4", "epoll_", "g_async_", "g_file_",
  "g_get_monotonic_time", "g_get_real_time", "g_idle_", "g_input_stream_", "g_io_", "g_main_",
  "g_network_", "g_output_stream_", "g_poll", "g_resolver_", "g_socket_", "g_source_", "g_spawn_",
  "g_task_", "g_thread_", "g_timeout_", "g_tls_", "getaddrinfo", "recvfrom", "recvmsg", "sendmsg",
  "sendto", NULL,
};

/* Widgets show a session; they never touch a socket. */
static const char *const app_may_not_include[] = {
  "arpa/", "netdb.h", "netinet/", "sys/epoll.h", "sys/socket.h", "sys/un.h", NULL,
};
static const char *const app_may_not_use[] = {
  "GDatagramBased", "GSocket", "g_datagram_based_", "g_resolver_", "g_socket_", NULL,
};

/* GIO's address types are no sockets. */
static const char *const all_may_use[] = {
  "GSocketAddress", "GSocketConnectable", "GSocketFamily", "g_socket_address_", "g_socket_connectable_",
  NULL,
};

/* What belongs to widgets. */
static const char *const toolkit_includes[] = {
  "adwaita", "cairo", "gdk", "graphene", "gsk", "gtk", "libadwaita", "pango", NULL,
};

G_GNUC_PRINTF (4, 5)
static void
add_fault (GPtrArray  *faults,
           const char *path,
           guint       line,
           const char *format,
           ...)
{
  g_autofree char *words = NULL;
  va_list arguments;

  va_start (arguments, format);
  words = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_ptr_array_add (faults, g_strdup_printf ("%s:%u: %s", path, line, words));
}

static gboolean
has_one_of_the_prefixes (const char        *text,
                         const char *const *prefixes)
{
  for (; *prefixes != NULL; prefixes++)
    if (g_str_has_prefix (text, *prefixes))
      return TRUE;
  return FALSE;
}

/**
 * source_get_folder:
 * @path: a file's path
 *
 * Returns: (transfer full) (nullable): the folder of src/ that it lies in, or
 *   %NULL if it lies elsewhere
 */
char *
source_get_folder (const char *path)
{
  const char *start = path + strlen ("src/");
  const char *end = g_str_has_prefix (path, "src/") ? strchr (start, '/') : NULL;

  return end != NULL ? g_strndup (start, end - start) : NULL;
}

/* Blanks of what begins at @at, up to and with @end. */
static char *
blank_until (char       *at,
             const char *end)
{
  gsize length = strlen (end);

  for (; *at != '\0'; at++)
    {
      if (strncmp (at, end, length) == 0)
        {
          memset (at, ' ', length);
          return at + length;
        }
      if (*at != '\n')
        *at = ' ';
    }
  return at;
}

static char *
blank_literal (char *at,
               char  quote)
{
  for (at++; *at != '\0' && *at != '\n' && *at != quote; at++)
    {
      if (*at == '\\' && at[1] != '\0' && at[1] != '\n')
        *at++ = ' ';
      *at = ' ';
    }
  return *at == quote ? at + 1 : at;
}

/**
 * source_strip:
 * @text: C
 *
 * Puts blanks for comments and for what is inside of quotes, so that each line
 * and column stays where it is.
 *
 * Returns: (transfer full): the code alone
 */
char *
source_strip (const char *text)
{
  char *code = g_strdup (text);
  char *at = code;

  while (*at != '\0')
    {
      if (at[0] == '/' && at[1] == '*')
        {
          at[0] = at[1] = ' ';
          at = blank_until (at + 2, "*/");
        }
      else if (at[0] == '/' && at[1] == '/')
        {
          while (*at != '\0' && *at != '\n')
            *at++ = ' ';
        }
      else if (*at == '"' || *at == '\'')
        at = blank_literal (at, *at);
      else
        at++;
    }
  return code;
}

static const char *const *
find_layer (const char *folder)
{
  for (guint i = 0; i < G_N_ELEMENTS (layers); i++)
    if (g_str_equal (layers[i].folder, folder))
      return layers[i].below;
  return NULL;
}

static gboolean
layer_links (guint       layer,
             const char *folder)
{
  return g_str_equal (layers[layer].folder, folder) || g_strv_contains (layers[layer].below, folder);
}

/**
 * source_list_names:
 * @text: C
 *
 * Lists what a file gives to the whole program: its functions that are not
 * static, and the types that it defines.
 *
 * Returns: (transfer full): the names
 */
char **
source_list_names (const char *text)
{
  g_autoptr (GRegex) name = g_regex_new ("^(hc_[a-z0-9_]+) \\(|^\\} (Hc[A-Za-z0-9]+);", 0, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autofree char *code = source_strip (text);
  g_auto (GStrv) lines = g_strsplit (code, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autoptr (GMatchInfo) match = NULL;

      if (!g_regex_match (name, lines[i], 0, &match) ||
          (i > 0 && g_str_has_prefix (lines[i - 1], "static")))
        continue;
      g_ptr_array_add (names, g_match_info_fetch (match, g_match_info_get_match_count (match) - 1));
    }
  g_ptr_array_add (names, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&names), FALSE);
}

/**
 * source_check_unique:
 * @path: a file's path
 * @other: another's
 * @name: what both have
 * @faults: (element-type utf8): where to add what is wrong
 *
 * Checks that the same name doesn't mean two things in one program.
 */
void
source_check_unique (const char *path,
                     const char *other,
                     const char *name,
                     GPtrArray  *faults)
{
  g_autofree char *folder = source_get_folder (path);
  g_autofree char *other_folder = source_get_folder (other);

  if (folder == NULL || other_folder == NULL || g_str_equal (folder, other_folder))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (layers); i++)
    if (layer_links (i, folder) && layer_links (i, other_folder))
      {
        add_fault (faults, path, 1, "%s is also in %s, and %s/ links both",
                   name, other, layers[i].folder);
        return;
      }
}

/* A header that isn't in the tree is made by the build: config.h, or one that
 * names its folder, such as hc-client-enums.h. */
static const char *
find_folder_of_header (const char    *name,
                       const char    *own_folder,
                       SourceHeaders *headers)
{
  const char *base = strrchr (name, '/') != NULL ? strrchr (name, '/') + 1 : name;
  g_autofree char *near = g_strconcat (own_folder, "/", name, NULL);
  const char *folder = g_hash_table_lookup (headers, near);

  if (folder == NULL)
    folder = g_hash_table_lookup (headers, name);
  if (folder == NULL)
    folder = g_hash_table_lookup (headers, base);

  for (guint i = 0; folder == NULL && i < G_N_ELEMENTS (layers); i++)
    {
      g_autofree char *prefix = g_strdup_printf ("hc-%s-", layers[i].folder);

      if (g_str_has_prefix (base, prefix))
        folder = layers[i].folder;
    }
  return folder;
}

static void
check_own_include (const char        *path,
                   guint              line,
                   const char        *folder,
                   const char *const *below,
                   const char        *name,
                   SourceHeaders     *headers,
                   GPtrArray         *faults)
{
  const char *other = find_folder_of_header (name, folder, headers);

  if (g_str_equal (name, "config.h"))
    return;
  if (other == NULL)
    add_fault (faults, path, line, "includes %s, which is in no folder of src/", name);
  else if (g_str_equal (other, folder))
    return;
  else if (!g_strv_contains (below, other))
    add_fault (faults, path, line, "%s/ includes %s of %s/, which is no layer under it",
               folder, name, other);
  else if (g_str_has_suffix (name, "-private.h"))
    add_fault (faults, path, line, "includes %s, which is private to %s/", name, other);
}

static void
check_system_include (const char *path,
                      guint       line,
                      const char *folder,
                      const char *name,
                      GPtrArray  *faults)
{
  if (g_str_equal (folder, "protocol") && !g_strv_contains (protocol_may_include, name))
    add_fault (faults, path, line, "protocol/ includes <%s>: it has no socket and no main loop", name);
  if (g_str_equal (folder, "app") && has_one_of_the_prefixes (name, app_may_not_include))
    add_fault (faults, path, line, "app/ includes <%s>: it has no socket", name);
  if (!g_str_equal (folder, "app") && has_one_of_the_prefixes (name, toolkit_includes))
    add_fault (faults, path, line, "includes <%s> outside of app/", name);
}

/**
 * source_check_includes:
 * @path: the file's path
 * @text: its text
 * @headers: where each header lies
 * @faults: (element-type utf8): where to add what is wrong
 *
 * Checks that a file includes only what its layer may.
 */
void
source_check_includes (const char    *path,
                       const char    *text,
                       SourceHeaders *headers,
                       GPtrArray     *faults)
{
  g_autoptr (GRegex) include = g_regex_new ("^\\s*#\\s*include\\s*([\"<])([^\">]*)[\">]", 0, 0, NULL);
  g_autofree char *folder = source_get_folder (path);
  const char *const *below = folder != NULL ? find_layer (folder) : NULL;
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  if (below == NULL)
    {
      add_fault (faults, path, 1, "lies in no layer: src/ has one folder for each");
      return;
    }

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autoptr (GMatchInfo) match = NULL;
      g_autofree char *quote = NULL;
      g_autofree char *name = NULL;

      if (!g_regex_match (include, lines[i], 0, &match))
        continue;
      quote = g_match_info_fetch (match, 1);
      name = g_match_info_fetch (match, 2);
      if (*quote == '"')
        check_own_include (path, i + 1, folder, below, name, headers, faults);
      else
        check_system_include (path, i + 1, folder, name, faults);
    }
}

/**
 * source_check_layer:
 * @path: the file's path
 * @text: its text
 * @faults: (element-type utf8): where to add what is wrong
 *
 * Checks that packets use no socket, no main loop and no clock, and widgets no
 * socket.
 */
void
source_check_layer (const char *path,
                    const char *text,
                    GPtrArray  *faults)
{
  g_autofree char *folder = source_get_folder (path);
  g_autofree char *code = source_strip (text);
  const char *const *may_not_use;
  guint line = 1;

  if (g_strcmp0 (folder, "protocol") == 0)
    may_not_use = protocol_may_not_use;
  else if (g_strcmp0 (folder, "app") == 0)
    may_not_use = app_may_not_use;
  else
    return;

  for (const char *at = code; *at != '\0';)
    {
      gsize length = strspn (at, G_CSET_a_2_z G_CSET_A_2_Z G_CSET_DIGITS "_");

      line += *at == '\n';
      if (length > 0 && has_one_of_the_prefixes (at, may_not_use) &&
          !has_one_of_the_prefixes (at, all_may_use))
        add_fault (faults, path, line, "%s/ uses %.*s", folder, (int) length, at);
      at += MAX (length, 1);
    }
}

/* Markup begins with its declaration, a script with its interpreter. */
static gboolean
has_license (const char *text)
{
  const char *second = strchr (text, '\n');
  gsize length = strcspn (text, "\n");

  if ((g_str_has_prefix (text, "<?xml") || g_str_has_prefix (text, "#!")) && second != NULL)
    {
      text = second + 1;
      length = strcspn (text, "\n");
    }
  return g_strstr_len (text, length, "SPDX-License-Identifier: GPL-3.0-or-later") != NULL;
}

/**
 * source_check_form:
 * @path: the file's path
 * @text: its text
 * @faults: (element-type utf8): where to add what is wrong
 *
 * Checks the licence line, and that there are no tabs, carriage returns and
 * trailing blanks.
 */
void
source_check_form (const char *path,
                   const char *text,
                   GPtrArray  *faults)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  gsize length = strlen (text);

  if (!has_license (text))
    add_fault (faults, path, 1, "has no SPDX line first");
  if (length == 0 || text[length - 1] != '\n' || g_str_has_suffix (text, "\n\n"))
    add_fault (faults, path, g_strv_length (lines), "does not end with one newline");

  for (guint i = 0; lines[i] != NULL; i++)
    {
      gsize width = strlen (lines[i]);

      if (strchr (lines[i], '\t') != NULL)
        add_fault (faults, path, i + 1, "has a tab");
      if (strchr (lines[i], '\r') != NULL)
        add_fault (faults, path, i + 1, "has a carriage return");
      if (width > 0 && lines[i][width - 1] == ' ')
        add_fault (faults, path, i + 1, "ends with a blank");
    }
}

/* A body's brace stands alone behind the parameters; those of types and tables
 * don't. Gives the line with the function's name. */
static int
find_function_start (char **lines,
                     int    brace)
{
  int start = brace - 1;

  if (start < 0 || !g_str_has_suffix (g_strchomp (lines[start]), ")"))
    return -1;
  while (start > 0 && (lines[start][0] == ' ' || lines[start][0] == '\0'))
    start--;
  return start;
}

/**
 * source_check_lengths:
 * @path: the file's path
 * @text: its text
 * @faults: (element-type utf8): where to add what is wrong
 *
 * Checks that neither the file nor a function of it is too long.
 */
void
source_check_lengths (const char *path,
                      const char *text,
                      GPtrArray  *faults)
{
  g_autofree char *code = source_strip (text);
  g_auto (GStrv) lines = g_strsplit (code, "\n", -1);
  int start = -1;
  int n_lines = g_strv_length (lines) - 1;

  if (n_lines > MAX_FILE_LINES)
    add_fault (faults, path, n_lines, "the file has %d lines", n_lines);

  for (int i = 0; lines[i] != NULL; i++)
    {
      if (lines[i][0] == '{')
        start = find_function_start (lines, i);
      else if (lines[i][0] == '}' && start >= 0)
        {
          if (i - start + 1 > MAX_FUNCTION_LINES)
            add_fault (faults, path, start + 1, "%.*s() has %d lines",
                       (int) strcspn (lines[start], " ("), lines[start], i - start + 1);
          start = -1;
        }
    }
}
