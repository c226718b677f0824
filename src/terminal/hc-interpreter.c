/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-terminal"

#include "hc-interpreter.h"

#include "hc-help.h"
#include "hc-safety.h"

#include <glib/gi18n.h>

typedef enum
{
  DOING,
  DONE,
  FAILED,
} Progress;

struct _HcInterpreter
{
  GObject parent_instance;

  HcSession *session;
  HcScreen *screen;

  HcCommand *command;
  Progress progress;
  HcMessage *said;
  gboolean called;
  guint check_id;
};

G_DEFINE_FINAL_TYPE (HcInterpreter, hc_interpreter, G_TYPE_OBJECT)

static guint done_signal;

static void
hc_interpreter_dispose (GObject *object)
{
  HcInterpreter *self = HC_INTERPRETER (object);

  g_clear_handle_id (&self->check_id, g_source_remove);
  g_clear_pointer (&self->command, hc_command_free);
  g_clear_object (&self->said);
  g_clear_object (&self->session);
  g_clear_object (&self->screen);

  G_OBJECT_CLASS (hc_interpreter_parent_class)->dispose (object);
}

static void
hc_interpreter_class_init (HcInterpreterClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = hc_interpreter_dispose;

  /**
   * HcInterpreter::done:
   * @self: the interpreter
   * @succeeded: whether it did what was asked for; if not, it has said why
   *
   * The command is finished. Emitted from the main loop, and never before the
   * call that began it has returned.
   */
  done_signal =
    g_signal_new ("done",
                  G_TYPE_FROM_CLASS (klass),
                  G_SIGNAL_RUN_LAST,
                  0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, G_TYPE_BOOLEAN);
}

static void
hc_interpreter_init (HcInterpreter *self)
{
}

/* --- Commands ------------------------------------------------------------ */

static Progress
refuse (HcInterpreter *self,
        const char    *reason)
{
  hc_screen_note (self->screen, "%s", reason);
  return FAILED;
}

static const char *
get_advice (HcInterpreter *self)
{
  switch (hc_session_get_state (self->session))
    {
    case HC_SESSION_REGISTERED:
      return _("You are not talking to anybody. /bridge finds somebody.");
    case HC_SESSION_MATCHED:
      return _("You are not talking to anybody yet. /chat calls.");
    case HC_SESSION_ENDED:
      return _("The conversation is over. /register begins anew.");
    case HC_SESSION_OFFLINE:
    case HC_SESSION_PROBING:
    case HC_SESSION_READY:
    case HC_SESSION_REGISTERING:
    case HC_SESSION_BRIDGING:
    case HC_SESSION_WAITING:
    case HC_SESSION_CONNECTING:
    case HC_SESSION_CHATTING:
    default:
      return _("You are not registered. /register claims your ID, then /bridge finds somebody.");
    }
}

static Progress
begin_id (HcInterpreter *self)
{
  const char *id = hc_command_get_text (self->command);
  HcSessionState state = hc_session_get_state (self->session);
  g_autoptr (GError) error = NULL;

  if (*id != '\0')
    {
      if (state != HC_SESSION_OFFLINE && state != HC_SESSION_READY && state != HC_SESSION_ENDED)
        return refuse (self, _("Your ID is registered. /quit, and come back with another one."));
      if (!hc_client_id_validate (id, &error))
        return refuse (self, error->message);
      hc_session_set_id (self->session, id);
    }

  /* Translators: %s is the own ID */
  hc_screen_note (self->screen, _("You are %s."), hc_session_get_id (self->session));
  return DONE;
}

static Progress
begin_register (HcInterpreter *self)
{
  if (!hc_session_can_register (self->session))
    return refuse (self, _("You are registered already. /bridge finds somebody to talk to."));

  hc_session_register (self->session);
  return DOING;
}

static Progress
finish_register (HcInterpreter *self)
{
  const char *transport = hc_transport_to_string (hc_session_get_transport (self->session));

  /* Translators: %s are the own ID and TCP or UDP; %u is a port */
  hc_screen_note (self->screen,
                  _("You are registered as %s over %s, port %u. /bridge finds somebody to talk to."),
                  hc_session_get_id (self->session), transport,
                  hc_session_get_bound_port (self->session));
  return DONE;
}

