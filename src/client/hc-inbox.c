/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "hc-inbox.h"

#include <string.h>

/* Nobody writes so much. It is there so that a peer can't fill our memory, where
 * each message takes more than its text. Source: protocol, section 4. */
#define MAX_KEPT ((gsize) 128 << 20)
#define MESSAGE_COST 256

struct _HcInbox
{
  guint32 received;
  guint32 complete;

  /* What all complete messages take. */
  gsize kept;

  /* The message that is coming in. */
  GString *text;
  guint n_parts;
  guint n_received;
};

/**
 * hc_inbox_new:
 *
 * Creates an inbox into which nothing has come.
 *
 * Returns: (transfer full): the inbox
 */
HcInbox *
hc_inbox_new (void)
{
  HcInbox *self = g_new0 (HcInbox, 1);

  self->text = g_string_new (NULL);
  return self;
}

/**
 * hc_inbox_free:
 * @self: an inbox
 *
 * Frees an inbox.
 */
void
hc_inbox_free (HcInbox *self)
{
  g_string_free (self->text, TRUE);
  g_free (self);
}

static gboolean
refuse (GError     **error,
        const char  *words)
{
  g_set_error_literal (error, HC_PROTOCOL_ERROR, HC_PROTOCOL_ERROR_INVALID_VALUE, words);
  return FALSE;
}

/* A link brings everything in order, so that a gap is the peer's fault. */
static gboolean
check_part (HcInbox   *self,
            HcPacket  *part,
            GError   **error)
{
  const char *body = hc_packet_get_body (part);
  gsize length = self->text->len + (body != NULL ? strlen (body) : 0);
  guint index, n_parts;

  if (hc_packet_get_number (part, HC_HEADER_SEQ) != self->received + 1)
    return refuse (error, "A part of a message is missing");
  if (!hc_packet_get_part (part, &index, &n_parts) || index != self->n_received + 1 ||
      (index > 1 && n_parts != self->n_parts))
    return refuse (error, "A part of a message is not the one that comes next");
  if (length > HC_MESSAGE_MAX_LENGTH)
    return refuse (error, "A message is longer than 64 KiB");
  if (self->kept + length + MESSAGE_COST > MAX_KEPT)
    return refuse (error, "There is more than a conversation can hold");

  self->n_parts = n_parts;
  return TRUE;
}

/* Any line end becomes a newline, as in v1. */
static char *
finish_message (HcInbox *self)
{
  char *text = hc_message_normalise (self->text->str);

  self->kept += self->text->len + MESSAGE_COST;
  g_string_truncate (self->text, 0);
  self->n_received = 0;
  self->complete = self->received;
  return text;
}

/**
 * hc_inbox_take:
 * @self: an inbox
 * @part: a CHAT inside encryption
 * @text: (out) (transfer full) (nullable): the message that is complete with it,
 *   or %NULL
 * @error: return location for a #GError in %HC_PROTOCOL_ERROR
 *
 * Takes a part. One that has come before, as after a link was lost, is dropped.
 *
 * Returns: %TRUE unless the peer doesn't follow the protocol
 */
gboolean
hc_inbox_take (HcInbox   *self,
               HcPacket  *part,
               char     **text,
               GError   **error)
{
  const char *body;

  g_return_val_if_fail (HC_IS_PACKET (part), FALSE);

  *text = NULL;
  if (hc_packet_get_number (part, HC_HEADER_SEQ) <= self->received &&
      hc_packet_get_number (part, HC_HEADER_SEQ) > 0)
    return TRUE;
  if (!check_part (self, part, error))
    return FALSE;

  body = hc_packet_get_body (part);
  if (body != NULL)
    g_string_append (self->text, body);
  self->received++;
  self->n_received++;
  if (self->n_received == self->n_parts)
    *text = finish_message (self);
  return TRUE;
}

/**
 * hc_inbox_get_received:
 * @self: an inbox
 *
 * Gets up to where the peer need not say anything again.
 *
 * Returns: the number of the last part, or 0
 */
guint32
hc_inbox_get_received (HcInbox *self)
{
  return self->received;
}

/**
 * hc_inbox_get_complete:
 * @self: an inbox
 *
 * Gets what to acknowledge.
 *
 * Returns: the number of the last part of the last complete message, or 0
 */
guint32
hc_inbox_get_complete (HcInbox *self)
{
  return self->complete;
}
