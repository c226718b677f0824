/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "sim-talk.h"
#include "hasty-link.h"
#include "hc-peer-v2.h"
#include "hc-reliable-link.h"
#include "hc-source.h"

#include <string.h>

/* How long anything may take, in virtual time, when nothing goes wrong. */
#define MAX_SECONDS 600

/* How much later the one may learn of a new link than the other. */
#define MAX_LAG_MS 1500

void
sim_talk_fail (SimTalk    *self,
               const char *format,
               ...)
{
  va_list arguments;

  if (self->fault != NULL)
    return;
  va_start (arguments, format);
  self->fault = g_strdup_vprintf (format, arguments);
  va_end (arguments);
}

static SimPerson *
get_other (SimPerson *person)
{
  return &person->talk->persons[person == &person->talk->persons[0]];
}

/**
 * sim_talk_set_timer:
 * @self: a talk
 * @min_ms: the shortest time
 * @max_ms: the longest, exclusive
 * @func: what to call
 * @user_data: what to give to @func
 *
 * Returns: (transfer full): a timer of any length between
 */
GSource *
sim_talk_set_timer (SimTalk     *self,
                    guint        min_ms,
                    guint        max_ms,
                    GSourceFunc  func,
                    gpointer     user_data)
{
  return hc_clock_set_timer (HC_CLOCK (self->clock),
                             g_rand_int_range (self->random, min_ms, max_ms), func, user_data);
}

/* --- What must hold ---------------------------------------------------------- */

/* The message that has just been called delivered, which is the next one. */
static void
check_delivered (SimPerson *person,
                 HcMessage *message)
{
  guint index = person->n_delivered++;
  g_autoptr (HcMessage) heard = NULL;

  heard = g_list_model_get_item (G_LIST_MODEL (get_other (person)->conversation), index);
  if (index >= person->n_said || g_ptr_array_index (person->messages, index) != message)
    sim_talk_fail (person->talk, "%s's message %u is called delivered out of turn",
                   person->id, index + 1);
  else if (heard == NULL)
    sim_talk_fail (person->talk, "%s's message %u is called delivered and isn't there",
                   person->id, index + 1);
  else if (strcmp (hc_message_get_text (heard), hc_message_get_text (message)) != 0)
    sim_talk_fail (person->talk, "%s's message %u is called delivered and has changed",
                   person->id, index + 1);
}

static void
on_status (HcMessage  *message,
           GParamSpec *pspec,
           SimPerson  *person)
{
  if (hc_message_get_status (message) == HC_MESSAGE_STATUS_DELIVERED)
    check_delivered (person, message);
  else if (hc_message_get_status (message) == HC_MESSAGE_STATUS_FAILED)
    sim_talk_fail (person->talk, "A message of %s failed: %s",
                   person->id, hc_message_get_failure (message));
}

static void
on_said (HcPeer     *peer,
         const char *text,
         SimPerson  *person)
{
  SimPerson *other = get_other (person);
  g_autoptr (HcMessage) message = hc_message_new (HC_MESSAGE_INCOMING, other->id, text);
  guint index = person->n_heard++;

  hc_conversation_append (person->conversation, message);
  if (index >= other->n_said)
    sim_talk_fail (person->talk, "%s has heard more than %u messages", person->id, other->n_said);
  else if (strcmp (text, hc_message_get_text (g_ptr_array_index (other->messages, index))) != 0)
    sim_talk_fail (person->talk, "What %s has heard as message %u is not what was said",
                   person->id, index + 1);
}

static void
on_ended (HcPeer       *peer,
          const GError *error,
          SimPerson    *person)
{
  if (error != NULL)
    sim_talk_fail (person->talk, "%s's conversation ended: %s", person->id, error->message);
  person->n_ended++;
}

/* --- Links -------------------------------------------------------------------- */

static HcLink *
make_link (SimPerson *person)
{
  SimTalk *talk = person->talk;
  HcClock *clock = HC_CLOCK (talk->clock);
  g_autoptr (HcLink) link = hc_reliable_link_new (G_DATAGRAM_BASED (person->endpoint),
                                                  HC_DIALECT_SECURE, clock, talk->log);

  return talk->is_hasty ? hasty_link_new (link, clock) : g_steal_pointer (&link);
}

