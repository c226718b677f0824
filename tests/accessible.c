/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "accessible.h"

#include <atspi/atspi.h>
#include <locale.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "wait.h"

/* How long a program may take for one answer, and for its first. */
#define CALL_MILLISECONDS 5000
#define START_MILLISECONDS 15000

#define POLL_MILLISECONDS 20

/* libatspi has no cleanup functions in some versions, and its own in others. */
typedef AtspiStateSet States;
typedef AtspiText Text;
typedef AtspiAction Action;
typedef AtspiEditableText EditableText;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (States, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Text, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Action, g_object_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EditableText, g_object_unref)

typedef gboolean (*Match) (Accessible *accessible,
                           gconstpointer    data);

/* libatspi complains of programs that are just coming or going. Whoever needs one waits for it. */
static void
ignore_complaint (const char    *domain,
                  GLogLevelFlags level,
                  const char    *message,
                  gpointer       data)
{
}

static gboolean
is_fatal (const char    *domain,
          GLogLevelFlags level,
          const char    *message,
          gpointer       data)
{
  return g_strcmp0 (domain, "dbind") != 0;
}

void
accessible_init (void)
{
  int status;

  setlocale (LC_ALL, "C.UTF-8");
  g_log_set_handler ("dbind", G_LOG_LEVEL_WARNING | G_LOG_FLAG_FATAL, ignore_complaint, NULL);
  g_test_log_set_fatal_handler (is_fatal, NULL);

  status = atspi_init ();

  /* 1 is for somebody who has called it already. */
  if (status != 0 && status != 1)
    accessible_fail (NULL, "There is no accessibility bus");
  atspi_set_timeout (CALL_MILLISECONDS, START_MILLISECONDS);
}

static void dump (Accessible *self,
                  guint       depth);

