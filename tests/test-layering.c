/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Folders are layers: what each file of the tree may include and use, and how
 * it is written. The rules are tried first on text made up to break them. */

#include "source-rules.h"

#include <string.h>

#define LICENSE "/* SPDX-License-Identifier: GPL-3.0-or-later */\n"

/* What is too long with a reason: a file, and a function's name with () or
 * "the file". */
static const struct { const char *path; const char *what; const char *reason; } allowed[] = {
  { "src/client/hc-connector.c", "the file", "one round, whose two ways wait for each other" },
  { "src/client/hc-peer-v2.c", "the file", "one exchange, and all that can happen to it" },
  { "src/client/hc-session.c", "hc_session_class_init()", "a list of properties, without a branch" },
  { "src/client/hc-session.c", "hc_session_get_property()", "a list of properties, without a branch" },
  { "src/server/hc-server.c", "hc_server_class_init()", "a list of properties, without a branch" },
};

static SourceHeaders *
make_headers (void)
{
  SourceHeaders *headers = g_hash_table_new (g_str_hash, g_str_equal);

  g_hash_table_insert (headers, (gpointer) "hc-packet.h", (gpointer) "protocol");
  g_hash_table_insert (headers, (gpointer) "hc-packet-private.h", (gpointer) "protocol");
  g_hash_table_insert (headers, (gpointer) "hc-registry.h", (gpointer) "server");
  g_hash_table_insert (headers, (gpointer) "hc-session.h", (gpointer) "client");
  g_hash_table_insert (headers, (gpointer) "hc-command.h", (gpointer) "terminal");
  g_hash_table_insert (headers, (gpointer) "hc-window.h", (gpointer) "app");
  g_hash_table_insert (headers, (gpointer) "terminal/hc-window.h", (gpointer) "terminal");
  return headers;
}

/* The fault is NULL where there is none. */
typedef struct
{
  const char *name;
  const char *path;
  const char *text;
  const char *fault;
} Case;

static void
assert_fault (GPtrArray  *faults,
              const char *fault)
{
  if (fault == NULL)
    {
      if (faults->len > 0)
        g_test_message ("%s", (const char *) g_ptr_array_index (faults, 0));
      g_assert_cmpuint (faults->len, ==, 0);
      return;
    }
  g_assert_cmpuint (faults->len, ==, 1);
  g_assert_cmpstr (g_ptr_array_index (faults, 0), ==, fault);
}