static Progress
check_register (HcInterpreter *self)
{
  switch (hc_session_get_state (self->session))
    {
    case HC_SESSION_REGISTERED:
      return finish_register (self);
    case HC_SESSION_PROBING:
    case HC_SESSION_REGISTERING:
      return DOING;
    case HC_SESSION_OFFLINE:
    case HC_SESSION_READY:
    case HC_SESSION_BRIDGING:
    case HC_SESSION_WAITING:
    case HC_SESSION_MATCHED:
    case HC_SESSION_CONNECTING:
    case HC_SESSION_CHATTING:
    case HC_SESSION_ENDED:
    default:
      return FAILED;
    }
}

static Progress
begin_bridge (HcInterpreter *self)
{
  if (hc_session_get_state (self->session) == HC_SESSION_WAITING)
    return refuse (self, _("You are waiting to be called. /cancel ends the wait."));
  if (!hc_session_can_bridge (self->session))
    return refuse (self, get_advice (self));

  hc_session_bridge (self->session);
  return DOING;
}

static Progress
begin_waiting (HcInterpreter *self)
{
  hc_screen_note (self->screen, "%s",
                  _("Nobody is ready yet. You will be called; /cancel ends the wait."));
  return DONE;
}

static Progress
check_bridge (HcInterpreter *self)
{
  switch (hc_session_get_state (self->session))
    {
    case HC_SESSION_BRIDGING:
    case HC_SESSION_REGISTERING:
      return DOING;
    case HC_SESSION_WAITING:
      return begin_waiting (self);
    case HC_SESSION_MATCHED:
    case HC_SESSION_CONNECTING:
    case HC_SESSION_CHATTING:
    case HC_SESSION_ENDED:
      return DONE;
    case HC_SESSION_OFFLINE:
    case HC_SESSION_PROBING:
    case HC_SESSION_READY:
    case HC_SESSION_REGISTERED:
    default:
      return FAILED;
    }
}

static Progress
call (HcInterpreter *self)
{
  if (self->called)
    return FAILED;

  self->called = TRUE;
  hc_session_chat (self->session);
  return DOING;
}

static Progress
check_chat (HcInterpreter *self)
{
  switch (hc_session_get_state (self->session))
    {
    case HC_SESSION_MATCHED:
      return call (self);
    case HC_SESSION_REGISTERING:
    case HC_SESSION_BRIDGING:
    case HC_SESSION_WAITING:
    case HC_SESSION_CONNECTING:
      return DOING;
    case HC_SESSION_CHATTING:
    case HC_SESSION_ENDED:
      return DONE;
    case HC_SESSION_OFFLINE:
    case HC_SESSION_PROBING:
    case HC_SESSION_READY:
    case HC_SESSION_REGISTERED:
    default:
      return FAILED;
    }
}

static Progress
begin_chat (HcInterpreter *self)
{
  Progress progress;

  if (hc_session_get_state (self->session) == HC_SESSION_ENDED)
    return refuse (self, get_advice (self));

  progress = check_chat (self);
  return progress == FAILED ? refuse (self, get_advice (self)) : progress;
}

static HcMessage *
dup_last_message (HcInterpreter *self)
{
  GListModel *conversation = G_LIST_MODEL (hc_session_get_conversation (self->session));
  guint n = g_list_model_get_n_items (conversation);

  while (n-- > 0)
    {
      g_autoptr (HcMessage) message = g_list_model_get_item (conversation, n);

      if (hc_message_get_kind (message) == HC_MESSAGE_OUTGOING)
        return g_steal_pointer (&message);
    }
  return NULL;
}

static void schedule_check (HcInterpreter *self);

static void
tell_why_it_waits (HcInterpreter *self)
{
  const char *peer = hc_session_get_peer_id (self->session);

  if (hc_message_get_status (self->said) != HC_MESSAGE_STATUS_WAITING)
    return;
  if (hc_session_get_interrupted (self->session))
    /* Translators: %s is a person's ID */
    hc_screen_note (self->screen, _("There is no connection to %s. Your message goes when it is back."),
                    peer);
  else if (!hc_session_get_my_turn (self->session))
    /* Translators: %s is a person's ID */
    hc_screen_note (self->screen, _("It is %s's turn. Your message goes when it is yours."), peer);
}

