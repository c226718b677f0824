/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "hc-conversation.h"

struct _HcConversation
{
  GObject parent_instance;

  GPtrArray *messages;
};

static GType
hc_conversation_get_item_type (GListModel *model)
{
  return HC_TYPE_MESSAGE;
}

static guint
hc_conversation_get_n_items (GListModel *model)
{
  return HC_CONVERSATION (model)->messages->len;
}

static gpointer
hc_conversation_get_item (GListModel *model,
                          guint       position)
{
  HcConversation *self = HC_CONVERSATION (model);

  if (position >= self->messages->len)
    return NULL;
  return g_object_ref (g_ptr_array_index (self->messages, position));
}

static void
hc_conversation_list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = hc_conversation_get_item_type;
  iface->get_n_items = hc_conversation_get_n_items;
  iface->get_item = hc_conversation_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (HcConversation, hc_conversation, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      hc_conversation_list_model_init))

static void
hc_conversation_finalize (GObject *object)
{
  HcConversation *self = HC_CONVERSATION (object);

  g_ptr_array_unref (self->messages);

  G_OBJECT_CLASS (hc_conversation_parent_class)->finalize (object);
}

static void
hc_conversation_class_init (HcConversationClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = hc_conversation_finalize;
}

static void
hc_conversation_init (HcConversation *self)
{
  self->messages = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * hc_conversation_new:
 *
 * Creates an empty conversation.
 *
 * Returns: (transfer full): a conversation
 */
HcConversation *
hc_conversation_new (void)
{
  return g_object_new (HC_TYPE_CONVERSATION, NULL);
}

/**
 * hc_conversation_append:
 * @self: a conversation
 * @message: what has just been said
 *
 * Adds a message at the end.
 */
void
hc_conversation_append (HcConversation *self,
                        HcMessage      *message)
{
  g_return_if_fail (HC_IS_CONVERSATION (self));
  g_return_if_fail (HC_IS_MESSAGE (message));

  g_ptr_array_add (self->messages, g_object_ref (message));
  g_list_model_items_changed (G_LIST_MODEL (self), self->messages->len - 1, 0, 1);
}

/**
 * hc_conversation_remove:
 * @self: a conversation
 * @message: one that was not sent
 *
 * Takes a message out, if it is there.
 */
void
hc_conversation_remove (HcConversation *self,
                        HcMessage      *message)
{
  guint position;

  g_return_if_fail (HC_IS_CONVERSATION (self));

  if (!g_ptr_array_find (self->messages, message, &position))
    return;

  g_ptr_array_remove_index (self->messages, position);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
}

/**
 * hc_conversation_clear:
 * @self: a conversation
 *
 * Forgets everything that has been said.
 */
void
hc_conversation_clear (HcConversation *self)
{
  guint removed;

  g_return_if_fail (HC_IS_CONVERSATION (self));

  removed = self->messages->len;
  if (removed == 0)
    return;

  g_ptr_array_set_size (self->messages, 0);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, removed, 0);
}

/* Further lines are set in, so that none looks like another message. */
static void
append_to_transcript (GString   *transcript,
                      HcMessage *message)
{
  g_autofree char *time = g_date_time_format (hc_message_get_time (message), "%F %T");
  const char *sender = hc_message_get_sender_id (message);
  gsize start = transcript->len;

  g_string_append_printf (transcript, "[%s] ", time);
  if (sender != NULL)
    g_string_append_printf (transcript, "%s: ", sender);
  g_string_append (transcript, hc_message_get_text (message));
  if (hc_message_get_failure (message) != NULL)
    g_string_append_printf (transcript, " (%s)", hc_message_get_failure (message));

  for (gsize i = start; i < transcript->len; i++)
    if (transcript->str[i] == '\n')
      g_string_insert (transcript, i + 1, "    ");
  g_string_append_c (transcript, '\n');
}

/**
 * hc_conversation_dup_transcript:
 * @self: a conversation
 *
 * Writes the conversation down: a line for each message with its time and its
 * sender, and the reason with one that was not sent. Further lines of a message
 * begin with blanks.
 *
 * Returns: (transfer full): the text, empty if nothing has been said
 */
char *
hc_conversation_dup_transcript (HcConversation *self)
{
  GString *transcript;

  g_return_val_if_fail (HC_IS_CONVERSATION (self), NULL);

  transcript = g_string_new (NULL);
  for (guint i = 0; i < self->messages->len; i++)
    append_to_transcript (transcript, g_ptr_array_index (self->messages, i));
  return g_string_free (transcript, FALSE);
}