static const Case include_cases[] = {
  { "protocol-own", "src/protocol/a.c", "#include \"hc-packet-private.h\"\n", NULL },
  { "protocol-glib", "src/protocol/a.c", "#include <glib.h>\n#include <gio/gio.h>\n#include <string.h>\n", NULL },
  { "protocol-inet", "src/protocol/a.c", "#include <arpa/inet.h>\n", NULL },
  { "protocol-server", "src/protocol/a.c", "\n#include \"hc-registry.h\"\n",
    "src/protocol/a.c:2: protocol/ includes hc-registry.h of server/, which is no layer under it" },
  { "protocol-socket", "src/protocol/a.c", "#include <sys/socket.h>\n",
    "src/protocol/a.c:1: protocol/ includes <sys/socket.h>: it has no socket and no main loop" },
  { "protocol-unix", "src/protocol/a.c", "# include <glib-unix.h>\n",
    "src/protocol/a.c:1: protocol/ includes <glib-unix.h>: it has no socket and no main loop" },
  { "server-protocol", "src/server/a.c", "#include \"hc-packet.h\"\n#include <sys/epoll.h>\n", NULL },
  { "server-private", "src/server/a.c", "#include \"hc-packet-private.h\"\n",
    "src/server/a.c:1: includes hc-packet-private.h, which is private to protocol/" },
  { "server-by-folder", "src/server/a.c", "#include \"client/hc-session.h\"\n",
    "src/server/a.c:1: server/ includes client/hc-session.h of client/, which is no layer under it" },
  { "server-generated", "src/server/a.c", "#include \"hc-client-enums.h\"\n",
    "src/server/a.c:1: server/ includes hc-client-enums.h of client/, which is no layer under it" },
  { "server-gtk", "src/server/a.h", "#include <gtk/gtk.h>\n",
    "src/server/a.h:1: includes <gtk/gtk.h> outside of app/" },
  { "client-protocol", "src/client/a.c", "#include \"config.h\"\n#include \"hc-packet.h\"\n", NULL },
  { "client-generated", "src/client/a.c", "#include \"hc-client-enums.h\"\n", NULL },
  { "client-server", "src/client/a.c", "#include \"hc-registry.h\"\n",
    "src/client/a.c:1: client/ includes hc-registry.h of server/, which is no layer under it" },
  { "client-app", "src/client/a.c", "  #  include \"hc-window.h\"\n",
    "src/client/a.c:1: client/ includes hc-window.h of app/, which is no layer under it" },
  { "client-gdk", "src/client/a.c", "#include <gdk/gdk.h>\n",
    "src/client/a.c:1: includes <gdk/gdk.h> outside of app/" },
  { "terminal-client", "src/terminal/a.c", "#include \"hc-session.h\"\n#include \"hc-packet.h\"\n", NULL },
  { "terminal-own-before-other", "src/terminal/a.c", "#include \"hc-window.h\"\n", NULL },
  { "terminal-server", "src/terminal/a.c", "#include \"hc-registry.h\"\n",
    "src/terminal/a.c:1: terminal/ includes hc-registry.h of server/, which is no layer under it" },
  { "terminal-adwaita", "src/terminal/a.c", "#include <adwaita.h>\n",
    "src/terminal/a.c:1: includes <adwaita.h> outside of app/" },
  { "app-all", "src/app/a.c",
    "#include \"hc-session.h\"\n#include \"hc-packet.h\"\n#include \"hc-registry.h\"\n#include <adwaita.h>\n", NULL },
  { "app-terminal", "src/app/a.c", "#include \"hc-command.h\"\n",
    "src/app/a.c:1: app/ includes hc-command.h of terminal/, which is no layer under it" },
  { "app-socket", "src/app/a.c", "#include <netinet/in.h>\n",
    "src/app/a.c:1: app/ includes <netinet/in.h>: it has no socket" },
  { "unknown-header", "src/app/a.c", "#include \"mine.h\"\n",
    "src/app/a.c:1: includes mine.h, which is in no folder of src/" },
  { "unknown-folder", "src/common/a.c", "",
    "src/common/a.c:1: lies in no layer: src/ has one folder for each" },
  { "no-folder", "src/a.c", "", "src/a.c:1: lies in no layer: src/ has one folder for each" },
  { "no-include", "src/client/a.c", "/* #include */ char *s = \"#include <gtk/gtk.h>\";\n", NULL },
};

static void
test_includes (gconstpointer data)
{
  const Case *test = data;
  g_autoptr (GHashTable) headers = make_headers ();
  g_autoptr (GPtrArray) faults = g_ptr_array_new_with_free_func (g_free);

  source_check_includes (test->path, test->text, headers, faults);
  assert_fault (faults, test->fault);
}

/* The text is another file's path. */
static const Case unique_cases[] = {
  { "app-links-both", "src/server/hc-a.h", "src/client/hc-a.h",
    "src/server/hc-a.h:1: hc_a is also in src/client/hc-a.h, and app/ links both" },
  { "one-links-the-other", "src/client/hc-a.h", "src/protocol/hc-a.h",
    "src/client/hc-a.h:1: hc_a is also in src/protocol/hc-a.h, and client/ links both" },
  { "never-together", "src/app/hc-a.h", "src/terminal/hc-a.h", NULL },
  { "same-folder", "src/app/hc-a.h", "src/app/hc-b.h", NULL },
  { "tests", "tests/hc-a.h", "src/client/hc-a.h", NULL },
};

static void
test_unique (gconstpointer data)
{
  const Case *test = data;
  g_autoptr (GPtrArray) faults = g_ptr_array_new_with_free_func (g_free);

  source_check_unique (test->path, test->text, "hc_a", faults);
  assert_fault (faults, test->fault);
}

static void
test_names (void)
{
  g_auto (GStrv) names = source_list_names ("typedef struct\n{\n  int a;\n} HcA;\n\n"
                                            "static void\nhc_b (void)\n{\n  hc_x (1);\n}\n\n"
                                            "HcA *\nhc_c (int a,\n      int b)\n{\n}\n\n"
                                            "/*\nhc_d (*/\n");
  g_autofree char *list = g_strjoinv (" ", names);

  g_assert_cmpstr (list, ==, "HcA hc_c");
}

