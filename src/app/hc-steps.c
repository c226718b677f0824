/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-app"

#include "config.h"

#include "hc-steps.h"
#include "hc-words.h"

#include <glib/gi18n.h>

/**
 * hc_step_from_state:
 * @state: where a session stands
 *
 * Gets the step that is being taken.
 *
 * Returns: the step, or %HC_STEP_NONE if nothing is going on
 */
HcStep
hc_step_from_state (HcSessionState state)
{
  switch (state)
    {
    case HC_SESSION_PROBING:
    case HC_SESSION_REGISTERING:
      return HC_STEP_REGISTER;
    case HC_SESSION_BRIDGING:
    case HC_SESSION_WAITING:
      return HC_STEP_BRIDGE;
    case HC_SESSION_CONNECTING:
      return HC_STEP_CHAT;
    case HC_SESSION_OFFLINE:
    case HC_SESSION_READY:
    case HC_SESSION_REGISTERED:
    case HC_SESSION_MATCHED:
    case HC_SESSION_CHATTING:
    case HC_SESSION_ENDED:
    default:
      return HC_STEP_NONE;
    }
}

static HcStep
next_step (HcSessionState state)
{
  switch (state)
    {
    case HC_SESSION_OFFLINE:
    case HC_SESSION_PROBING:
    case HC_SESSION_READY:
    case HC_SESSION_REGISTERING:
      return HC_STEP_REGISTER;
    case HC_SESSION_REGISTERED:
    case HC_SESSION_BRIDGING:
    case HC_SESSION_WAITING:
      return HC_STEP_BRIDGE;
    case HC_SESSION_MATCHED:
    case HC_SESSION_CONNECTING:
      return HC_STEP_CHAT;
    case HC_SESSION_CHATTING:
    case HC_SESSION_ENDED:
    default:
      return HC_STEP_CHAT + 1;
    }
}

/**
 * hc_step_progress:
 * @object: unused
 * @step: a #HcStep
 * @state: where the session stands
 * @failed_step: the #HcStep that failed last, if any
 *
 * Works out how far a step is.
 *
 * Returns: how far
 */
HcStepProgress
hc_step_progress (gpointer       object,
                  guint          step,
                  HcSessionState state,
                  guint          failed_step)
{
  if (step < next_step (state))
    return HC_STEP_DONE;
  if (step == hc_step_from_state (state))
    return HC_STEP_BUSY;
  if (step == failed_step)
    return HC_STEP_FAILED;
  return step == next_step (state) ? HC_STEP_NEXT : HC_STEP_LOCKED;
}

static char *
register_text (HcSessionState  state,
               HcStepProgress  progress,
               const char     *id,
               HcTransport     transport)
{
  g_autofree char *me = hc_isolate (id);

  if (state == HC_SESSION_PROBING)
    return g_strdup (_("Looking for the server…"));
  if (progress == HC_STEP_BUSY)
    /* Translators: %s is your ID, which is being claimed on the server. */
    return g_strdup_printf (_("Claiming %s…"), me);
  if (progress != HC_STEP_DONE)
    return g_strdup (_("Claim your ID on the server"));
  if (transport == HC_TRANSPORT_UNKNOWN)
    /* Translators: %s is your ID. */
    return g_strdup_printf (_("Registered as %s"), me);
  /* Translators: the first %s is your ID, the second is TCP or UDP. */
  return g_strdup_printf (_("Registered as %s over %s"), me, hc_transport_to_string (transport));
}

static char *
bridge_text (HcSessionState  state,
             HcStepProgress  progress,
             const char     *peer_id)
{
  g_autofree char *peer = hc_isolate (peer_id);

  if (state == HC_SESSION_BRIDGING)
    return g_strdup (_("Asking who is ready…"));
  if (state == HC_SESSION_WAITING)
    return g_strdup (_("Nobody is ready yet. You will be called."));
  if (progress != HC_STEP_DONE || peer_id == NULL)
    return g_strdup (_("Find someone who is ready"));
  /* Translators: %s is another person's ID. */
  return g_strdup_printf (_("%s is ready"), peer);
}

static char *
chat_text (HcSessionState  state,
           const char     *peer_id,
           gboolean        incoming)
{
  g_autofree char *peer = hc_isolate (peer_id);

  if (peer_id == NULL || (state != HC_SESSION_MATCHED && state != HC_SESSION_CONNECTING))
    return g_strdup (_("Talk to them, directly"));
  if (state == HC_SESSION_MATCHED)
    /* Translators: %s is another person's ID. */
    return g_strdup_printf (_("Talk to %s, directly"), peer);
  if (incoming)
    /* Translators: %s is another person's ID. */
    return g_strdup_printf (_("%s is calling…"), peer);
  /* Translators: %s is another person's ID. */
  return g_strdup_printf (_("Calling %s…"), peer);
}

/**
 * hc_step_text:
 * @object: unused
 * @step: a #HcStep
 * @state: where the session stands
 * @failed_step: the #HcStep that failed last, if any
 * @failure: (nullable): why it failed
 * @id: (nullable): our ID
 * @transport: how the server is reached
 * @peer_id: (nullable): the other person's ID
 * @incoming: whether they called
 *
 * Says what a step is for, does, or did.
 *
 * Returns: (transfer full): a sentence
 */
