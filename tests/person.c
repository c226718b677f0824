/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "person.h"

#include "config.h"

#include "screen.h"
#include "wait.h"

#include <string.h>

#define CALL_MILLISECONDS 10000

struct _Person
{
  char *id;
  char *path;
  Accessible *application;
  Accessible *view;
  gulong window;
};

/*
 * person_new:
 * @id: who it is
 * @number: the window's number, as GtkApplication counts them
 * @application: the app
 * @view: the window in it
 * @window: the same window, to X11
 */
Person *
person_new (const char *id,
            guint       number,
            Accessible *application,
            Accessible *view,
            gulong      window)
{
  Person *self = g_new0 (Person, 1);
  g_autofree char *base = g_strdelimit (g_strdup (APPLICATION_ID), ".", '/');

  self->id = g_strdup (id);
  self->path = g_strdup_printf ("/%s/window/%u", base, number);
  self->application = g_object_ref (application);
  self->view = g_object_ref (view);
  self->window = window;

  return self;
}

void
person_free (Person *self)
{
  g_free (self->id);
  g_free (self->path);
  g_object_unref (self->application);
  g_object_unref (self->view);
  g_free (self);
}

const char *
person_get_id (Person *self)
{
  return self->id;
}

Accessible *
person_get_view (Person *self)
{
  return self->view;
}

gulong
person_get_window (Person *self)
{
  return self->window;
}

static gboolean
is_on_screen (gulong window)
{
  g_autoptr (GArray) windows = hc_screen_list_windows ();

  for (guint i = 0; i < windows->len; i++)
    if (g_array_index (windows, gulong, i) == window)
      return TRUE;

  return FALSE;
}

gboolean
person_has_closed (Person *self)
{
  return !is_on_screen (self->window);
}

void
person_await_closed (Person *self)
{
  gint64 end = wait_begin ();

  while (!person_has_closed (self))
    if (!accessible_poll (end))
      accessible_fail (self->view, "The window of %s does not close", self->id);
}

/* --- Acting --------------------------------------------------------------- */

void
person_press (Person     *self,
              const char *button)
{
  accessible_press (self->view, button);
}

static Accessible *
find_dialog (Person     *self,
             const char *question)
{
  g_autoptr (GPtrArray) windows = accessible_list_children (self->application);

  for (guint i = 0; i < windows->len; i++)
    {
      Accessible *window = g_ptr_array_index (windows, i);

      if (window != self->view && accessible_says (window, question))
        return g_object_ref (window);
    }

  return NULL;
}

static gulong
get_top_window (void)
{
  g_autoptr (GArray) windows = hc_screen_list_windows ();

  return windows->len > 0 ? g_array_index (windows, gulong, windows->len - 1) : 0;
}

static Accessible *
await_dialog (Person     *self,
              const char *question)
{
  gint64 end = wait_begin ();
  Accessible *dialog;

  while ((dialog = find_dialog (self, question)) == NULL)
    if (!accessible_poll (end))
      accessible_fail (self->application, "No dialog asks “%s”", question);
  return dialog;
}

/* Waits for a window that asks something and stays when it is answered. */
void
person_press_in (Person     *self,
                 const char *question,
                 const char *button)
{
  g_autoptr (Accessible) dialog = await_dialog (self, question);

  accessible_press (dialog, button);
}

/* Waits for a dialog that asks something, answers it, and sees it go. */
void
person_answer (Person     *self,
               const char *question,
               const char *button)
{
  gint64 end = wait_begin ();
  g_autoptr (Accessible) dialog = await_dialog (self, question);
  gulong window;

  window = get_top_window ();
  accessible_press (dialog, button);
  while (is_on_screen (window))
    if (!accessible_poll (end))
      accessible_fail (self->application, "The dialog does not go that asked “%s”", question);
}

void
person_write (Person     *self,
              const char *entry,
              const char *text)
{
  accessible_write (self->view, entry, text);
}

void
person_say (Person     *self,
            const char *text)
{
  person_write (self, "Message", text);
  person_press (self, "Send");
}

/* --- Seeing --------------------------------------------------------------- */

/*
 * person_await_words:
 * @place: (nullable): the name of a list, or %NULL for the whole window
 * @words: what shall be said there, or a part of it
 */
void
person_await_words (Person     *self,
                    const char *place,
                    const char *words)
{
  g_autoptr (Accessible) list = NULL;

  if (place != NULL)
    list = accessible_await (self->view, ACCESSIBLE_LIST, place);
  accessible_await_words (list != NULL ? list : self->view, words);
}