static const Case layer_cases[] = {
  { "addresses", "src/protocol/a.c",
    "GSocketAddress *a = g_socket_address_new_from_native (b, 1); g_inet_socket_address_new (c, 2);\n", NULL },
  { "in-comment", "src/protocol/a.c", "/* no g_main_loop_run () here */ // g_source_new\n", NULL },
  { "in-string", "src/protocol/a.c", "char *s = \"a \\\" g_main_\"; char c = '\"'; char d = '\\'';\n", NULL },
  { "inside-a-name", "src/protocol/a.c", "my_g_main_thing (hc_g_source_);\n", NULL },
  { "app-addresses", "src/app/a.c", "g_socket_address_get_family (a); GSocketAddress *b;\n", NULL },
  { "app-main-loop", "src/app/a.c", "g_timeout_add (1, f, NULL);\n", NULL },
  { "app-socket", "src/app/a.c", "g_socket_client_new ();\n",
    "src/app/a.c:1: app/ uses g_socket_client_new" },
  { "elsewhere", "src/client/a.c", "g_main_context_iteration (NULL, TRUE);\n", NULL },
  { "main-loop", "src/protocol/a.c", "int a;\n\ng_main_context_iteration (NULL, TRUE);\n",
    "src/protocol/a.c:3: protocol/ uses g_main_context_iteration" },
  { "source", "src/protocol/a.c", "/*\n*/\n  x = g_source_new (y);\n",
    "src/protocol/a.c:3: protocol/ uses g_source_new" },
  { "socket", "src/protocol/a.c", "g_socket_new (1);\n", "src/protocol/a.c:1: protocol/ uses g_socket_new" },
  { "socket-type", "src/protocol/a.h", "GSocket *socket;\n", "src/protocol/a.h:1: protocol/ uses GSocket" },
  { "socket-client", "src/protocol/a.h", "GSocketClient *c;\n",
    "src/protocol/a.h:1: protocol/ uses GSocketClient" },
  { "timeout", "src/protocol/a.c", "\"\"; g_timeout_add (1, f, NULL);\n",
    "src/protocol/a.c:1: protocol/ uses g_timeout_add" },
  { "clock", "src/protocol/a.c", "g_get_monotonic_time ();\n",
    "src/protocol/a.c:1: protocol/ uses g_get_monotonic_time" },
};

static void
test_layer (gconstpointer data)
{
  const Case *test = data;
  g_autoptr (GPtrArray) faults = g_ptr_array_new_with_free_func (g_free);

  source_check_layer (test->path, test->text, faults);
  assert_fault (faults, test->fault);
}

static const Case form_cases[] = {
  { "good", "a.c", LICENSE "\nint a;\n", NULL },
  { "good-markup", "a.ui",
    "<?xml version=\"1.0\"?>\n<!-- SPDX-License-Identifier: GPL-3.0-or-later -->\n<interface/>\n", NULL },
  { "good-build", "meson.build", "# SPDX-License-Identifier: GPL-3.0-or-later\n", NULL },
  { "good-script", "a.sh", "#!/bin/sh\n# SPDX-License-Identifier: GPL-3.0-or-later\n", NULL },
  { "no-license", "a.c", "int a;\n", "a.c:1: has no SPDX line first" },
  { "late-license", "a.c", "\n" LICENSE, "a.c:1: has no SPDX line first" },
  { "other-license", "a.c", "/* SPDX-License-Identifier: MIT */\n", "a.c:1: has no SPDX line first" },
  { "tab", "a.c", LICENSE "\tint a;\n", "a.c:2: has a tab" },
  { "blank", "a.c", LICENSE "int a; \n", "a.c:2: ends with a blank" },
  { "only-blanks", "a.c", LICENSE "  \nint a;\n", "a.c:2: ends with a blank" },
  { "carriage-return", "a.c", LICENSE "int a;\r\n", "a.c:2: has a carriage return" },
  { "no-newline", "a.c", LICENSE "int a;", "a.c:2: does not end with one newline" },
  { "two-newlines", "a.c", LICENSE "int a;\n\n", "a.c:4: does not end with one newline" },
};

static void
test_form (gconstpointer data)
{
  const Case *test = data;
  g_autoptr (GPtrArray) faults = g_ptr_array_new_with_free_func (g_free);

  source_check_form (test->path, test->text, faults);
  assert_fault (faults, test->fault);
}