static gboolean
on_tick (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

/*
 * accessible_poll:
 * @end: when to give up, from wait_begin()
 *
 * Lets a moment pass in which the main context works. Widgets can't be waited
 * for: GTK 4.8 doesn't say when a property has changed, so they are asked again.
 *
 * Returns: %FALSE if it was in vain
 */
gboolean
accessible_poll (gint64 end)
{
  gboolean ticked = FALSE;

  if (g_get_monotonic_time () > end)
    return FALSE;
  g_timeout_add (POLL_MILLISECONDS, on_tick, &ticked);
  while (!ticked)
    g_main_context_iteration (NULL, TRUE);

  return TRUE;
}

/* In a test this is a failure like any other; a program ends. */
void
accessible_fail (Accessible *root,
                 const char      *format,
                 ...)
{
  g_autofree char *words = NULL;
  va_list arguments;

  va_start (arguments, format);
  words = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  if (root != NULL)
    {
      g_printerr ("# There is:\n");
      dump (root, 1);
    }
  if (g_test_initialized ())
    g_error ("%s", words);
  g_printerr ("\nerror: %s\n", words);
  exit (EXIT_FAILURE);
}

/*
 * accessible_list_children:
 *
 * Not to be asked of an application while one of its windows closes: GTK 4.8
 * crashes when it is asked for a window that it had when they were counted.
 *
 * Returns: (transfer full) (element-type Accessible): those it has; if it
 *   is gone, none
 */
GPtrArray *
accessible_list_children (Accessible *parent)
{
  GPtrArray *children = g_ptr_array_new_with_free_func (g_object_unref);
  int n_children = atspi_accessible_get_child_count (parent, NULL);

  for (int i = 0; i < n_children; i++)
    {
      Accessible *child = atspi_accessible_get_child_at_index (parent, i, NULL);

      if (child != NULL)
        g_ptr_array_add (children, child);
    }

  return children;
}

static gboolean
has_state (Accessible    *self,
           AtspiStateType state)
{
  g_autoptr (States) states = atspi_accessible_get_state_set (self);

  return states != NULL && atspi_state_set_contains (states, state);
}

/* U+2068 and U+2069 stand around names that other people chose, where nobody sees them. */
static char *
strip_isolates (const char *text)
{
  g_auto (GStrv) opened = g_strsplit (text, "\u2068", -1);
  g_autofree char *joined = g_strjoinv ("", opened);
  g_auto (GStrv) closed = g_strsplit (joined, "\u2069", -1);

  return g_strjoinv ("", closed);
}

/*
 * accessible_dup_name:
 *
 * Returns: (transfer full): what is read out, empty if nothing is
 */
char *
accessible_dup_name (Accessible *self)
{
  g_autofree char *name = atspi_accessible_get_name (self, NULL);

  return name != NULL ? strip_isolates (name) : g_strdup ("");
}

/*
 * accessible_dup_text:
 *
 * Returns: (transfer full): what stands in an entry or on a label; of anything
 *   else its name
 */
char *
accessible_dup_text (Accessible *self)
{
  g_autoptr (Text) text = atspi_accessible_get_text_iface (self);
  char *words = NULL;

  if (text != NULL)
    words = atspi_text_get_text (text, 0, atspi_text_get_character_count (text, NULL), NULL);
  else
    words = atspi_accessible_get_name (self, NULL);

  return words != NULL ? words : g_strdup ("");
}

char *
accessible_dup_attribute (Accessible *self,
                          const char *name)
{
  g_autoptr (GHashTable) attributes = atspi_accessible_get_attributes (self, NULL);

  const char *value = attributes != NULL ? g_hash_table_lookup (attributes, name) : NULL;

  return value != NULL ? strip_isolates (value) : NULL;
}

/* As comments of TAP, so that a test's output stays TAP wherever it goes. */
static void
dump (Accessible *self,
      guint       depth)
{
  g_autofree char *role = atspi_accessible_get_role_name (self, NULL);
  g_autofree char *name = atspi_accessible_get_name (self, NULL);
  g_autofree char *text = accessible_dup_text (self);
  g_autoptr (GPtrArray) children = accessible_list_children (self);

  g_printerr ("# %*s%s “%s”", 2 * (int) depth, "", role, name);
  if (g_strcmp0 (text, name) != 0)
    g_printerr (" = “%s”", text);
  if (!has_state (self, ATSPI_STATE_SENSITIVE))
    g_printerr (" (insensitive)");
  if (has_state (self, ATSPI_STATE_FOCUSED))
    g_printerr (" (focused)");
  g_printerr ("\n");

  for (guint i = 0; i < children->len; i++)
    dump (g_ptr_array_index (children, i), depth + 1);
}

/* Depth first; @root itself counts. */
static Accessible *
find (Accessible   *root,
      Match         match,
      gconstpointer data)
{
  g_autoptr (GPtrArray) children = NULL;

  if (match (root, data))
    return g_object_ref (root);

  children = accessible_list_children (root);
  for (guint i = 0; i < children->len; i++)
    {
      Accessible *found = find (g_ptr_array_index (children, i), match, data);

      if (found != NULL)
        return found;
    }

  return NULL;
}

/*
 * accessible_find_application:
 * @process_id: a process
 *
 * Returns: (transfer full) (nullable): what it shows
 */
Accessible *
accessible_find_application (guint process_id)
{
  g_autoptr (Accessible) desktop = atspi_get_desktop (0);
  g_autoptr (GPtrArray) applications = accessible_list_children (desktop);

  for (guint i = 0; i < applications->len; i++)
    {
      Accessible *application = g_ptr_array_index (applications, i);

      if (atspi_accessible_get_process_id (application, NULL) == process_id)
        return g_object_ref (application);
    }

  return NULL;
}

/*
 * accessible_list_windows:
 *
 * Returns: (transfer full) (element-type Accessible): the windows of all programs
 */
GPtrArray *
accessible_list_windows (void)
{
  g_autoptr (Accessible) desktop = atspi_get_desktop (0);
  g_autoptr (GPtrArray) applications = accessible_list_children (desktop);
  GPtrArray *windows = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < applications->len; i++)
    g_ptr_array_extend_and_steal (windows,
                                  accessible_list_children (g_ptr_array_index (applications, i)));

  return windows;
}

typedef struct
{
  AccessibleKind kind;
  const char *name;
} Query;

