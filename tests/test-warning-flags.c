/* SPDX-License-Identifier: GPL-3.0-or-later */

/* That every warning flag the project asks for is on the command line of every
 * file of it. Called with the path of compile_commands.json and the flags. */

#include <glib.h>

#include <string.h>

/* One file's command. */
typedef struct
{
  char *file;
  char **arguments;
} Command;

static void
command_free (gpointer data)
{
  Command *self = data;

  g_free (self->file);
  g_strfreev (self->arguments);
  g_free (self);
}

/* The value of "name" in one object, which ninja writes a line each. */
static char *
get_value (const char *object,
           const char *name)
{
  g_autofree char *pattern = g_strdup_printf ("\"%s\":\\s*\"((?:[^\"\\\\]|\\\\.)*)\"", name);
  g_autoptr (GRegex) regex = g_regex_new (pattern, 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *quoted = NULL;

  if (!g_regex_match (regex, object, 0, &match))
    return NULL;
  quoted = g_match_info_fetch (match, 1);
  return g_strcompress (quoted);
}

static GPtrArray *
read_commands (const char *json)
{
  GPtrArray *commands = g_ptr_array_new_with_free_func (command_free);
  g_auto (GStrv) objects = g_strsplit (json, "\n  {", -1);

  for (guint i = 1; objects[i] != NULL; i++)
    {
      Command *command = g_new0 (Command, 1);
      g_autofree char *line = get_value (objects[i], "command");
      g_autoptr (GError) error = NULL;

      g_ptr_array_add (commands, command);
      command->file = get_value (objects[i], "file");
      g_assert_nonnull (command->file);
      g_assert_nonnull (line);
      g_shell_parse_argv (line, NULL, &command->arguments, &error);
      g_assert_no_error (error);
    }
  return commands;
}

/* The last of several that contradict each other counts. */
static gboolean
has_flag (const Command *command,
          const char    *flag)
{
  g_autofree char *opposite = NULL;
  gboolean found = FALSE;

  if (g_str_has_prefix (flag, "-Wno-"))
    opposite = g_strconcat ("-W", flag + strlen ("-Wno-"), NULL);
  else
    opposite = g_strconcat ("-Wno-", flag + strlen ("-W"), NULL);
  for (guint i = 0; command->arguments[i] != NULL; i++)
    if (g_str_equal (command->arguments[i], flag))
      found = TRUE;
    else if (g_str_equal (command->arguments[i], opposite))
      found = FALSE;
  return found;
}

static guint
count_missing (const char  *json,
               char       **flags)
{
  g_autoptr (GPtrArray) commands = read_commands (json);
  guint n = 0;

  g_assert_cmpuint (commands->len, >, 0);
  for (guint i = 0; i < commands->len; i++)
    for (char **flag = flags; *flag != NULL; flag++)
      if (!has_flag (g_ptr_array_index (commands, i), *flag))
        {
          const Command *command = g_ptr_array_index (commands, i);

          g_test_message ("%s is compiled without %s", command->file, *flag);
          n++;
        }
  return n;
}

#define FILE_WITH(flags) \
  "\n  {\n    \"directory\": \"/b\",\n    \"command\": \"cc " flags " -o a.o -c '/s/a b.c'\",\n" \
  "    \"file\": \"/s/a b.c\"\n  }"

static void
test_rule (void)
{
  char *flags[] = { (char *) "-Wshadow", (char *) "-Wno-unused", NULL };

  g_assert_cmpuint (count_missing ("[" FILE_WITH ("-Wshadow -Wno-unused") "\n]", flags), ==, 0);
  g_assert_cmpuint (count_missing ("[" FILE_WITH ("-Wshadow") "\n]", flags), ==, 1);
  g_assert_cmpuint (count_missing ("[" FILE_WITH ("-Wshadows -Wno-unused") "\n]", flags), ==, 1);
  g_assert_cmpuint (count_missing ("[" FILE_WITH ("'-DA=\\\"-Wshadow -Wno-unused\\\"'") "\n]", flags), ==, 2);
  g_assert_cmpuint (count_missing ("[" FILE_WITH ("-Wshadow -Wno-unused -Wno-shadow") "\n]", flags), ==, 1);
  g_assert_cmpuint (count_missing ("[" FILE_WITH ("-Wshadow -Wno-unused") "," FILE_WITH ("") "\n]", flags), ==, 2);
}

static void
test_build (gconstpointer data)
{
  char **arguments = (char **) data;
  g_autofree char *json = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (arguments[0], &json, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (json, "hc-packet.c"));
  g_assert_nonnull (arguments[1]);
  g_assert_cmpuint (count_missing (json, arguments + 1), ==, 0);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (argc < 3)
    g_error ("Call it with compile_commands.json and the flags, as tests/meson.build does");

  g_test_add_func ("/warning-flags/rule", test_rule);
  g_test_add_data_func ("/warning-flags/build", argv + 1, test_build);

  return g_test_run ();
}
