/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "v1-journal.h"

#include <string.h>

struct _V1Journal
{
  GMutex mutex;
  GPtrArray *entries;
};

V1Journal *
v1_journal_new (void)
{
  V1Journal *self = g_new0 (V1Journal, 1);

  g_mutex_init (&self->mutex);
  self->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  return self;
}

void
v1_journal_free (V1Journal *self)
{
  g_ptr_array_unref (self->entries);
  g_mutex_clear (&self->mutex);
  g_free (self);
}

/* Adds @length bytes, or a whole string if that is -1. */
void
v1_journal_add (V1Journal  *self,
                const char *bytes,
                gssize      length)
{
  g_mutex_lock (&self->mutex);
  g_ptr_array_add (self->entries, g_bytes_new (bytes, length < 0 ? (gssize) strlen (bytes) : length));
  g_mutex_unlock (&self->mutex);
  g_main_context_wakeup (NULL);
}

guint
v1_journal_count (V1Journal *self)
{
  guint n;

  g_mutex_lock (&self->mutex);
  n = self->entries->len;
  g_mutex_unlock (&self->mutex);
  return n;
}

GBytes *
v1_journal_get (V1Journal *self,
                guint      index)
{
  GBytes *bytes;

  g_mutex_lock (&self->mutex);
  g_assert_cmpuint (index, <, self->entries->len);
  bytes = g_bytes_ref (g_ptr_array_index (self->entries, index));
  g_mutex_unlock (&self->mutex);
  return bytes;
}

/* Whether one of the entries is exactly this text. */
gboolean
v1_journal_has (V1Journal  *self,
                const char *text)
{
  g_autoptr (GBytes) wanted = g_bytes_new_static (text, strlen (text));
  gboolean found = FALSE;

  g_mutex_lock (&self->mutex);
  for (guint i = 0; i < self->entries->len && !found; i++)
    found = g_bytes_equal (g_ptr_array_index (self->entries, i), wanted);
  g_mutex_unlock (&self->mutex);
  return found;
}