static gboolean
is_of_kind (Accessible    *accessible,
            AccessibleKind kind)
{
  AtspiRole role = atspi_accessible_get_role (accessible, NULL);

  switch (kind)
    {
    case ACCESSIBLE_BUTTON:
      return role == ATSPI_ROLE_PUSH_BUTTON || role == ATSPI_ROLE_TOGGLE_BUTTON;
    case ACCESSIBLE_ENTRY:
      /* "text" to GTK 4.8, "entry" to later ones */
      return role == ATSPI_ROLE_TEXT || role == ATSPI_ROLE_ENTRY;
    case ACCESSIBLE_LIST:
      return role == ATSPI_ROLE_LIST || role == ATSPI_ROLE_LIST_BOX;
    case ACCESSIBLE_ANYTHING:
    default:
      return TRUE;
    }
}

/* The buttons of an AdwMessageDialog of libadwaita 1.2 are called “_Cancel Cancel”. */
static gboolean
matches_query (Accessible   *accessible,
               gconstpointer data)
{
  const Query *query = data;
  g_autofree char *name = atspi_accessible_get_name (accessible, NULL);
  g_autofree char *twice = g_strdup_printf ("_%s %s", query->name, query->name);

  return (g_strcmp0 (name, query->name) == 0 || g_strcmp0 (name, twice) == 0) &&
         is_of_kind (accessible, query->kind);
}

/*
 * accessible_find:
 * @root: where to look
 * @kind: what kind of thing
 * @name: its whole name
 *
 * Returns: (transfer full) (nullable): the first such thing that is to be seen
 */
Accessible *
accessible_find (Accessible    *root,
                 AccessibleKind kind,
                 const char    *name)
{
  return find (root, matches_query, &(Query) { kind, name });
}

static const char *
describe (AccessibleKind kind)
{
  switch (kind)
    {
    case ACCESSIBLE_BUTTON:
      return "button";
    case ACCESSIBLE_ENTRY:
      return "entry";
    case ACCESSIBLE_LIST:
      return "list";
    case ACCESSIBLE_ANYTHING:
    default:
      return "thing";
    }
}

/* The same one again without a walk, if it still is what is looked for: a walk is some hundred
 * calls, and whoever is asked works for each. */
static Accessible *
find_again (Accessible  *root,
            const char  *purpose,
            Match        match,
            const Query *query)
{
  g_autofree char *key = g_strconcat (purpose, " ", query->name, NULL);
  Accessible *found = g_object_get_data (G_OBJECT (root), key);

  if (found != NULL && match (found, query) && has_state (found, ATSPI_STATE_VISIBLE))
    return g_object_ref (found);

  found = find (root, match, query);
  if (found != NULL)
    g_object_set_data_full (G_OBJECT (root), key, g_object_ref (found), g_object_unref);

  return found;
}

/* As accessible_find(), once it is there. */
Accessible *
accessible_await (Accessible    *root,
                  AccessibleKind kind,
                  const char    *name)
{
  gint64 end = wait_begin ();
  Accessible *found;

  while ((found = find_again (root, describe (kind), matches_query, &(Query) { kind, name })) == NULL)
    if (!accessible_poll (end))
      accessible_fail (root, "There is no %s called “%s”", describe (kind), name);

  return found;
}

static gboolean
contains_words (Accessible   *accessible,
                gconstpointer words)
{
  g_autofree char *name = accessible_dup_name (accessible);

  return strstr (name, words) != NULL;
}

gboolean
accessible_says (Accessible *root,
                 const char *words)
{
  g_autoptr (Accessible) found = find (root, contains_words, words);

  return found != NULL;
}

/* Waits until something is called so, in whole or in part, which a label is by what it says. */
void
accessible_await_words (Accessible *root,
                        const char *words)
{
  gint64 end = wait_begin ();

  while (!accessible_says (root, words))
    if (!accessible_poll (end))
      accessible_fail (root, "Nothing says “%s”", words);
}

/*
 * find_click:
 *
 * Returns: the index of the action that a click is, as GtkButton calls it, or -1; the button within
 *   a GtkMenuButton has it, not the menu button itself, though both have the same name
 */
