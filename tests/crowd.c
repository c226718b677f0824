/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "crowd.h"

#include "hc-poller.h"
#include "hc-registry.h"
#include "v2-client.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define TICK_MS 10
#define MAX_REPLY 2048
#define WAIT "Wait: 5\r\n"

typedef enum
{
  PROBE,
  REGISTER,
  BRIDGE,
  CHAT,
} Step;

/* What has become of an ID. */
typedef struct
{
  gboolean has_bridged;
  gboolean is_caller;
  gint64 handed_at;
} Life;

/* Each has a new ID for each time it is ready. */
typedef struct
{
  Crowd *crowd;
  guint number;
  char id[32];
  V2Client *v2;

  Step step;
  guint server;
  HcPoll poll;
  char *request;
  char reply[MAX_REPLY];
  gsize length;
  gint64 wake_at;

  /* Of all its IDs, the present one last. */
  GArray *lives;
  gboolean is_called;

  /* Whom it was given last, and whether anybody since crowd_mark(). */
  char peer_id[32];
  gboolean has_met;
} Member;

struct _Crowd
{
  HcPoller *poller;
  guint timer;
  GRand *random;
  guint chat_ms;
  guint16 ports[16];
  guint n_servers;
  Member *members;
  guint n_members;
  CrowdTally tally;
};

static void on_events (HcPoll *poll,
                       guint   events);

static void
wake_in (Member *self,
         guint   min_ms,
         guint   max_ms)
{
  guint ms = g_rand_int_range (self->crowd->random, min_ms, max_ms + 1);

  self->wake_at = g_get_monotonic_time () + ms * G_TIME_SPAN_MILLISECOND;
}

static void
hang_up (Member *self)
{
  if (self->poll.fd >= 0)
    hc_poller_close (self->crowd->poller, &self->poll);
  g_clear_pointer (&self->request, g_free);
  self->length = 0;
}

static guint
get_generation (Member *self)
{
  return self->lives->len - 1;
}

static Life *
get_life (Member *self)
{
  return &g_array_index (self->lives, Life, get_generation (self));
}

static void
begin_anew (Member *self)
{
  hang_up (self);
  g_array_set_size (self->lives, self->lives->len + 1);
  self->is_called = FALSE;
  g_snprintf (self->id, sizeof self->id, "c%u-%u", self->number, get_generation (self));
  if (self->v2 != NULL)
    g_clear_pointer (&self->v2->token, g_free);
  self->step = self->v2 != NULL ? PROBE : REGISTER;
}

static void
chat (Member *self)
{
  begin_anew (self);
  wake_in (self, self->crowd->chat_ms / 2, self->crowd->chat_ms);
}

static char *
write_request_v1 (Member *self)
{
  if (self->step == REGISTER)
    return g_strdup_printf ("REGISTER\r\nclientID: %s\r\nIP: 127.0.0.1\r\nPort: %u\r\n\r\n",
                            self->id, 1 + self->number);
  if (self->step == BRIDGE)
    return g_strdup_printf ("BRIDGE\r\nclientID: %s\r\n\r\n", self->id);
  return g_strdup_printf ("CHAT\r\nclientID1: %s\r\nclientID2: %s\r\n\r\n", self->id, self->peer_id);
}

static char *
write_request_v2 (Member *self)
{
  switch (self->step)
    {
    case PROBE:
      return v2_client_probe (self->v2);
    case REGISTER:
      return v2_client_register (self->v2);
    case BRIDGE:
      return v2_client_ask (self->v2, "BRIDGE", WAIT);
    case CHAT:
    default:
      return v2_client_chat (self->v2, self->id, self->peer_id);
    }
}

static void
retry (Member *self)
{
  self->crowd->tally.n_broken++;
  hang_up (self);
  if (self->is_called && self->step == BRIDGE)
    chat (self);
  else
    wake_in (self, 20, 100);
}

/* A cookie is good at the server that has made it. */
static void
choose_server (Member *self)
{
  if (self->step != REGISTER || self->v2 == NULL)
    self->server = g_rand_int_range (self->crowd->random, 0, self->crowd->n_servers);
}

