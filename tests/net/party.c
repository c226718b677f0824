/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "party.h"
#include "wait.h"

#include <stdlib.h>
#include <string.h>

struct _Party
{
  char *id;
  Program *program;
  GPtrArray *events;
  gsize n_read;
};

static void
event_free (PartyEvent *event)
{
  g_free (event->name);
  g_free (event->rest);
  g_free (event);
}

/* Starts a person who is called as its host. */
Party *
party_new (Lab        *lab,
           const char *host,
           const char *program,
           const char *server,
           const char *folder,
           const char *port)
{
  const char *argv[] = { program, host, server, folder, port, NULL };
  Party *self = g_new0 (Party, 1);

  self->id = g_strdup (host);
  self->events = g_ptr_array_new_with_free_func ((GDestroyNotify) event_free);
  self->program = lab_start (lab, host, argv);
  return self;
}

/* It is to say farewell, and to end without having had to complain. */
void
party_free (Party *self)
{
  program_end_input (self->program);
  program_await_exit (self->program, EXIT_SUCCESS);
  program_free (self->program);
  g_ptr_array_unref (self->events);
  g_free (self->id);
  g_free (self);
}

void
party_tell (Party      *self,
            const char *format,
            ...)
{
  va_list arguments;
  g_autofree char *words = NULL;
  g_autofree char *line = NULL;

  va_start (arguments, format);
  words = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  line = g_strconcat (words, "\n", NULL);
  program_type (self->program, line);
}

static void
read_line (Party      *self,
           const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 3);
  PartyEvent *event;

  if (g_strv_length (words) != 3)
    return;

  event = g_new (PartyEvent, 1);
  event->ms = g_ascii_strtoll (words[0], NULL, 10);
  event->name = g_strdup (words[1]);
  event->rest = g_strdup (words[2]);
  g_ptr_array_add (self->events, event);
}

/* What has happened so far, first of all first. */
GPtrArray *
party_get_events (Party *self)
{
  const char *output = program_get_output (self->program);
  const char *end;

  while ((end = strchr (output + self->n_read, '\n')) != NULL)
    {
      g_autofree char *line = g_strndup (output + self->n_read, end - output - self->n_read);

      read_line (self, line);
      self->n_read = end + 1 - output;
    }
  return self->events;
}

/* From here on. */
guint
party_mark (Party *self)
{
  return party_get_events (self)->len;
}

static gboolean
is_like (const PartyEvent *event,
         const char       *name,
         const char       *rest)
{
  return strcmp (event->name, name) == 0 && (rest == NULL || g_str_has_prefix (event->rest, rest));
}

/* The first of its kind since a mark whose rest begins so, or NULL. */
const PartyEvent *
party_find (Party      *self,
            guint       mark,
            const char *name,
            const char *rest)
{
  GPtrArray *events = party_get_events (self);

  for (guint i = mark; i < events->len; i++)
    if (is_like (g_ptr_array_index (events, i), name, rest))
      return g_ptr_array_index (events, i);
  return NULL;
}

/* The last of its kind, or NULL. */
const PartyEvent *
party_find_last (Party      *self,
                 const char *name)
{
  GPtrArray *events = party_get_events (self);

  for (guint i = events->len; i > 0; i--)
    if (is_like (g_ptr_array_index (events, i - 1), name, NULL))
      return g_ptr_array_index (events, i - 1);
  return NULL;
}

gboolean
party_is_in (Party      *self,
             const char *state)
{
  const PartyEvent *last = party_find_last (self, "state");

  return last != NULL && strcmp (last->rest, state) == 0;
}

guint
party_count (Party      *self,
             const char *name)
{
  GPtrArray *events = party_get_events (self);
  guint n = 0;

  for (guint i = 0; i < events->len; i++)
    n += is_like (g_ptr_array_index (events, i), name, NULL);
  return n;
}

static char *
describe (Party      *self,
          const char *name,
          const char *rest)
{
  const char *output = program_get_output (self->program);
  gsize length = strlen (output);

  return g_strdup_printf ("%s: %s %s\n%s\n%s", self->id, name, rest != NULL ? rest : "",
                          output + (length > 4000 ? length - 4000 : 0),
                          program_get_notices (self->program));
}

/* All that it has said. */
const char *
party_get_output (Party *self)
{
  return program_get_output (self->program);
}

/* Waits for something to happen. */
const PartyEvent *
party_await (Party      *self,
             guint       mark,
             const char *name,
             const char *rest)
{
  gint64 end = wait_begin ();
  const PartyEvent *event;

  while ((event = party_find (self, mark, name, rest)) == NULL)
    {
      g_autofree char *what = describe (self, name, rest);

      wait_step (end, G_STRLOC, G_STRFUNC, what);
    }
  return event;
}