static Progress
say (HcInterpreter *self)
{
  g_autoptr (GError) error = NULL;

  if (!hc_session_send (self->session, hc_command_get_text (self->command), &error))
    return refuse (self, error->message);

  self->said = dup_last_message (self);
  g_signal_connect_object (self->said, "notify::status",
                           G_CALLBACK (schedule_check), self, G_CONNECT_SWAPPED);
  tell_why_it_waits (self);
  schedule_check (self);
  return DOING;
}

static Progress
check_said (HcInterpreter *self)
{
  switch (hc_message_get_status (self->said))
    {
    case HC_MESSAGE_STATUS_WAITING:
    case HC_MESSAGE_STATUS_SENDING:
      return DOING;
    case HC_MESSAGE_STATUS_FAILED:
      /* Translators: %s are a message and the reason in a sentence */
      hc_screen_note (self->screen, _("Failed: “%s”. %s"), hc_message_get_text (self->said),
                      hc_message_get_failure (self->said));
      return FAILED;
    case HC_MESSAGE_STATUS_NONE:
    case HC_MESSAGE_STATUS_SENT:
    case HC_MESSAGE_STATUS_DELIVERED:
    default:
      return DONE;
    }
}

static Progress
check_say (HcInterpreter *self)
{
  if (self->said != NULL)
    return check_said (self);

  switch (hc_session_get_state (self->session))
    {
    case HC_SESSION_CHATTING:
      return say (self);
    case HC_SESSION_REGISTERING:
    case HC_SESSION_BRIDGING:
    case HC_SESSION_WAITING:
    case HC_SESSION_CONNECTING:
      return DOING;
    case HC_SESSION_OFFLINE:
    case HC_SESSION_PROBING:
    case HC_SESSION_READY:
    case HC_SESSION_REGISTERED:
    case HC_SESSION_MATCHED:
    case HC_SESSION_ENDED:
    default:
      return refuse (self, get_advice (self));
    }
}

/* The two may not have made the code yet. */
static Progress
check_code (HcInterpreter *self)
{
  if (!hc_session_get_encrypted (self->session))
    return refuse (self, _("There is no encrypted conversation, so there is no safety code."));
  if (hc_session_get_safety_code (self->session) != NULL)
    return DONE;
  return hc_session_get_state (self->session) == HC_SESSION_CHATTING ? DOING : FAILED;
}

static Progress
check_safety (HcInterpreter *self)
{
  Progress progress = check_code (self);

  if (progress == DONE)
    hc_safety_tell (self->session, self->screen);
  return progress;
}

static Progress
check_verify (HcInterpreter *self)
{
  Progress progress = check_code (self);

  if (progress == DONE)
    hc_safety_verify (self->session, self->screen);
  return progress;
}

static Progress
begin_accept (HcInterpreter *self)
{
  return hc_safety_accept (self->session, self->screen) ? DONE : FAILED;
}

/* What was not sent yet needs not be. */
static Progress
begin_cancel (HcInterpreter *self)
{
  if (self->said != NULL && hc_session_take_back (self->session, self->said))
    return DOING;
  if (!hc_session_can_cancel (self->session))
    return refuse (self, _("There is nothing to cancel."));

  hc_session_cancel (self->session);
  return DOING;
}

/* To wait no more takes a word with the server. */
static Progress
check_cancel (HcInterpreter *self)
{
  if (hc_session_state_is_busy (hc_session_get_state (self->session)))
    return DOING;

  hc_screen_note (self->screen, "%s", _("Cancelled."));
  return DONE;
}

static Progress
begin_help (HcInterpreter *self)
{
  hc_help_tell (self->screen);
  return DONE;
}

static Progress
begin_unknown (HcInterpreter *self)
{
  /* Translators: %s is what was typed */
  hc_screen_note (self->screen, _("There is no command “%s”. /help lists them; // sends one /."),
                  hc_command_get_text (self->command));
  return FAILED;
}

typedef Progress (*Step) (HcInterpreter *self);

static const struct
{
  Step begin;
  Step check;
} steps[] = {
  [HC_COMMAND_SAY] = { check_say, check_say },
  [HC_COMMAND_ID] = { begin_id, NULL },
  [HC_COMMAND_REGISTER] = { begin_register, check_register },
  [HC_COMMAND_BRIDGE] = { begin_bridge, check_bridge },
  [HC_COMMAND_CHAT] = { begin_chat, check_chat },
  [HC_COMMAND_CANCEL] = { begin_cancel, check_cancel },
  [HC_COMMAND_SAFETY] = { check_safety, check_safety },
  [HC_COMMAND_VERIFY] = { check_verify, check_verify },
  [HC_COMMAND_ACCEPT] = { begin_accept, NULL },
  [HC_COMMAND_HELP] = { begin_help, NULL },
  [HC_COMMAND_UNKNOWN] = { begin_unknown, NULL },
};