static void
ask (Member *self)
{
  const HcSockaddr address = {
    .in = {
      .sin_family = AF_INET,
      .sin_port = (choose_server (self), g_htons (self->crowd->ports[self->server])),
      .sin_addr.s_addr = g_htonl (INADDR_LOOPBACK),
    },
  };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

  g_assert_cmpint (fd, >=, 0);
  self->wake_at = 0;
  self->request = self->v2 != NULL ? write_request_v2 (self) : write_request_v1 (self);
  hc_poll_init (&self->poll, fd, on_events, self);
  if ((connect (fd, &address.sa, sizeof address.in) < 0 && errno != EINPROGRESS) ||
      !hc_poller_watch (self->crowd->poller, &self->poll, EPOLLOUT))
    retry (self);
}

static Member *
find_member (Crowd      *self,
             const char *id,
             guint      *generation)
{
  guint number;

  if (sscanf (id, "c%u-%u", &number, generation) != 2 || number >= self->n_members)
    return NULL;
  return &self->members[number];
}

/* Was it ready, and handed to nobody else? */
static void
check_handed (Member *self,
              Member *callee,
              guint   generation)
{
  const gint64 lease = (HC_REGISTRY_LEASE_SECONDS - 1) * G_TIME_SPAN_SECOND;
  CrowdTally *tally = &self->crowd->tally;
  Life *life = &g_array_index (callee->lives, Life, generation);
  gint64 now = g_get_monotonic_time ();

  if (callee == self || !life->has_bridged)
    tally->n_strangers++;
  else if (life->is_caller || (life->handed_at != 0 && now - life->handed_at < lease))
    tally->n_twice++;
  else if (life->handed_at != 0)
    tally->n_returned++;
  else if (generation < get_generation (callee))
    tally->n_strangers++;
  life->handed_at = now;
}

/* It is called. What it has asked for meanwhile is answered all the same, and
 * must not be somebody else. */
static void
call (Member *self)
{
  self->has_met = TRUE;
  self->is_called = TRUE;
  if (self->step != BRIDGE || self->poll.fd < 0)
    chat (self);
}

static void
take_record (Member     *self,
             const char *id)
{
  CrowdTally *tally = &self->crowd->tally;
  guint generation = 0;
  Member *callee = find_member (self->crowd, id, &generation);

  if (callee == NULL || generation > get_generation (callee))
    {
      tally->n_strangers++;
      chat (self);
      return;
    }

  check_handed (self, callee, generation);
  tally->n_pairs++;
  tally->n_twice += self->is_called;
  self->has_met = TRUE;
  get_life (self)->is_caller = TRUE;
  g_strlcpy (self->peer_id, id, sizeof self->peer_id);
  if (generation == get_generation (callee) && callee != self && !callee->is_called)
    call (callee);
  self->step = CHAT;
  ask (self);
}

static void
take_bridgeack (Member   *self,
                HcPacket *packet)
{
  const char *id = hc_packet_get_header (packet, HC_HEADER_CLIENT_ID);
  const char *role = hc_packet_get_header (packet, HC_HEADER_ROLE);

  if (g_strcmp0 (role, "callee") == 0)
    {
      self->crowd->tally.n_told += self->is_called;
      wake_in (self, 1000, 2000);
    }
  else if (id != NULL && *id != '\0')
    take_record (self, id);
  else
    wake_in (self, self->v2 != NULL ? 0 : 200, self->v2 != NULL ? 50 : 400);
}

static void
take_error (Member     *self,
            const char *reason)
{
  if (g_str_has_prefix (reason, "unavailable"))
    {
      self->crowd->tally.n_unavailable++;
      wake_in (self, 100, 200);
    }
  else if (g_str_has_prefix (reason, "bad-cookie"))
    wake_in (self, 0, 50);
  else if (g_str_has_prefix (reason, "unknown-id"))
    {
      self->crowd->tally.n_forgotten++;
      begin_anew (self);
      wake_in (self, 0, 50);
    }
  else
    {
      self->crowd->tally.n_odd++;
      g_test_message ("%s: %s", self->id, reason);
      wake_in (self, 100, 200);
    }
}

static void
take_reply (Member   *self,
            HcPacket *packet)
{
  const char *reason = hc_packet_get_header (packet, HC_HEADER_REASON);
  HcPacketType type = hc_packet_get_packet_type (packet);

  if (reason != NULL)
    take_error (self, reason);
  else if (self->step == PROBE && type == HC_PACKET_PROBEACK)
    {
      self->step = REGISTER;
      ask (self);
    }
  else if (self->step == REGISTER && type == HC_PACKET_REGACK)
    {
      self->step = BRIDGE;
      wake_in (self, 0, 20);
    }
  else if (self->step == BRIDGE && type == HC_PACKET_BRIDGEACK)
    take_bridgeack (self, packet);
  else
    take_error (self, hc_packet_get_type_name (packet));
}