static void
check_lengths (const char *head,
               guint       n_lines,
               const char *tail,
               const char *fault)
{
  g_autoptr (GPtrArray) faults = g_ptr_array_new_with_free_func (g_free);
  GString *text = g_string_new (head);

  for (guint i = 0; i < n_lines; i++)
    g_string_append (text, "  line ();\n");
  g_string_append (text, tail);
  source_check_lengths ("a.c", text->str, faults);
  assert_fault (faults, fault);
  g_string_free (text, TRUE);
}

static void
test_lengths (void)
{
  check_lengths ("", 600, "", NULL);
  check_lengths ("", 601, "", "a.c:601: the file has 601 lines");

  check_lengths ("static void\nwork (void)\n{\n", 57, "}\n", NULL);
  check_lengths ("static void\nwork (void)\n{\n", 58, "}\n", "a.c:2: work() has 61 lines");
  check_lengths ("void\nwork (int a,\n      int b)\n{\n", 57, "}\n", "a.c:2: work() has 61 lines");
  check_lengths ("int\nwork (void) /* } */\n{\n  f (\"}\");\n", 57, "}\n", "a.c:2: work() has 61 lines");
  check_lengths ("void\nwork (void)\n{\n  {\n", 56, "  }\n}\n", "a.c:2: work() has 61 lines");

  check_lengths ("static const int table[] = {\n", 100, "};\n", NULL);
  check_lengths ("typedef enum\n{\n", 100, "} Name;\n", NULL);
  check_lengths ("struct _Name\n{\n", 100, "};\n\nvoid\nf (void)\n{\n}\n", NULL);
}

/* The tree itself. */

typedef struct
{
  GPtrArray *paths;
  GPtrArray *faults;
  SourceHeaders *headers;

  /* Where each name of source_list_names(), and of a header, is. */
  GHashTable *names;
} Tree;

static gboolean
is_checked (const char *name)
{
  return g_str_has_suffix (name, ".c") || g_str_has_suffix (name, ".h") ||
         g_str_has_suffix (name, ".ui") || g_str_has_suffix (name, ".css") ||
         g_str_has_suffix (name, ".py") || g_str_has_suffix (name, ".sh") || g_str_equal (name, "meson.build");
}

static char *
locate (const char *path)
{
  return g_test_build_filename (G_TEST_DIST, "..", path, NULL);
}

static void
find_sources (Tree       *tree,
              const char *folder)
{
  g_autofree char *place = locate (folder);
  g_autoptr (GDir) dir = g_dir_open (place, 0, NULL);
  const char *name;

  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_autofree char *full_path = locate (path);

      if (name[0] == '.' || name[0] == '_')
        continue;
      if (g_file_test (full_path, G_FILE_TEST_IS_DIR))
        find_sources (tree, path);
      else if (is_checked (name))
        g_ptr_array_add (tree->paths, g_steal_pointer (&path));
    }
}

static void
tree_set_up (Tree          *tree,
             gconstpointer  data)
{
  tree->paths = g_ptr_array_new_with_free_func (g_free);
  tree->faults = g_ptr_array_new_with_free_func (g_free);
  tree->headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  tree->names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                       (GDestroyNotify) g_ptr_array_unref);

  find_sources (tree, "src");
  find_sources (tree, "tests");
  for (guint i = 0; i < tree->paths->len; i++)
    {
      const char *path = g_ptr_array_index (tree->paths, i);
      g_autofree char *folder = source_get_folder (path);

      if (folder == NULL || !g_str_has_suffix (path, ".h"))
        continue;
      g_hash_table_insert (tree->headers, g_strdup (path + strlen ("src/")), g_strdup (folder));
      g_hash_table_insert (tree->headers, g_path_get_basename (path), g_strdup (folder));
    }

  /* That there is something to check. */
  g_assert_cmpstr (g_hash_table_lookup (tree->headers, "hc-packet.h"), ==, "protocol");
}

static void
tree_tear_down (Tree          *tree,
                gconstpointer  data)
{
  g_hash_table_unref (tree->names);
  g_hash_table_unref (tree->headers);
  g_ptr_array_unref (tree->faults);
  g_ptr_array_unref (tree->paths);
}

static gboolean
is_allowed (const char *fault)
{
  for (guint i = 0; i < G_N_ELEMENTS (allowed); i++)
    if (g_str_has_prefix (fault, allowed[i].path) && strstr (fault, allowed[i].what) != NULL)
      return TRUE;
  return FALSE;
}

/* All of them, not only the first. */
static void
report_faults (Tree *tree)
{
  for (guint i = 0; i < tree->faults->len; i++)
    {
      const char *fault = g_ptr_array_index (tree->faults, i);

      if (is_allowed (fault))
        continue;
      g_test_message ("%s", fault);
      g_test_fail_printf ("%s", fault);
    }
}