/* Waits until a button could be pressed. */
void
person_await_button (Person     *self,
                     const char *button)
{
  gint64 end = wait_begin ();

  while (!accessible_can_press (self->view, button))
    if (!accessible_poll (end))
      accessible_fail (self->view, "%s has no button “%s” that can be pressed", self->id, button);
}

/* Waits for what stands in the message entry while it is empty. */
void
person_await_placeholder (Person     *self,
                          const char *words)
{
  gint64 end = wait_begin ();
  g_autoptr (Accessible) entry = accessible_await (self->view, ACCESSIBLE_ENTRY, "Message");

  for (;;)
    {
      g_autofree char *placeholder = accessible_dup_attribute (entry, "placeholder-text");

      if (placeholder != NULL && strstr (placeholder, words) != NULL)
        return;
      if (!accessible_poll (end))
        accessible_fail (self->view, "The message entry of %s says “%s”, not “%s”", self->id,
                         placeholder, words);
    }
}

/* Waits until the keyboard is at something of that name. */
void
person_await_focus (Person     *self,
                    const char *name)
{
  gint64 end = wait_begin ();

  while (!accessible_has_focus (self->view, name))
    if (!accessible_poll (end))
      accessible_fail (self->view, "In the window of %s “%s” does not get the focus", self->id, name);
}

/*
 * person_dup_focus:
 *
 * Returns: (transfer full) (nullable): the name of what the keyboard is at
 */
char *
person_dup_focus (Person *self)
{
  return accessible_dup_focus (self->view);
}

/* Waits until the keyboard is at something of another name, and returns it. */
char *
person_await_other_focus (Person     *self,
                          const char *before)
{
  gint64 end = wait_begin ();

  for (;;)
    {
      g_autofree char *focus = person_dup_focus (self);

      if (focus != NULL && g_strcmp0 (focus, before) != 0)
        return g_steal_pointer (&focus);
      if (!accessible_poll (end))
        accessible_fail (self->view, "In the window of %s the focus stays at “%s”", self->id, before);
    }
}

char *
person_dup_entry (Person     *self,
                  const char *entry)
{
  g_autoptr (Accessible) found = accessible_await (self->view, ACCESSIBLE_ENTRY, entry);

  return accessible_dup_text (found);
}

/*
 * person_dup_step:
 * @step: 1 for Register, 2 for Bridge, 3 for Chat
 *
 * Returns: (transfer full): what is said of the step
 */
char *
person_dup_step (Person *self,
                 guint   step)
{
  g_autoptr (Accessible) list = accessible_await (self->view, ACCESSIBLE_LIST, "Steps");
  g_autoptr (GPtrArray) rows = accessible_list_children (list);
  g_autofree char *name = NULL;

  if (rows->len < step)
    accessible_fail (self->view, "There is no step %u", step);
  name = accessible_dup_name (g_ptr_array_index (rows, step - 1));

  return g_strdup (strstr (name, ": ") != NULL ? strstr (name, ": ") + 2 : name);
}

/* A row is called `You, 10:20: Hello (Sent)`, `bob, 10:20: Hello` or, without a time, what a
 * notice says. What it says must be what is to be seen in its bubble: see @text. */
static char *
read_row (Accessible *row)
{
  g_autofree char *name = accessible_dup_name (row);
  g_autofree char *text = accessible_dup_label (row);
  g_autoptr (GRegex) time = g_regex_new (", \\d\\d:\\d\\d: ", 0, 0, NULL);
  g_auto (GStrv) parts = g_regex_split_full (time, name, -1, 0, 0, 2, NULL);

  if (g_strv_length (parts) < 2)
    return g_strdup (name);
  if (text == NULL || !g_str_has_prefix (parts[1], text))
    return g_strdup_printf ("%s: “%s”, but shows “%s”", parts[0], parts[1], text);
  return g_strdup_printf ("%s: %s", parts[0], text);
}

/*
 * person_dup_conversation:
 *
 * Returns: (transfer full): what stands in the window's conversation, from the
 *   top: `You: Hello`, `bob: Hello`, or a notice
 */