char *
hc_step_text (gpointer        object,
              guint           step,
              HcSessionState  state,
              guint           failed_step,
              const char     *failure,
              const char     *id,
              HcTransport     transport,
              const char     *peer_id,
              gboolean        incoming)
{
  HcStepProgress progress = hc_step_progress (object, step, state, failed_step);

  if (progress == HC_STEP_FAILED && failure != NULL)
    return g_strdup (failure);
  switch (step)
    {
    case HC_STEP_REGISTER:
      return register_text (state, progress, id, transport);
    case HC_STEP_BRIDGE:
      return bridge_text (state, progress, peer_id);
    case HC_STEP_CHAT:
      return chat_text (state, peer_id, incoming);
    default:
      return g_strdup ("");
    }
}

/**
 * hc_step_button_label:
 * @object: unused
 * @step: a #HcStep
 * @progress: its #HcStepProgress
 *
 * Gets what a step's button says.
 *
 * Returns: (transfer full): the label
 */
char *
hc_step_button_label (gpointer object,
                      guint    step,
                      guint    progress)
{
  if (progress == HC_STEP_BUSY)
    return g_strdup (_("Cancel"));
  switch (step)
    {
    case HC_STEP_REGISTER:
      /* Translators: buttons: leave the server; claim an ID on it. */
      return g_strdup (progress == HC_STEP_DONE ? _("Leave") : _("Register"));
    case HC_STEP_BRIDGE:
      /* Translators: a button: find somebody who is ready to talk. */
      return g_strdup (_("Bridge"));
    case HC_STEP_CHAT:
    default:
      /* Translators: a button: call the other person. */
      return g_strdup (_("Chat"));
    }
}

/**
 * hc_step_action_name:
 * @object: unused
 * @step: a #HcStep
 * @progress: its #HcStepProgress
 *
 * Gets what a step's button does.
 *
 * Returns: (transfer full): the name of a window's action
 */
char *
hc_step_action_name (gpointer object,
                     guint    step,
                     guint    progress)
{
  if (progress == HC_STEP_BUSY)
    return g_strdup ("win.cancel");
  if (step == HC_STEP_REGISTER)
    return g_strdup (progress == HC_STEP_DONE ? "win.leave" : "win.register");
  return g_strdup (step == HC_STEP_BRIDGE ? "win.bridge" : "win.chat");
}

/**
 * hc_step_reason:
 * @object: unused
 * @step: a #HcStep
 * @state: where the session stands
 * @problem: (nullable): what is missing before one can register
 *
 * Says why a step can't be taken now.
 *
 * Returns: (transfer full) (nullable): the reason, or %NULL if there is none
 */
char *
hc_step_reason (gpointer       object,
                guint          step,
                HcSessionState state,
                const char    *problem)
{
  HcStep next = next_step (state);

  if (step == HC_STEP_REGISTER && next == HC_STEP_REGISTER && problem != NULL && problem[0] != '\0')
    return g_strdup (problem);
  if (step <= next)
    return NULL;
  if (next == HC_STEP_REGISTER)
    return g_strdup (_("Register first"));
  if (state == HC_SESSION_WAITING)
    return g_strdup (_("You will be called: there is nobody to call yet"));
  return g_strdup (_("Bridge first, to find someone"));
}

/**
 * hc_step_mark:
 * @object: unused
 * @progress: a #HcStepProgress
 *
 * Gets what stands at the beginning of a step's row.
 *
 * Returns: (transfer full): the name of a page in its stack
 */
char *
hc_step_mark (gpointer object,
              guint    progress)
{
  static const char *const marks[] = {
    [HC_STEP_LOCKED] = "number",
    [HC_STEP_NEXT] = "number",
    [HC_STEP_BUSY] = "busy",
    [HC_STEP_DONE] = "done",
    [HC_STEP_FAILED] = "failed",
  };

  g_return_val_if_fail (progress < G_N_ELEMENTS (marks), NULL);

  return g_strdup (marks[progress]);
}

/**
 * hc_step_accessible_name:
 * @step: a #HcStep
 * @title: its title
 * @progress: its #HcStepProgress
 * @text: what is said of it
 *
 * Says for a screen reader what the eye sees of a row.
 *
 * Returns: (transfer full): a sentence
 */
char *
hc_step_accessible_name (guint       step,
                         const char *title,
                         guint       progress,
                         const char *text)
{
  const char *words[] = {
    /* Translators: how far a step is, as in "Step 2, Bridge, done: bob is ready". */
    [HC_STEP_LOCKED] = C_("step", "not possible yet"),
    [HC_STEP_NEXT] = C_("step", "next"),
    [HC_STEP_BUSY] = C_("step", "under way"),
    [HC_STEP_DONE] = C_("step", "done"),
    [HC_STEP_FAILED] = C_("step", "failed"),
  };

  g_return_val_if_fail (progress < G_N_ELEMENTS (words), NULL);

  /* Translators: a step's number, title, how far it is, and what is said of it. */
  return g_strdup_printf (_("Step %u, %s, %s: %s"), step, title, words[progress], text);
}
