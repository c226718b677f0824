/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-client"

#include "hc-client-enums.h"
#include "hc-message.h"

struct _HcMessage
{
  GObject parent_instance;

  HcMessageKind kind;
  HcMessageStatus status;
  char *sender_id;
  char *text;
  char *failure;
  GDateTime *time;
};

G_DEFINE_FINAL_TYPE (HcMessage, hc_message, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_KIND,
  PROP_SENDER_ID,
  PROP_TEXT,
  PROP_TIME,
  PROP_STATUS,
  PROP_FAILURE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
hc_message_finalize (GObject *object)
{
  HcMessage *self = HC_MESSAGE (object);

  g_free (self->sender_id);
  g_free (self->text);
  g_free (self->failure);
  g_date_time_unref (self->time);

  G_OBJECT_CLASS (hc_message_parent_class)->finalize (object);
}

static void
hc_message_get_property (GObject    *object,
                         guint       prop_id,
                         GValue     *value,
                         GParamSpec *pspec)
{
  HcMessage *self = HC_MESSAGE (object);

  switch (prop_id)
    {
    case PROP_KIND:
      g_value_set_enum (value, self->kind);
      break;
    case PROP_SENDER_ID:
      g_value_set_string (value, self->sender_id);
      break;
    case PROP_TEXT:
      g_value_set_string (value, self->text);
      break;
    case PROP_TIME:
      g_value_set_boxed (value, self->time);
      break;
    case PROP_STATUS:
      g_value_set_enum (value, self->status);
      break;
    case PROP_FAILURE:
      g_value_set_string (value, self->failure);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
hc_message_class_init (HcMessageClass *klass)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = hc_message_finalize;
  object_class->get_property = hc_message_get_property;

  properties[PROP_KIND] =
    g_param_spec_enum ("kind", NULL, NULL,
                       HC_TYPE_MESSAGE_KIND, HC_MESSAGE_INCOMING,
                       flags);
  properties[PROP_SENDER_ID] =
    g_param_spec_string ("sender-id", NULL, NULL,
                         NULL,
                         flags);
  properties[PROP_TEXT] =
    g_param_spec_string ("text", NULL, NULL,
                         NULL,
                         flags);
  properties[PROP_TIME] =
    g_param_spec_boxed ("time", NULL, NULL,
                        G_TYPE_DATE_TIME,
                        flags);
  properties[PROP_STATUS] =
    g_param_spec_enum ("status", NULL, NULL,
                       HC_TYPE_MESSAGE_STATUS, HC_MESSAGE_STATUS_NONE,
                       flags);
  properties[PROP_FAILURE] =
    g_param_spec_string ("failure", NULL, NULL,
                         NULL,
                         flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
hc_message_init (HcMessage *self)
{
  self->time = g_date_time_new_now_local ();
}

/**
 * hc_message_new:
 * @kind: who speaks
 * @sender_id: (nullable): the speaker's client ID, %NULL for a notice
 * @text: what is said
 *
 * Creates a message with the time of now. An outgoing one is
 * %HC_MESSAGE_STATUS_WAITING at first.
 *
 * Returns: (transfer full): a message
 */
HcMessage *
hc_message_new (HcMessageKind  kind,
                const char    *sender_id,
                const char    *text)
{
  HcMessage *self;

  g_return_val_if_fail (text != NULL, NULL);

  self = g_object_new (HC_TYPE_MESSAGE, NULL);
  self->kind = kind;
  self->sender_id = g_strdup (sender_id);
  self->text = g_strdup (text);
  if (kind == HC_MESSAGE_OUTGOING)
    self->status = HC_MESSAGE_STATUS_WAITING;
  return self;
}

/**
 * hc_message_get_kind:
 * @self: a message
 *
 * Gets who speaks.
 *
 * Returns: the kind
 */
HcMessageKind
hc_message_get_kind (HcMessage *self)
{
  g_return_val_if_fail (HC_IS_MESSAGE (self), HC_MESSAGE_NOTICE);

  return self->kind;
}

/**
 * hc_message_get_sender_id:
 * @self: a message
 *
 * Gets the speaker's client ID.
 *
 * Returns: (transfer none) (nullable): the ID, or %NULL for a notice
 */
const char *
hc_message_get_sender_id (HcMessage *self)
{
  g_return_val_if_fail (HC_IS_MESSAGE (self), NULL);

  return self->sender_id;
}

/**
 * hc_message_get_text:
 * @self: a message
 *
 * Gets what is said, in plain text.
 *
 * Returns: (transfer none): the text
 */
const char *
hc_message_get_text (HcMessage *self)
{
  g_return_val_if_fail (HC_IS_MESSAGE (self), NULL);

  return self->text;
}

/**
 * hc_message_get_time:
 * @self: a message
 *
 * Gets when it was written or arrived, by this computer's clock.
 *
 * Returns: (transfer none): local time
 */
GDateTime *
hc_message_get_time (HcMessage *self)
{
  g_return_val_if_fail (HC_IS_MESSAGE (self), NULL);

  return self->time;
}

/**
 * hc_message_get_status:
 * @self: a message
 *
 * Gets what has become of an outgoing message.
 *
 * Returns: the status
 */
HcMessageStatus
hc_message_get_status (HcMessage *self)
{
  g_return_val_if_fail (HC_IS_MESSAGE (self), HC_MESSAGE_STATUS_NONE);

  return self->status;
}

/**
 * hc_message_get_failure:
 * @self: a message
 *
 * Gets why a message was not sent, in words for a person.
 *
 * Returns: (transfer none) (nullable): the reason, or %NULL if it did not fail
 */
const char *
hc_message_get_failure (HcMessage *self)
{
  g_return_val_if_fail (HC_IS_MESSAGE (self), NULL);

  return self->failure;
}

/**
 * hc_message_set_status:
 * @self: an outgoing message
 * @status: what has become of it; for a failure use hc_message_fail()
 *
 * Says how far a message has come.
 */
void
hc_message_set_status (HcMessage       *self,
                       HcMessageStatus  status)
{
  g_return_if_fail (HC_IS_MESSAGE (self));
  g_return_if_fail (self->kind == HC_MESSAGE_OUTGOING);

  if (self->status == status)
    return;

  self->status = status;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATUS]);
}

/**
 * hc_message_fail:
 * @self: an outgoing message
 * @reason: why it was not sent, in words for a person
 *
 * Says that a message will not be sent.
 */
void
hc_message_fail (HcMessage  *self,
                 const char *reason)
{
  g_return_if_fail (HC_IS_MESSAGE (self));
  g_return_if_fail (reason != NULL);

  g_free (self->failure);
  self->failure = g_strdup (reason);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FAILURE]);
  hc_message_set_status (self, HC_MESSAGE_STATUS_FAILED);
}
