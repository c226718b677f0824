/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Two real links over a simulated network. Whatever it does: what one sends
 * the other receives, once, in order and unchanged, and in bounded time. */

#include "hc-reliable-link.h"
#include "hc-source.h"
#include "sim-endpoint.h"
#include "sim-seeds.h"

#define MAX_PACKETS 120

/* Some say more than what fits in a window. */
#define MANY_PACKETS 800
#define MAX_BURST 40
#define MAX_PAUSE_MS 2000
#define MAX_TEXT 900
#define MAX_LOSS 0.4

/* In virtual time, from when there is nothing more to send and no partition; at 40 %
 * loss each way, and with the smallest window, a packet takes its time. */
#define MAX_SECONDS 60
#define MAX_SECONDS_A_PACKET 0.5

typedef struct _World World;

typedef struct
{
  World *world;
  const char *id;
  HcLink *link;
  SimEndpoint *endpoint;
  GPtrArray *texts;
  guint n_sent;
  guint n_out;
  guint n_received;
  guint n_closed;
  GSource *timer;
} Side;

struct _World
{
  GMainContext *context;
  SimClock *clock;
  SimNetwork *network;
  GRand *random;
  HcPacketLog *log;
  Side sides[2];
  guint n_addresses;
  guint n_partitions;
  guint n_moves;
  GSource *partition;
  GSource *move;
  gint64 quiet_since;
  char *fault;
};

G_GNUC_PRINTF (2, 3)
static void
fail (World      *world,
      const char *format,
      ...)
{
  va_list arguments;

  if (world->fault != NULL)
    return;
  va_start (arguments, format);
  world->fault = g_strdup_vprintf (format, arguments);
  va_end (arguments);
}

static Side *
get_other (Side *side)
{
  return &side->world->sides[side == &side->world->sides[0]];
}

/* --- What links tell -------------------------------------------------------- */

static void
on_received (HcLink   *link,
             HcPacket *packet,
             Side     *side)
{
  Side *other = get_other (side);
  g_autofree char *text = hc_packet_dup_text (packet);

  if (side->n_received >= other->n_sent)
    fail (side->world, "%s received more than %u packets", side->id, other->n_sent);
  else if (g_strcmp0 (text, g_ptr_array_index (other->texts, side->n_received)) != 0)
    fail (side->world, "%s's packet %u is not what was sent", side->id, side->n_received + 1);
  side->n_received++;
}

static void
on_sent (HcLink   *link,
         HcPacket *packet,
         Side     *side)
{
  g_autofree char *text = hc_packet_dup_text (packet);

  if (g_strcmp0 (text, g_ptr_array_index (side->texts, side->n_out)) != 0)
    fail (side->world, "%s's packet %u didn't go out in turn", side->id, side->n_out + 1);
  side->n_out++;
}

static void
on_malformed (HcLink       *link,
              const GError *error,
              Side         *side)
{
  fail (side->world, "%s: %s", side->id, error->message);
}

static void
on_closed (HcLink       *link,
           const GError *error,
           Side         *side)
{
  if (error != NULL)
    fail (side->world, "%s was closed: %s", side->id, error->message);
  side->n_closed++;
}

/* --- What happens ----------------------------------------------------------- */

static void
send_one (Side *side)
{
  g_autoptr (HcPacket) packet = NULL;
  const char *text = g_ptr_array_index (side->texts, side->n_sent++);

  packet = hc_packet_new_message (side->id, text);
  side->world->quiet_since = hc_clock_get_time (HC_CLOCK (side->world->clock));
  hc_link_send (side->link, packet);
}

static gboolean
on_turn (gpointer user_data)
{
  Side *side = user_data;
  GRand *random = side->world->random;

  hc_source_clear (&side->timer);
  for (int n = g_rand_int_range (random, 1, MAX_BURST + 1); n > 0 && side->n_sent < side->texts->len; n--)
    send_one (side);
  if (side->n_sent < side->texts->len)
    side->timer = hc_clock_set_timer (HC_CLOCK (side->world->clock),
                                      g_rand_int_range (random, 0, MAX_PAUSE_MS), on_turn, side);
  return G_SOURCE_REMOVE;
}

