/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-terminal"

#include "hc-screen.h"
#include "hc-terminal-text.h"

#include <errno.h>
#include <glib-unix.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

struct _HcScreen
{
  GObject parent_instance;

  int output;
  int notices;
  gboolean echo;
  guint watch_id;
};

G_DEFINE_FINAL_TYPE (HcScreen, hc_screen, G_TYPE_OBJECT)

enum
{
  GONE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
hc_screen_dispose (GObject *object)
{
  HcScreen *self = HC_SCREEN (object);

  g_clear_handle_id (&self->watch_id, g_source_remove);

  G_OBJECT_CLASS (hc_screen_parent_class)->dispose (object);
}

static void
hc_screen_class_init (HcScreenClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hc_screen_dispose;

  /**
   * HcScreen::gone:
   * @self: the screen
   *
   * Nobody can read the conversation any more. Emitted at most once, from the
   * main loop.
   */
  signals[GONE] =
    g_signal_new ("gone",
                  G_TYPE_FROM_CLASS (klass),
                  G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL,
                  G_TYPE_NONE, 0);
}

static void
hc_screen_init (HcScreen *self)
{
}

/* The one thing that may block: whoever reads our output slowly slows us, as
 * with every program in a pipe. A descriptor may be shared with a program that
 * made it non-blocking. */
static gboolean
write_all (int         fd,
           const char *text)
{
  gsize left = strlen (text);

  while (left > 0)
    {
      struct pollfd writable = { fd, POLLOUT, 0 };
      gssize n = write (fd, text, left);

      if (n >= 0)
        {
          text += n;
          left -= n;
        }
      else if (errno == EAGAIN)
        poll (&writable, 1, -1);
      else if (errno != EINTR)
        return FALSE;
    }
  return TRUE;
}

static gboolean
on_gone (int          fd,
         GIOCondition condition,
         gpointer     user_data)
{
  HcScreen *self = user_data;

  self->watch_id = 0;
  g_signal_emit (self, signals[GONE], 0);
  return G_SOURCE_REMOVE;
}

static gboolean
on_write_failed (gpointer user_data)
{
  return on_gone (-1, G_IO_ERR, user_data);
}

static void
say (HcScreen   *self,
     const char *sender_id,
     const char *text)
{
  g_autofree char *lines = hc_terminal_text_format (sender_id, text);

  if (write_all (self->output, lines) || self->watch_id == 0)
    return;

  g_source_remove (self->watch_id);
  self->watch_id = g_idle_add (on_write_failed, self);
}

static void
on_status (HcMessage  *message,
           GParamSpec *pspec,
           HcScreen   *self)
{
  HcMessageStatus status = hc_message_get_status (message);

  if (status == HC_MESSAGE_STATUS_SENT || status == HC_MESSAGE_STATUS_DELIVERED)
    say (self, hc_message_get_sender_id (message), hc_message_get_text (message));
}

/* An own message shows once it is said, which may be after others. */
static void
show_message (HcScreen  *self,
              HcMessage *message)
{
  switch (hc_message_get_kind (message))
    {
    case HC_MESSAGE_INCOMING:
      say (self, hc_message_get_sender_id (message), hc_message_get_text (message));
      break;
    case HC_MESSAGE_OUTGOING:
      if (!self->echo)
        break;
      g_signal_connect_object (message, "notify::status", G_CALLBACK (on_status), self, 0);
      on_status (message, NULL, self);
      break;
    case HC_MESSAGE_NOTICE:
      hc_screen_note (self, "%s", hc_message_get_text (message));
      break;
    default:
      g_assert_not_reached ();
    }
}

static void
on_items_changed (GListModel *conversation,
                  guint       position,
                  guint       removed,
                  guint       added,
                  HcScreen   *self)
{
  for (guint i = 0; i < added; i++)
    {
      g_autoptr (HcMessage) message = g_list_model_get_item (conversation, position + i);

      show_message (self, message);
    }
}

/**
 * hc_screen_new:
 * @output: the descriptor for the conversation; it stays the caller's
 * @notices: the descriptor for everything else; it stays the caller's
 * @echo: whether own messages are part of the output, because nothing else
 *   shows what was typed
 *
 * Creates a screen, and watches @output in the default main context.
 *
 * Returns: (transfer full): a screen
 */
HcScreen *
hc_screen_new (int      output,
               int      notices,
               gboolean echo)
{
  HcScreen *self = g_object_new (HC_TYPE_SCREEN, NULL);

  self->output = output;
  self->notices = notices;
  self->echo = echo;
  self->watch_id = g_unix_fd_add (output, G_IO_ERR, on_gone, self);
  return self;
}

/**
 * hc_screen_show:
 * @self: a screen
 * @conversation: a conversation
 *
 * Writes what is said in a conversation from now on.
 */
void
hc_screen_show (HcScreen       *self,
                HcConversation *conversation)
{
  g_return_if_fail (HC_IS_SCREEN (self));
  g_return_if_fail (HC_IS_CONVERSATION (conversation));

  g_signal_connect_object (conversation, "items-changed", G_CALLBACK (on_items_changed), self, 0);
}

/**
 * hc_screen_note:
 * @self: a screen
 * @format: a format for printf()
 * @...: what goes into it, from anywhere
 *
 * Writes a notice, on one line.
 */
void
hc_screen_note (HcScreen   *self,
                const char *format,
                ...)
{
  g_autofree char *text = NULL;
  g_autofree char *line = NULL;
  va_list arguments;

  g_return_if_fail (HC_IS_SCREEN (self));

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  line = hc_terminal_text_format_notice (text);
  write_all (self->notices, line);
}
