/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "hc-outbox.h"

#include <string.h>

/* A message and the numbers of its parts, which it gets when the first one is
 * taken. Until then nobody has seen any of it. */
typedef struct
{
  HcMessage *message;
  GArray *ends;
  guint32 first;
} Entry;

struct _HcOutbox
{
  /* All that isn't confirmed, oldest first; those with numbers before those
   * without. */
  GQueue entries;

  /* The one that the next part is of, or %NULL if all have been taken: there may be
   * thousands before it that wait to be confirmed, and thousands behind it. */
  GList *next;

  /* The last number that was given to a part, and the last that was taken. */
  guint32 numbered;
  guint32 taken;

  /* Up to here it is in the peer's conversation. */
  guint32 confirmed;
};

/* Where each part of a text ends: no character is cut in two. */
static GArray *
cut (const char *text)
{
  GArray *ends = g_array_new (FALSE, FALSE, sizeof (gsize));
  gsize length = strlen (text);
  gsize end = 0;

  do
    {
      end += HC_PART_MAX_LENGTH;
      if (end >= length)
        end = length;
      else
        end = g_utf8_find_prev_char (text, text + end + 1) - text;
      g_array_append_val (ends, end);
    }
  while (end < length);
  return ends;
}

static Entry *
entry_new (HcMessage *message)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->message = g_object_ref (message);
  entry->ends = cut (hc_message_get_text (message));
  return entry;
}

static void
entry_free (Entry *entry)
{
  g_object_unref (entry->message);
  g_array_unref (entry->ends);
  g_free (entry);
}

static guint32
entry_get_last (Entry *entry)
{
  return entry->first + entry->ends->len - 1;
}

static Entry *
pop (HcOutbox *self)
{
  if (self->next != NULL && self->next == self->entries.head)
    self->next = self->next->next;
  return g_queue_pop_head (&self->entries);
}

/**
 * hc_outbox_new:
 *
 * Creates an outbox in which there is nothing.
 *
 * Returns: (transfer full): the outbox
 */
HcOutbox *
hc_outbox_new (void)
{
  HcOutbox *self = g_new0 (HcOutbox, 1);

  g_queue_init (&self->entries);
  return self;
}

/**
 * hc_outbox_free:
 * @self: an outbox
 *
 * Frees an outbox. The messages in it keep their status.
 */
void
hc_outbox_free (HcOutbox *self)
{
  g_queue_clear_full (&self->entries, (GDestroyNotify) entry_free);
  g_free (self);
}

/**
 * hc_outbox_is_empty:
 * @self: an outbox
 *
 * Tells whether the peer has confirmed everything.
 *
 * Returns: %TRUE if nothing is left
 */
gboolean
hc_outbox_is_empty (HcOutbox *self)
{
  return g_queue_is_empty (&self->entries);
}

/**
 * hc_outbox_push:
 * @self: an outbox
 * @message: a message of at most %HC_MESSAGE_MAX_LENGTH bytes
 *
 * Adds a message behind the others.
 */
void
hc_outbox_push (HcOutbox  *self,
                HcMessage *message)
{
  g_return_if_fail (HC_IS_MESSAGE (message));
  g_return_if_fail (strlen (hc_message_get_text (message)) <= HC_MESSAGE_MAX_LENGTH);

  g_queue_push_tail (&self->entries, entry_new (message));
  if (self->next == NULL)
    self->next = self->entries.tail;
}

/**
 * hc_outbox_withdraw:
 * @self: an outbox
 * @message: a message
 *
 * Takes a message out of which no part has been taken yet.
 *
 * Returns: %TRUE if it was there
 */
gboolean
hc_outbox_withdraw (HcOutbox  *self,
                    HcMessage *message)
{
  for (GList *link = self->entries.tail; link != NULL; link = link->prev)
    {
      Entry *entry = link->data;

      if (entry->first != 0)
        return FALSE;
      if (entry->message != message)
        continue;
      if (self->next == link)
        self->next = link->next;
      g_queue_delete_link (&self->entries, link);
      entry_free (entry);
      return TRUE;
    }
  return FALSE;
}

/* --- Parts ---------------------------------------------------------------- */