static gboolean
on_partition (gpointer user_data)
{
  World *world = user_data;
  gboolean cut = !sim_network_get_partitioned (world->network);

  hc_source_clear (&world->partition);
  sim_network_set_partitioned (world->network, cut);
  world->quiet_since = hc_clock_get_time (HC_CLOCK (world->clock));
  if (cut || world->n_partitions-- > 1)
    world->partition = hc_clock_set_timer (HC_CLOCK (world->clock),
                                           g_rand_int_range (world->random, 100, 25000),
                                           on_partition, world);
  return G_SOURCE_REMOVE;
}

/* Only by what it sends does the other one learn where it is now. If both moved
 * at once, no link could help. */
static gboolean
on_move (gpointer user_data)
{
  World *world = user_data;
  Side *side = &world->sides[0];

  hc_source_clear (&world->move);
  sim_endpoint_move (side->endpoint, ++world->n_addresses);
  if (side->n_sent == side->texts->len)
    g_ptr_array_add (side->texts, g_strdup ("I have moved"));
  send_one (side);
  if (world->n_moves-- > 1)
    world->move = hc_clock_set_timer (HC_CLOCK (world->clock),
                                      g_rand_int_range (world->random, 100, 5000), on_move, world);
  return G_SOURCE_REMOVE;
}

static void
stop_moving (World *world)
{
  hc_source_clear (&world->partition);
  hc_source_clear (&world->move);
}

/* --- The world -------------------------------------------------------------- */

/* A third has no loss, and a third a thin link. */
static void
choose_conditions (World         *world,
                   SimConditions *conditions)
{
  GRand *random = world->random;

  *conditions = (SimConditions) {
    .delay = g_rand_int_range (random, 0, 200) * G_TIME_SPAN_MILLISECOND,
    .errors = g_rand_boolean (random) ? g_rand_double_range (random, 0, 0.1) : 0,
  };
  if (g_rand_int_range (random, 0, 3) > 0)
    conditions->loss = g_rand_double_range (random, 0, MAX_LOSS);
  if (g_rand_boolean (random))
    conditions->duplication = g_rand_double_range (random, 0, 0.3);
  if (g_rand_boolean (random))
    conditions->jitter = g_rand_int_range (random, 0, 300) * G_TIME_SPAN_MILLISECOND;
  if (g_rand_int_range (random, 0, 3) == 0)
    {
      conditions->rate = g_rand_int_range (random, 4000, 100000);
      conditions->queue = g_rand_int_range (random, 20, 1000) * G_TIME_SPAN_MILLISECOND;
    }
}

static GPtrArray *
make_texts (World *world)
{
  GPtrArray *texts = g_ptr_array_new_with_free_func (g_free);
  gboolean many = g_rand_int_range (world->random, 0, 15) == 0;

  for (int n = g_rand_int_range (world->random, 0, many ? MANY_PACKETS : MAX_PACKETS + 1); n > 0; n--)
    {
      int length = g_rand_boolean (world->random) ? g_rand_int_range (world->random, 0, MAX_TEXT)
                                                  : g_rand_int_range (world->random, 0, 30);
      g_autofree char *filling = g_strnfill (length, 'a' + n % 26);

      g_ptr_array_add (texts, g_strdup_printf ("%d %s", n, filling));
    }
  return texts;
}

static void
init_side (World *world,
           guint  index)
{
  Side *side = &world->sides[index];
  SimConditions conditions;

  side->world = world;
  side->id = index == 0 ? "alice" : "bob";
  side->texts = make_texts (world);
  side->endpoint = sim_endpoint_new (world->network, index + 1, 2 - index);
  choose_conditions (world, &conditions);
  sim_endpoint_set_conditions (side->endpoint, &conditions);
  side->link = hc_reliable_link_new (G_DATAGRAM_BASED (side->endpoint), HC_DIALECT_PEER,
                                     HC_CLOCK (world->clock), world->log);
  g_signal_connect (side->link, "received", G_CALLBACK (on_received), side);
  g_signal_connect (side->link, "sent", G_CALLBACK (on_sent), side);
  g_signal_connect (side->link, "malformed", G_CALLBACK (on_malformed), side);
  g_signal_connect (side->link, "closed", G_CALLBACK (on_closed), side);
}

static void
clear_side (Side *side)
{
  hc_source_clear (&side->timer);
  if (side->world->fault != NULL)
    g_object_run_dispose (G_OBJECT (side->link));
  else
    g_assert_finalize_object (side->link);
  g_clear_object (&side->endpoint);
  g_ptr_array_unref (side->texts);
}