static void
forget_command (HcInterpreter *self)
{
  g_clear_pointer (&self->command, hc_command_free);
  g_clear_object (&self->said);
  self->called = FALSE;
}

static void
finish (HcInterpreter *self)
{
  gboolean succeeded = self->progress == DONE;

  forget_command (self);
  g_signal_emit (self, done_signal, 0, succeeded);
}

static gboolean
on_check (gpointer user_data)
{
  g_autoptr (HcInterpreter) self = g_object_ref (user_data);

  self->check_id = 0;
  if (self->command == NULL)
    return G_SOURCE_REMOVE;

  if (self->progress == DOING)
    self->progress = steps[hc_command_get_kind (self->command)].check (self);
  if (self->progress != DOING)
    finish (self);
  return G_SOURCE_REMOVE;
}

/* A session is in the middle of something when it tells of a change, so what
 * follows from it is done a little later. */
static void
schedule_check (HcInterpreter *self)
{
  if (self->check_id == 0)
    self->check_id = g_idle_add_full (G_PRIORITY_DEFAULT, on_check, self, NULL);
}

/**
 * hc_interpreter_new:
 * @session: whose commands these are
 * @screen: where to say what comes of them
 *
 * Creates an interpreter.
 *
 * Returns: (transfer full): an interpreter
 */
HcInterpreter *
hc_interpreter_new (HcSession *session,
                    HcScreen  *screen)
{
  HcInterpreter *self;

  g_return_val_if_fail (HC_IS_SESSION (session), NULL);
  g_return_val_if_fail (HC_IS_SCREEN (screen), NULL);

  self = g_object_new (HC_TYPE_INTERPRETER, NULL);
  self->session = g_object_ref (session);
  self->screen = g_object_ref (screen);
  g_signal_connect_object (session, "notify::state",
                           G_CALLBACK (schedule_check), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (session, "notify::safety-code",
                           G_CALLBACK (schedule_check), self, G_CONNECT_SWAPPED);
  return self;
}

/**
 * hc_interpreter_is_busy:
 * @self: an interpreter
 *
 * Tells whether a command is not finished yet.
 *
 * Returns: %TRUE if there is one
 */
gboolean
hc_interpreter_is_busy (HcInterpreter *self)
{
  g_return_val_if_fail (HC_IS_INTERPRETER (self), FALSE);

  return self->command != NULL;
}

/**
 * hc_interpreter_begin:
 * @self: an interpreter that isn't busy
 * @command: (transfer full): any command but %HC_COMMAND_QUIT
 *
 * Begins to do what a command asks for. #HcInterpreter::done tells when it is
 * finished.
 */
void
hc_interpreter_begin (HcInterpreter *self,
                      HcCommand     *command)
{
  HcCommandKind kind = hc_command_get_kind (command);

  g_return_if_fail (HC_IS_INTERPRETER (self));
  g_return_if_fail (!hc_interpreter_is_busy (self));
  g_return_if_fail (kind != HC_COMMAND_QUIT);

  self->command = command;
  self->progress = steps[kind].begin (self);
  schedule_check (self);
}

/**
 * hc_interpreter_interrupt:
 * @self: an interpreter
 * @command: (transfer full): a %HC_COMMAND_CANCEL or %HC_COMMAND_HELP
 *
 * Does what a command asks for at once, whatever else is being done. To cancel
 * takes the place of what is cancelled: #HcInterpreter::done tells when that is
 * finished.
 */
void
hc_interpreter_interrupt (HcInterpreter *self,
                          HcCommand     *command)
{
  g_autoptr (HcCommand) owned = command;
  HcCommandKind kind = hc_command_get_kind (command);

  g_return_if_fail (HC_IS_INTERPRETER (self));
  g_return_if_fail (kind == HC_COMMAND_CANCEL || kind == HC_COMMAND_HELP);

  if (steps[kind].begin (self) != DOING)
    return;

  forget_command (self);
  self->command = g_steal_pointer (&owned);
  self->progress = DOING;
  schedule_check (self);
}
