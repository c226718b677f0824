/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-app"

#include "config.h"

#include "hc-message-words.h"
#include "hc-words.h"

#include <glib/gi18n.h>

static void
date_from_time (GDate     *date,
                GDateTime *time)
{
  int year, month, day;

  g_date_time_get_ymd (time, &year, &month, &day);
  g_date_clear (date, 1);
  g_date_set_dmy (date, day, month, year);
}

static int
days_between (GDateTime *from,
              GDateTime *to)
{
  GDate first, last;

  date_from_time (&first, from);
  date_from_time (&last, to);
  return g_date_days_between (&first, &last);
}

static gboolean
is_same_day (HcMessage *a,
             HcMessage *b)
{
  return days_between (hc_message_get_time (a), hc_message_get_time (b)) == 0;
}

static gboolean
is_same_minute (HcMessage *a,
                HcMessage *b)
{
  gint64 minute_a = g_date_time_to_unix (hc_message_get_time (a)) / 60;
  gint64 minute_b = g_date_time_to_unix (hc_message_get_time (b)) / 60;

  return minute_a == minute_b;
}

static gboolean
belong_together (HcMessage *a,
                 HcMessage *b)
{
  return hc_message_get_kind (a) == hc_message_get_kind (b) &&
         hc_message_get_kind (a) != HC_MESSAGE_NOTICE &&
         g_strcmp0 (hc_message_get_sender_id (a), hc_message_get_sender_id (b)) == 0 &&
         is_same_minute (a, b);
}

/**
 * hc_message_begins_day:
 * @self: a message
 * @previous: (nullable): the one before
 *
 * Tells whether a day's name stands above a message.
 *
 * Returns: %TRUE if it does
 */
gboolean
hc_message_begins_day (HcMessage *self,
                       HcMessage *previous)
{
  return previous == NULL || !is_same_day (previous, self);
}

/**
 * hc_message_begins_group:
 * @self: a message
 * @previous: (nullable): the one before
 *
 * Tells whether somebody else spoke before, or the same person a minute ago.
 *
 * Returns: %TRUE if a group begins
 */
gboolean
hc_message_begins_group (HcMessage *self,
                         HcMessage *previous)
{
  return previous == NULL || !belong_together (previous, self);
}

/**
 * hc_message_ends_group:
 * @self: a message
 * @next: (nullable): the one after
 *
 * Tells whether time and status stand under a message: at the end of a group,
 * wherever the next one fared differently, and where there is something to do.
 *
 * Returns: %TRUE if they do
 */
gboolean
hc_message_ends_group (HcMessage *self,
                       HcMessage *next)
{
  return next == NULL || !belong_together (self, next) ||
         hc_message_get_status (self) != hc_message_get_status (next) ||
         hc_message_get_status (self) == HC_MESSAGE_STATUS_FAILED ||
         hc_message_get_status (self) == HC_MESSAGE_STATUS_WAITING;
}

/**
 * hc_message_dup_time_text:
 * @self: a message
 *
 * Writes the time of a message.
 *
 * Returns: (transfer full): hours and minutes
 */
char *
hc_message_dup_time_text (HcMessage *self)
{
  /* Translators: the time of a message, see "man strftime". "%I:%M %p" is the 12-hour form. */
  return g_date_time_format (hc_message_get_time (self), _("%H:%M"));
}

static const char *
status_words (HcMessage *self,
              gboolean   in_turns)
{
  switch (hc_message_get_status (self))
    {
    case HC_MESSAGE_STATUS_WAITING:
      /* Translators: a message waits until there is a connection again. */
      return in_turns ? _("Waiting for your turn") : _("Waiting");
    case HC_MESSAGE_STATUS_SENDING:
      return _("Sending…");
    case HC_MESSAGE_STATUS_SENT:
      /* Translators: a message has left this computer; nobody has confirmed it. */
      return _("Sent");
    case HC_MESSAGE_STATUS_DELIVERED:
      /* Translators: the other person's program has confirmed a message. */
      return _("Delivered");
    case HC_MESSAGE_STATUS_FAILED:
      return _("Failed");
    case HC_MESSAGE_STATUS_NONE:
    default:
      return NULL;
    }
}