static gboolean
on_arrival (gpointer user_data)
{
  static const guint8 plain[HC_DIGEST_LENGTH];
  SimPerson *person = user_data;
  g_autoptr (HcLink) link = make_link (person);

  hc_source_clear (&person->arrival);
  if (person->talk->is_rough && !person->talk->is_like_tcp)
    sim_endpoint_set_conditions (person->endpoint, &person->conditions);
  hc_peer_v2_set_link (HC_PEER_V2 (person->peer), link, plain, NULL);
  return G_SOURCE_REMOVE;
}

/**
 * sim_talk_make_address:
 * @self: a talk
 *
 * Returns: an address that nobody has
 */
guint
sim_talk_make_address (SimTalk *self)
{
  return ++self->n_addresses;
}

/**
 * sim_talk_make_links:
 * @self: a talk
 *
 * Connects the two anew. Both ends are there from now on, but one person may
 * know it later than the other.
 */
void
sim_talk_make_links (SimTalk *self)
{
  guint first = sim_talk_make_address (self);
  guint second = sim_talk_make_address (self);

  self->n_links++;
  self->is_like_tcp = g_rand_int_range (self->random, 0, 4) == 0;
  for (guint i = 0; i < 2; i++)
    {
      SimPerson *person = &self->persons[i];

      g_clear_object (&person->endpoint);
      person->endpoint = sim_endpoint_new (self->network, i == 0 ? first : second,
                                           i == 0 ? second : first);
      hc_source_clear (&person->arrival);
      person->arrival = sim_talk_set_timer (self, 0, MAX_LAG_MS, on_arrival, person);
    }
}

/**
 * sim_person_needs_link:
 * @self: a person
 *
 * Returns: whether it has none that works, and none is about to come
 */
gboolean
sim_person_needs_link (SimPerson *self)
{
  return self->arrival == NULL && (hc_peer_v2_get_link (HC_PEER_V2 (self->peer)) == NULL ||
                                   hc_peer_get_interrupted (self->peer));
}

/* --- Talking -------------------------------------------------------------------- */

/**
 * sim_person_add:
 * @self: a person
 * @text: some text
 *
 * Adds a message to what this person shall say.
 */
void
sim_person_add (SimPerson  *self,
                const char *text)
{
  HcMessage *message = hc_message_new (HC_MESSAGE_OUTGOING, self->id, text);

  g_signal_connect (message, "notify::status", G_CALLBACK (on_status), self);
  g_ptr_array_add (self->messages, message);
}

/**
 * sim_person_say:
 * @self: a person
 *
 * Says the next message, if there is one.
 */
void
sim_person_say (SimPerson *self)
{
  if (self->n_said == self->messages->len)
    return;

  sim_talk_disturb (self->talk);
  hc_peer_send (self->peer, g_ptr_array_index (self->messages, self->n_said++));
}

/**
 * sim_person_withdraw:
 * @self: a person that has said something
 *
 * Tries to take back what was said last. What can be taken back was never said.
 */
void
sim_person_withdraw (SimPerson *self)
{
  HcMessage *last = g_ptr_array_index (self->messages, self->n_said - 1);

  if (!hc_peer_withdraw (self->peer, last))
    return;
  self->n_said--;
  g_ptr_array_remove_index (self->messages, self->n_said);
}

/* --- The talk -------------------------------------------------------------------- */

static void
init_person (SimTalk *self,
             guint    index)
{
  static const guint8 keys[2][HC_KEY_LENGTH] = { { 1 }, { 2 } };
  static const guint8 session[HC_SESSION_LENGTH] = { 3 };
  const HcPeerIdentity identities[2] = { { "alice", keys[0] }, { "bob", keys[1] } };
  SimPerson *person = &self->persons[index];

  person->talk = self;
  person->id = identities[index].id;
  person->conversation = hc_conversation_new ();
  person->messages = g_ptr_array_new_with_free_func (g_object_unref);
  person->peer = hc_peer_v2_new (HC_CLOCK (self->clock), &identities[index],
                                 &identities[1 - index], session, index == 0);
  g_signal_connect (person->peer, "said", G_CALLBACK (on_said), person);
  g_signal_connect (person->peer, "ended", G_CALLBACK (on_ended), person);
}