static HcPacket *
make_part (Entry   *entry,
           guint32  number)
{
  const char *text = hc_message_get_text (entry->message);
  GDateTime *time = hc_message_get_time (entry->message);
  guint index = number - entry->first;
  gsize start = index > 0 ? g_array_index (entry->ends, gsize, index - 1) : 0;
  gsize end = g_array_index (entry->ends, gsize, index);
  gint64 sent = g_date_time_to_unix (time) * 1000 + g_date_time_get_microsecond (time) / 1000;

  return hc_packet_new_part (number, sent, index + 1, entry->ends->len,
                             text + start, end - start);
}

/* The oldest message without numbers gets them. */
static gboolean
number_next (HcOutbox *self,
             Entry    *entry)
{
  if (entry->ends->len > G_MAXUINT32 - self->numbered)
    return FALSE;

  entry->first = self->numbered + 1;
  self->numbered += entry->ends->len;
  hc_message_set_status (entry->message, HC_MESSAGE_STATUS_SENDING);
  return TRUE;
}

/**
 * hc_outbox_next:
 * @self: an outbox
 *
 * Takes the next part to be sent. A message is %HC_MESSAGE_STATUS_SENDING from
 * its first part on.
 *
 * Returns: (transfer full) (nullable): a part, or %NULL if all have been taken
 */
HcPacket *
hc_outbox_next (HcOutbox *self)
{
  Entry *entry = self->next != NULL ? self->next->data : NULL;

  if (entry == NULL || (entry->first == 0 && !number_next (self, entry)))
    return NULL;

  self->taken++;
  if (self->taken == entry_get_last (entry))
    self->next = self->next->next;
  return make_part (entry, self->taken);
}

static GList *
find_next (HcOutbox *self)
{
  for (GList *link = self->entries.head; link != NULL; link = link->next)
    {
      Entry *entry = link->data;

      if (entry->first == 0 || entry_get_last (entry) > self->taken)
        return link;
    }
  return NULL;
}

/**
 * hc_outbox_rewind:
 * @self: an outbox
 * @received: the last part that the peer has received in order
 *
 * Goes back to the part behind that, since what was sent on an earlier link may
 * be lost.
 *
 * Returns: %TRUE unless the peer claims what was never sent, or has less than it
 *   has confirmed: see hc_outbox_is_ahead()
 */
gboolean
hc_outbox_rewind (HcOutbox *self,
                  guint32   received)
{
  if (received < self->confirmed || received > self->numbered)
    return FALSE;

  self->taken = received;
  self->next = find_next (self);
  return TRUE;
}

/**
 * hc_outbox_is_ahead:
 * @self: an outbox
 * @received: the number of a part
 *
 * Tells whether the peer has confirmed more than that.
 *
 * Returns: %TRUE if it has
 */
gboolean
hc_outbox_is_ahead (HcOutbox *self,
                    guint32   received)
{
  return received < self->confirmed;
}

/**
 * hc_outbox_acknowledge:
 * @self: an outbox
 * @number: the last part of the last message that is in the peer's conversation
 *
 * Takes out what the peer has confirmed, and calls it delivered.
 *
 * Returns: %TRUE unless the peer claims what was never sent
 */
gboolean
hc_outbox_acknowledge (HcOutbox *self,
                       guint32   number)
{
  if (number > self->numbered)
    return FALSE;

  while (!g_queue_is_empty (&self->entries))
    {
      Entry *entry = g_queue_peek_head (&self->entries);

      if (entry->first == 0 || entry_get_last (entry) > number)
        break;
      pop (self);
      self->confirmed = entry_get_last (entry);
      self->taken = MAX (self->taken, self->confirmed);
      hc_message_set_status (entry->message, HC_MESSAGE_STATUS_DELIVERED);
      entry_free (entry);
    }
  return TRUE;
}

/**
 * hc_outbox_fail:
 * @self: an outbox
 * @unsent: why what nobody has seen won't be sent, in words for a person
 * @unconfirmed: what to say of what may have arrived
 *
 * Gives everything up.
 */
void
hc_outbox_fail (HcOutbox   *self,
                const char *unsent,
                const char *unconfirmed)
{
  Entry *entry;

  while ((entry = pop (self)) != NULL)
    {
      hc_message_fail (entry->message, entry->first == 0 ? unsent : unconfirmed);
      entry_free (entry);
    }
}