GStrv
person_dup_conversation (Person *self)
{
  g_autoptr (Accessible) list = accessible_await (self->view, ACCESSIBLE_LIST, "Conversation");
  g_autoptr (GPtrArray) rows = accessible_list_children (list);
  g_autoptr (GStrvBuilder) lines = g_strv_builder_new ();

  for (guint i = 0; i < rows->len; i++)
    {
      g_autofree char *line = read_row (g_ptr_array_index (rows, i));

      g_strv_builder_add (lines, line);
    }

  return g_strv_builder_end (lines);
}

/* Waits until the conversation is this, and nothing else. */
void
person_await_conversation (Person            *self,
                           const char *const *lines)
{
  gint64 end = wait_begin ();

  for (;;)
    {
      g_auto (GStrv) seen = person_dup_conversation (self);
      g_autofree char *words = NULL;
      g_autofree char *wanted = NULL;

      if (g_strv_equal ((const char *const *) seen, lines))
        return;
      if (accessible_poll (end))
        continue;
      words = g_strjoinv ("\n  ", seen);
      wanted = g_strjoinv ("\n  ", (GStrv) lines);
      accessible_fail (self->view, "%s sees\n  %s\ninstead of\n  %s", self->id, words, wanted);
    }
}

/* --- The window's actions ------------------------------------------------- */

/* Not to be started by this: it is the running app that is asked. */
static GVariant *
call (Person     *self,
      const char *method,
      GVariant   *parameters,
      GError    **error)
{
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, error);

  if (bus == NULL)
    return NULL;
  return g_dbus_connection_call_sync (bus, APPLICATION_ID, self->path, "org.gtk.Actions", method,
                                      parameters, NULL, G_DBUS_CALL_FLAGS_NO_AUTO_START,
                                      CALL_MILLISECONDS, NULL, error);
}

/* Returns: whether the action is there; the others only then mean something */
static gboolean
describe (Person     *self,
          const char *action,
          gboolean   *enabled,
          GVariant  **state,
          GError    **error)
{
  g_autoptr (GVariant) reply = call (self, "Describe", g_variant_new ("(s)", action), error);
  g_autoptr (GVariant) states = NULL;

  if (reply == NULL)
    return FALSE;
  g_variant_get (reply, "((bg@av))", enabled, NULL, &states);
  if (g_variant_n_children (states) > 0)
    g_variant_get_child (states, 0, "v", state);

  return TRUE;
}

gboolean
person_can (Person     *self,
            const char *action)
{
  g_autoptr (GVariant) state = NULL;
  gboolean enabled = FALSE;

  return describe (self, action, &enabled, &state, NULL) && enabled;
}

static void
activate (Person     *self,
          const char *action,
          const char *parameter)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = NULL;
  GVariantBuilder parameters, data;

  g_variant_builder_init (&parameters, G_VARIANT_TYPE ("av"));
  g_variant_builder_init (&data, G_VARIANT_TYPE ("a{sv}"));
  if (parameter != NULL)
    g_variant_builder_add (&parameters, "v", g_variant_new_string (parameter));
  reply = call (self, "Activate", g_variant_new ("(sava{sv})", action, &parameters, &data), &error);
  if (reply == NULL)
    accessible_fail (NULL, "The app refused “%s” to %s: %s", action, self->id, error->message);
}

/* Activates an action, or if it isn't possible now, does nothing. */
void
person_try (Person     *self,
            const char *action)
{
  activate (self, action, NULL);
}

/*
 * person_activate:
 * @action: one of the window's, without its prefix
 * @parameter: (nullable): a text, if it takes one
 *
 * Activates an action, once that is possible.
 */
void
person_activate (Person     *self,
                 const char *action,
                 const char *parameter)
{
  gint64 end = wait_begin ();

  while (!person_can (self, action))
    if (!accessible_poll (end))
      accessible_fail (self->view, "%s waited in vain for “%s” to become possible", self->id, action);

  activate (self, action, parameter);
}

/*
 * person_dup_state:
 *
 * Returns: (transfer full): where the window's session stands, as in `registered`
 */
char *
person_dup_state (Person *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) state = NULL;
  gboolean enabled;

  if (!describe (self, "state", &enabled, &state, &error))
    accessible_fail (NULL, "The window of %s does not answer: %s", self->id, error->message);

  return g_variant_dup_string (state, NULL);
}

void
person_await_state (Person     *self,
                    const char *state)
{
  gint64 end = wait_begin ();

  for (;;)
    {
      g_autofree char *now = person_dup_state (self);

      if (g_str_equal (now, state))
        return;
      if (!accessible_poll (end))
        accessible_fail (self->view, "%s is %s, and does not become %s", self->id, now, state);
    }
}