static int
find_click (Action *action)
{
  int n_actions = action != NULL ? atspi_action_get_n_actions (action, NULL) : 0;

  for (int i = 0; i < n_actions; i++)
    {
      g_autofree char *name = atspi_action_get_action_name (action, i, NULL);

      if (g_strcmp0 (name, "click") == 0)
        return i;
    }

  return -1;
}

static gboolean
can_click (Accessible *button)
{
  g_autoptr (Action) action = atspi_accessible_get_action_iface (button);

  return find_click (action) >= 0;
}

static gboolean
click (Accessible *button)
{
  g_autoptr (Action) action = atspi_accessible_get_action_iface (button);
  int i = find_click (action);

  return i >= 0 && atspi_action_do_action (action, i, NULL);
}

static gboolean
is_pressable (Accessible   *accessible,
              gconstpointer data)
{
  return matches_query (accessible, data) && has_state (accessible, ATSPI_STATE_SENSITIVE) &&
         can_click (accessible);
}

static Accessible *
find_pressable (Accessible *root,
                const char *name)
{
  return find_again (root, "press", is_pressable, &(Query) { ACCESSIBLE_BUTTON, name });
}

gboolean
accessible_can_press (Accessible *root,
                      const char *name)
{
  g_autoptr (Accessible) button = find_pressable (root, name);

  return button != NULL;
}

static gboolean
is_focused (Accessible   *accessible,
            gconstpointer data)
{
  return matches_query (accessible, data) && has_state (accessible, ATSPI_STATE_FOCUSED);
}

gboolean
accessible_has_focus (Accessible *root,
                      const char *name)
{
  g_autoptr (Accessible) found = find_again (root, "focus", is_focused,
                                              &(Query) { ACCESSIBLE_ANYTHING, name });

  return found != NULL;
}

static gboolean
is_at_keyboard (Accessible   *accessible,
                gconstpointer data)
{
  return has_state (accessible, ATSPI_STATE_FOCUSED);
}

/*
 * accessible_dup_focus:
 *
 * Returns: (transfer full) (nullable): the name of what the keyboard is at
 */
char *
accessible_dup_focus (Accessible *root)
{
  g_autoptr (Accessible) found = find (root, is_at_keyboard, NULL);

  return found != NULL ? accessible_dup_name (found) : NULL;
}

static gboolean
is_label (Accessible   *accessible,
          gconstpointer data)
{
  return atspi_accessible_get_role (accessible, NULL) == ATSPI_ROLE_LABEL;
}

/*
 * accessible_dup_label:
 *
 * Returns: (transfer full) (nullable): what the first plain label in it shows
 */
char *
accessible_dup_label (Accessible *root)
{
  g_autoptr (Accessible) label = find (root, is_label, NULL);

  return label != NULL ? accessible_dup_text (label) : NULL;
}

/*
 * accessible_press:
 * @root: where to look
 * @name: a button's name
 *
 * Presses a button, once it can be pressed.
 */
void
accessible_press (Accessible *root,
                  const char *name)
{
  gint64 end = wait_begin ();

  for (;;)
    {
      g_autoptr (Accessible) button = find_pressable (root, name);

      if (button != NULL && click (button))
        return;
      if (!accessible_poll (end))
        accessible_fail (root, "There is no button called “%s” that can be pressed", name);
    }
}

/*
 * accessible_write:
 * @root: where to look
 * @name: an entry's name
 * @text: what shall stand in it
 *
 * Writes in an entry, in place of what is there.
 */
void
accessible_write (Accessible *root,
                  const char *name,
                  const char *text)
{
  gint64 end = wait_begin ();
  g_autoptr (Accessible) entry = accessible_await (root, ACCESSIBLE_ENTRY, name);
  g_autoptr (EditableText) editable = atspi_accessible_get_editable_text_iface (entry);

  while (editable == NULL || !has_state (entry, ATSPI_STATE_SENSITIVE) ||
         !atspi_editable_text_set_text_contents (editable, text, NULL))
    if (!accessible_poll (end))
      accessible_fail (root, "Nobody can write in the entry called “%s”", name);
}