/**
 * hc_message_dup_footer:
 * @self: a message
 * @in_turns: whether both speak in turns
 *
 * Writes what stands under a message: its time, and what has become of it.
 *
 * Returns: (transfer full): the words
 */
char *
hc_message_dup_footer (HcMessage *self,
                       gboolean   in_turns)
{
  g_autofree char *time = hc_message_dup_time_text (self);
  const char *words = status_words (self, in_turns);

  if (words == NULL)
    return g_steal_pointer (&time);
  if (hc_message_get_failure (self) != NULL)
    /* Translators: a time, "Failed", and the reason. */
    return g_strdup_printf (_("%s · %s: %s"), time, words, hc_message_get_failure (self));
  /* Translators: a time and a message's status. */
  return g_strdup_printf (_("%s · %s"), time, words);
}

/**
 * hc_message_dup_spoken:
 * @self: a message
 * @in_turns: whether both speak in turns
 *
 * Says for a screen reader what the eye sees of a message.
 *
 * Returns: (transfer full): the words
 */
char *
hc_message_dup_spoken (HcMessage *self,
                       gboolean   in_turns)
{
  g_autofree char *time = hc_message_dup_time_text (self);
  const char *words = status_words (self, in_turns);

  if (hc_message_get_kind (self) == HC_MESSAGE_NOTICE)
    return g_strdup (hc_message_get_text (self));
  if (words == NULL)
    /* Translators: who, when, and what was said. */
    return g_strdup_printf (_("%s, %s: %s"), hc_message_get_sender_id (self), time,
                            hc_message_get_text (self));
  /* Translators: when, what was said, and what has become of it. */
  return g_strdup_printf (_("You, %s: %s (%s)"), time, hc_message_get_text (self), words);
}

/**
 * hc_message_dup_explanation:
 * @self: a message
 * @peer_id: the other person's ID
 *
 * Explains the status of a message to those who want to know exactly.
 *
 * Returns: (transfer full) (nullable): a sentence, or %NULL if there is nothing
 *   to explain
 */
char *
hc_message_dup_explanation (HcMessage  *self,
                            const char *peer_id)
{
  g_autofree char *peer = hc_isolate (peer_id);

  switch ((int) hc_message_get_status (self))
    {
    case HC_MESSAGE_STATUS_SENT:
      /* Translators: of a message; %s is the other person's ID. */
      return g_strdup_printf (_("On its way: the program of %s doesn’t confirm what arrives"), peer);
    case HC_MESSAGE_STATUS_DELIVERED:
      /* Translators: of a message; %s is the other person's ID. */
      return g_strdup_printf (_("The program of %s has confirmed it"), peer);
    default:
      return NULL;
    }
}

/**
 * hc_format_day:
 * @day: when something was
 * @today: now
 *
 * Names a day as people do.
 *
 * Returns: (transfer full): the name
 */
char *
hc_format_day (GDateTime *day,
               GDateTime *today)
{
  int ago = days_between (day, today);

  if (ago == 0)
    return g_strdup (_("Today"));
  if (ago == 1)
    return g_strdup (_("Yesterday"));
  if (ago > 1 && ago < 7)
    return g_date_time_format (day, "%A");
  /* Translators: a day in another week, see "man strftime". */
  return g_date_time_format (day, _("%-e %B %Y"));
}

/**
 * hc_dup_transcript:
 * @messages: some messages
 *
 * Writes messages down as hc_conversation_dup_transcript() does.
 *
 * Returns: (transfer full): the text, without a newline at its end
 */
char *
hc_dup_transcript (GListModel *messages)
{
  g_autoptr (HcConversation) chosen = hc_conversation_new ();

  for (guint i = 0; i < g_list_model_get_n_items (messages); i++)
    {
      g_autoptr (HcMessage) message = g_list_model_get_item (messages, i);

      hc_conversation_append (chosen, message);
    }
  return g_strchomp (hc_conversation_dup_transcript (chosen));
}