/* A chat's notice has no reply but the end. */
static void
take_end (Member *self)
{
  g_autofree char *text = g_strndup (self->reply, self->length);
  g_autoptr (HcPacket) packet = NULL;

  if (*text == '\0' && self->step != CHAT)
    {
      retry (self);
      return;
    }

  self->crowd->tally.n_requests++;
  hang_up (self);
  if (*text == '\0')
    {
      chat (self);
      return;
    }

  packet = hc_packet_parse (text, strlen (text), HC_DIALECT_RENDEZVOUS, NULL);
  g_assert_nonnull (packet);
  if (self->v2 != NULL)
    v2_client_take (self->v2, text);
  take_reply (self, packet);
  if (self->is_called && self->step == BRIDGE)
    chat (self);
}

static void
send_request (Member *self)
{
  gsize length = strlen (self->request);

  if (send (self->poll.fd, self->request, length, MSG_NOSIGNAL) != (gssize) length ||
      !hc_poller_watch (self->crowd->poller, &self->poll, EPOLLIN))
    {
      retry (self);
      return;
    }
  if (self->step == BRIDGE)
    get_life (self)->has_bridged = TRUE;
}

static void
on_events (HcPoll *poll,
           guint   events)
{
  Member *self = poll->owner;
  gssize n;

  if (events & EPOLLOUT)
    {
      send_request (self);
      return;
    }

  n = recv (self->poll.fd, self->reply + self->length, MAX_REPLY - self->length, 0);
  if (n > 0)
    self->length += n;
  else if (n == 0)
    take_end (self);
  else if (errno != EAGAIN)
    retry (self);
}

static gboolean
on_tick (gpointer user_data)
{
  Crowd *self = user_data;
  gint64 now = g_get_monotonic_time ();

  for (guint i = 0; i < self->n_members; i++)
    if (self->members[i].wake_at != 0 && self->members[i].wake_at <= now)
      ask (&self->members[i]);
  return G_SOURCE_CONTINUE;
}

static void
member_init (Member *self,
             Crowd  *crowd,
             guint   number)
{
  self->crowd = crowd;
  self->number = number;
  self->poll.fd = -1;
  self->lives = g_array_new (FALSE, TRUE, sizeof (Life));
  if (number % 2 == 1)
    self->v2 = v2_client_new (self->id, "127.0.0.1", 1 + number);
  begin_anew (self);
}

Crowd *
crowd_new (guint n_members,
           guint chat_ms)
{
  g_autoptr (GError) error = NULL;
  Crowd *self = g_new0 (Crowd, 1);

  self->poller = hc_poller_new (NULL, &error);
  g_assert_no_error (error);
  self->random = g_rand_new ();
  self->chat_ms = chat_ms;
  self->n_members = n_members;
  self->members = g_new0 (Member, n_members);
  for (guint i = 0; i < n_members; i++)
    member_init (&self->members[i], self, i);
  return self;
}

void
crowd_free (Crowd *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  for (guint i = 0; i < self->n_members; i++)
    {
      hang_up (&self->members[i]);
      g_clear_pointer (&self->members[i].v2, v2_client_free);
      g_array_unref (self->members[i].lives);
    }
  g_free (self->members);
  g_rand_free (self->random);
  hc_poller_free (self->poller);
  g_free (self);
}

void
crowd_add_server (Crowd   *self,
                  guint16  port)
{
  g_assert_cmpuint (self->n_servers, <, G_N_ELEMENTS (self->ports));
  self->ports[self->n_servers++] = port;
}

/* They don't come all at once. */
void
crowd_begin (Crowd *self)
{
  for (guint i = 0; i < self->n_members; i++)
    wake_in (&self->members[i], 0, self->chat_ms);
  self->timer = g_timeout_add (TICK_MS, on_tick, self);
}

/* From now on it counts who meets somebody. */
void
crowd_mark (Crowd *self)
{
  for (guint i = 0; i < self->n_members; i++)
    self->members[i].has_met = FALSE;
}

guint
crowd_count_met (Crowd *self)
{
  guint n = 0;

  for (guint i = 0; i < self->n_members; i++)
    n += self->members[i].has_met;
  return n;
}

const CrowdTally *
crowd_get_tally (Crowd *self)
{
  return &self->tally;
}