static void
init_world (World   *world,
            guint32  seed)
{
  *world = (World) { .context = g_main_context_new (), .n_addresses = 2 };
  g_main_context_push_thread_default (world->context);
  world->clock = sim_clock_new ();
  world->network = sim_network_new (world->clock, seed);
  world->random = sim_network_get_random (world->network);
  world->log = hc_packet_log_new ();
  world->quiet_since = hc_clock_get_time (HC_CLOCK (world->clock));
  init_side (world, 0);
  init_side (world, 1);
  for (guint i = 0; i < 2; i++)
    on_turn (&world->sides[i]);
  if (g_rand_int_range (world->random, 0, 4) == 0)
    {
      world->n_partitions = g_rand_int_range (world->random, 1, 3);
      on_partition (world);
    }
  if (g_rand_int_range (world->random, 0, 4) == 0)
    {
      world->n_moves = g_rand_int_range (world->random, 1, 5);
      on_move (world);
    }
}

static char *
clear_world (World *world)
{
  stop_moving (world);
  clear_side (&world->sides[0]);
  clear_side (&world->sides[1]);
  g_object_unref (world->network);
  g_object_unref (world->clock);
  g_object_unref (world->log);
  g_main_context_pop_thread_default (world->context);
  g_main_context_unref (world->context);
  return world->fault;
}

static gboolean
all_received (World *world)
{
  for (guint i = 0; i < 2; i++)
    if (world->sides[i].n_received < get_other (&world->sides[i])->texts->len)
      return FALSE;
  return TRUE;
}

static double
get_seconds (World *world)
{
  gint64 now = hc_clock_get_time (HC_CLOCK (world->clock));

  return (double) (now - world->quiet_since) / G_TIME_SPAN_SECOND;
}

static double
get_limit (World *world)
{
  return MAX_SECONDS +
         MAX_SECONDS_A_PACKET * (world->sides[0].texts->len + world->sides[1].texts->len);
}

static void
run_until_received (World *world)
{
  while (world->fault == NULL && !all_received (world))
    {
      if (!sim_clock_step (world->clock))
        fail (world, "Everything stands still");
      if (get_seconds (world) > get_limit (world) && !sim_network_get_partitioned (world->network))
        fail (world, "After %.0f s alice has %u of %u packets and bob %u of %u", get_limit (world),
              world->sides[0].n_received, world->sides[1].n_sent,
              world->sides[1].n_received, world->sides[0].n_sent);
    }
}

static gboolean
all_closed (World *world)
{
  return world->sides[0].n_closed > 0 && world->sides[1].n_closed > 0;
}

/* Both have all, and may still wait to hear that the other has it too. */
static void
run_until_closed (World *world)
{
  stop_moving (world);
  hc_link_close (world->sides[0].link);
  hc_link_close (world->sides[1].link);
  while (world->fault == NULL && !all_closed (world))
    if (!sim_clock_step (world->clock))
      fail (world, "The links don't close");
}

static double worst_share;
static guint64 n_packets, n_datagrams;

static void
note_figures (World *world)
{
  worst_share = MAX (worst_share, get_seconds (world) / get_limit (world));
  for (guint i = 0; i < 2; i++)
    {
      n_packets += world->sides[i].n_sent;
      n_datagrams += sim_endpoint_get_n_sent (world->sides[i].endpoint);
    }
}

static char *
simulate (guint32 seed)
{
  World world;

  init_world (&world, seed);
  run_until_received (&world);
  note_figures (&world);
  run_until_closed (&world);
  for (guint i = 0; i < 2; i++)
    if (world.sides[i].n_closed != 1 || world.sides[i].n_out != world.sides[i].n_sent)
      fail (&world, "%s closed %u times and sent %u of %u", world.sides[i].id,
            world.sides[i].n_closed, world.sides[i].n_out, world.sides[i].n_sent);
  return clear_world (&world);
}

static void
test_link (void)
{
  sim_seeds_run (simulate);
  g_test_message ("%.2f datagrams a packet; the slowest took %.0f %% of the time that it may",
                  (double) n_datagrams / MAX (n_packets, 1), 100 * worst_share);
}

int
main (int    argc,
      char **argv)
{
  sim_seeds_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/simulation/link", test_link);

  return g_test_run ();
}