static void
clear_person (SimPerson *person)
{
  hc_source_clear (&person->turn);
  hc_source_clear (&person->arrival);
  if (person->talk->fault != NULL)
    g_object_unref (person->peer);
  else
    g_assert_finalize_object (person->peer);
  g_clear_object (&person->endpoint);
  g_ptr_array_unref (person->messages);
  g_object_unref (person->conversation);
}

/**
 * sim_talk_init:
 * @self: (out caller-allocates): a talk
 * @seed: what decides all that is left to chance
 *
 * Prepares two persons who have no link and nothing to say, in a main context of
 * their own.
 */
void
sim_talk_init (SimTalk *self,
               guint32  seed)
{
  *self = (SimTalk) { .context = g_main_context_new () };
  g_main_context_push_thread_default (self->context);
  self->clock = sim_clock_new ();
  self->network = sim_network_new (self->clock, seed);
  self->random = sim_network_get_random (self->network);
  self->log = hc_packet_log_new ();
  init_person (self, 0);
  init_person (self, 1);
}

/**
 * sim_talk_clear:
 * @self: a talk
 *
 * Frees what is in a talk.
 *
 * Returns: (transfer full) (nullable): what did not hold
 */
char *
sim_talk_clear (SimTalk *self)
{
  clear_person (&self->persons[0]);
  clear_person (&self->persons[1]);
  g_object_unref (self->network);
  g_object_unref (self->clock);
  g_object_unref (self->log);
  g_main_context_pop_thread_default (self->context);
  g_main_context_unref (self->context);
  return g_steal_pointer (&self->fault);
}

/**
 * sim_talk_disturb:
 * @self: a talk
 *
 * Notes that something happens that may take the two some time.
 */
void
sim_talk_disturb (SimTalk *self)
{
  self->quiet_since = hc_clock_get_time (HC_CLOCK (self->clock));
}

/**
 * sim_talk_get_seconds:
 * @self: a talk
 *
 * Returns: how long nothing has disturbed the two
 */
double
sim_talk_get_seconds (SimTalk *self)
{
  gint64 now = hc_clock_get_time (HC_CLOCK (self->clock));

  return (double) (now - self->quiet_since) / G_TIME_SPAN_SECOND;
}

static void
fail_late (SimTalk    *self,
           const char *what)
{
  SimPerson *alice = &self->persons[0];
  SimPerson *bob = &self->persons[1];

  sim_talk_fail (self, "After %d s %u of %u messages of alice and %u of %u of bob are delivered, but not %s",
                 MAX_SECONDS, alice->n_delivered, alice->messages->len,
                 bob->n_delivered, bob->messages->len, what);
}

/**
 * sim_talk_run_until:
 * @self: a talk
 * @holds: what is to be reached
 * @what: the same in words
 *
 * Lets things happen until a condition holds, or something that must hold
 * doesn't.
 */
void
sim_talk_run_until (SimTalk          *self,
                    SimTalkCondition  holds,
                    const char       *what)
{
  sim_talk_disturb (self);
  while (self->fault == NULL && !holds (self))
    {
      if (!sim_clock_step (self->clock))
        sim_talk_fail (self, "Everything stands still, but not %s", what);
      if (sim_talk_get_seconds (self) > MAX_SECONDS)
        fail_late (self, what);
    }
}

gboolean
sim_talk_is_confirmed (SimTalk *self)
{
  return hc_peer_get_confirmed (self->persons[0].peer) &&
         hc_peer_get_confirmed (self->persons[1].peer);
}

gboolean
sim_talk_is_delivered (SimTalk *self)
{
  for (guint i = 0; i < 2; i++)
    if (self->persons[i].n_delivered < self->persons[i].messages->len)
      return FALSE;
  return TRUE;
}

gboolean
sim_talk_is_closed (SimTalk *self)
{
  return hc_peer_get_closed (self->persons[0].peer) && hc_peer_get_closed (self->persons[1].peer);
}
