/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-conversation.h"
#include "hc-packet-log.h"
#include "hc-peer.h"
#include "sim-endpoint.h"

G_BEGIN_DECLS

typedef struct _SimTalk SimTalk;

/**
 * SimPerson:
 * @messages: what it has said and shall say, oldest first
 * @n_said: how many of them it has said
 * @n_delivered: how many of them are called delivered
 * @n_heard: how many have come from the other one
 * @n_ended: how often it was told of the end
 *
 * One of the two.
 */
typedef struct
{
  SimTalk *talk;
  const char *id;
  HcPeer *peer;
  HcConversation *conversation;
  SimEndpoint *endpoint;
  SimConditions conditions;

  GPtrArray *messages;
  guint n_said;
  guint n_delivered;
  guint n_heard;
  guint n_ended;
  GSource *turn;
  GSource *arrival;
} SimPerson;

/**
 * SimTalk:
 * @is_hasty: whether the links have a bug, see #HastyLink
 * @is_rough: whether new links have the conditions of their person
 * @is_like_tcp: whether the newest links lose nothing until they break
 * @n_links: how often links were made
 * @quiet_since: when something was said or went wrong last
 * @fault: (nullable): what first did not hold
 *
 * Two real peers with their conversations, over real links and a simulated
 * network. What one calls delivered is in the other's conversation at that
 * moment: once, in order and unchanged.
 */
struct _SimTalk
{
  SimClock *clock;
  SimNetwork *network;
  SimPerson persons[2];
  gboolean is_hasty;
  gboolean is_rough;
  gboolean is_like_tcp;
  guint n_links;
  gint64 quiet_since;
  char *fault;

  GMainContext *context;
  GRand *random;
  HcPacketLog *log;
  guint n_addresses;
};

/**
 * SimTalkCondition:
 * @self: a talk
 *
 * Returns: whether it holds
 */
typedef gboolean (*SimTalkCondition) (SimTalk *self);

void     sim_talk_init         (SimTalk          *self,
                                guint32           seed);
char    *sim_talk_clear        (SimTalk          *self);
void     sim_talk_fail         (SimTalk          *self,
                                const char       *format,
                                ...) G_GNUC_PRINTF (2, 3);
GSource *sim_talk_set_timer    (SimTalk          *self,
                                guint             min_ms,
                                guint             max_ms,
                                GSourceFunc       func,
                                gpointer          user_data);
void     sim_talk_make_links   (SimTalk          *self);
guint    sim_talk_make_address (SimTalk          *self);
void     sim_talk_disturb      (SimTalk          *self);
double   sim_talk_get_seconds  (SimTalk          *self);
void     sim_talk_run_until    (SimTalk          *self,
                                SimTalkCondition  holds,
                                const char       *what);

gboolean sim_talk_is_confirmed (SimTalk          *self);
gboolean sim_talk_is_delivered (SimTalk          *self);
gboolean sim_talk_is_closed    (SimTalk          *self);

void     sim_person_add        (SimPerson        *self,
                                const char       *text);
void     sim_person_say        (SimPerson        *self);
void     sim_person_withdraw   (SimPerson        *self);
gboolean sim_person_needs_link (SimPerson        *self);

G_END_DECLS