typedef void (*Check) (Tree       *tree,
                       const char *path,
                       const char *text);

static void
check_tree (Tree  *tree,
            Check  check)
{
  for (guint i = 0; i < tree->paths->len; i++)
    {
      const char *path = g_ptr_array_index (tree->paths, i);
      g_autofree char *full_path = locate (path);
      g_autofree char *text = NULL;
      g_autoptr (GError) error = NULL;

      g_file_get_contents (full_path, &text, NULL, &error);
      g_assert_no_error (error);
      check (tree, path, text);
    }
  report_faults (tree);
}

static gboolean
is_code (const char *path)
{
  return g_str_has_suffix (path, ".c") || g_str_has_suffix (path, ".h");
}

static void
check_layers (Tree       *tree,
              const char *path,
              const char *text)
{
  if (!g_str_has_prefix (path, "src/") || !is_code (path))
    return;
  source_check_includes (path, text, tree->headers, tree->faults);
  source_check_layer (path, text, tree->faults);
}

static void
check_form (Tree       *tree,
            const char *path,
            const char *text)
{
  source_check_form (path, text, tree->faults);
}

static void
check_length (Tree       *tree,
              const char *path,
              const char *text)
{
  if (g_str_has_prefix (path, "src/") && is_code (path))
    source_check_lengths (path, text, tree->faults);
}

static void
test_tree_layers (Tree          *tree,
                  gconstpointer  data)
{
  check_tree (tree, check_layers);
}

static void
check_name (Tree       *tree,
            const char *path,
            const char *name)
{
  GPtrArray *places = g_hash_table_lookup (tree->names, name);

  if (places == NULL)
    {
      places = g_ptr_array_new_with_free_func (g_free);
      g_hash_table_insert (tree->names, g_strdup (name), places);
    }
  for (guint i = 0; i < places->len; i++)
    source_check_unique (path, g_ptr_array_index (places, i), name, tree->faults);
  g_ptr_array_add (places, g_strdup (path));
}

/* In a header's declarations the names stand behind their types. */
static void
check_names (Tree       *tree,
             const char *path,
             const char *text)
{
  g_auto (GStrv) names = source_list_names (text);
  g_autofree char *base = g_path_get_basename (path);

  if (!g_str_has_prefix (path, "src/") || !is_code (path))
    return;
  if (g_str_has_suffix (path, ".h"))
    check_name (tree, path, base);
  for (char **name = names; *name != NULL; name++)
    check_name (tree, path, *name);
}

static void
test_tree_names (Tree          *tree,
                 gconstpointer  data)
{
  check_tree (tree, check_names);
}

static void
test_tree_form (Tree          *tree,
                gconstpointer  data)
{
  check_tree (tree, check_form);
}

static void
test_tree_lengths (Tree          *tree,
                   gconstpointer  data)
{
  check_tree (tree, check_length);
}

static void
add_cases (const char    *folder,
           const Case    *cases,
           gsize          n_cases,
           GTestDataFunc  function)
{
  for (gsize i = 0; i < n_cases; i++)
    {
      g_autofree char *path = g_strdup_printf ("/layering/rules/%s/%s", folder, cases[i].name);

      g_test_add_data_func (path, &cases[i], function);
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add_cases ("includes", include_cases, G_N_ELEMENTS (include_cases), test_includes);
  add_cases ("unique", unique_cases, G_N_ELEMENTS (unique_cases), test_unique);
  add_cases ("layer", layer_cases, G_N_ELEMENTS (layer_cases), test_layer);
  add_cases ("form", form_cases, G_N_ELEMENTS (form_cases), test_form);
  g_test_add_func ("/layering/rules/lengths", test_lengths);
  g_test_add_func ("/layering/rules/names", test_names);

  g_test_add ("/layering/tree/layers", Tree, NULL, tree_set_up, test_tree_layers, tree_tear_down);
  g_test_add ("/layering/tree/names", Tree, NULL, tree_set_up, test_tree_names, tree_tear_down);
  g_test_add ("/layering/tree/form", Tree, NULL, tree_set_up, test_tree_form, tree_tear_down);
  g_test_add ("/layering/tree/lengths", Tree, NULL, tree_set_up, test_tree_lengths, tree_tear_down);

  return g_test_run ();
}
