/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Many descriptors as one source: what one handler does to another's. */

#include "hc-poller.h"

#include <sys/socket.h>
#include <unistd.h>

#define N_PAIRS 8

typedef struct
{
  HcPoller *poller;
  HcPoll polls[N_PAIRS];
  int others[N_PAIRS];
  guint n_calls;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  HcPollFunc func = data;
  g_autoptr (GError) error = NULL;

  fixture->poller = hc_poller_new (NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < N_PAIRS; i++)
    {
      int fds[2];

      g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds),
                       ==, 0);
      hc_poll_init (&fixture->polls[i], fds[0], func, fixture);
      fixture->others[i] = fds[1];
      g_assert_true (hc_poller_watch (fixture->poller, &fixture->polls[i], EPOLLIN));
    }
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  for (guint i = 0; i < N_PAIRS; i++)
    {
      if (fixture->polls[i].fd >= 0)
        close (fixture->polls[i].fd);
      close (fixture->others[i]);
    }
  g_clear_pointer (&fixture->poller, hc_poller_free);
}

static void
make_all_ready (Fixture *fixture)
{
  for (guint i = 0; i < N_PAIRS; i++)
    g_assert_cmpint (send (fixture->others[i], "x", 1, 0), ==, 1);
}

static void
iterate (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
on_read (HcPoll *poll,
         guint   events)
{
  Fixture *fixture = poll->owner;
  char byte;

  g_assert_cmpuint (events, ==, EPOLLIN);
  g_assert_cmpint (recv (poll->fd, &byte, 1, 0), ==, 1);
  fixture->n_calls++;
}

static void
test_all (Fixture       *fixture,
          gconstpointer  data)
{
  iterate ();
  g_assert_cmpuint (fixture->n_calls, ==, 0);
  make_all_ready (fixture);
  iterate ();
  g_assert_cmpuint (fixture->n_calls, ==, N_PAIRS);
}

static void
test_events (Fixture       *fixture,
             gconstpointer  data)
{
  make_all_ready (fixture);
  for (guint i = 0; i < N_PAIRS; i++)
    g_assert_true (hc_poller_watch (fixture->poller, &fixture->polls[i], 0));
  iterate ();
  g_assert_cmpuint (fixture->n_calls, ==, 0);

  hc_poller_unwatch (fixture->poller, &fixture->polls[0]);
  for (guint i = 1; i < N_PAIRS; i++)
    g_assert_true (hc_poller_watch (fixture->poller, &fixture->polls[i], EPOLLIN));
  iterate ();
  g_assert_cmpuint (fixture->n_calls, ==, N_PAIRS - 1);
}

/* Whichever comes first takes the place of all of its batch. */
static void
on_close_others (HcPoll *poll,
                 guint   events)
{
  Fixture *fixture = poll->owner;

  fixture->n_calls++;
  for (guint i = 0; i < N_PAIRS; i++)
    if (fixture->polls[i].fd >= 0)
      hc_poller_close (fixture->poller, &fixture->polls[i]);
}

static void
test_close_in_batch (Fixture       *fixture,
                     gconstpointer  data)
{
  make_all_ready (fixture);
  iterate ();
  g_assert_cmpuint (fixture->n_calls, ==, 1);
}

static void
on_unwatch_others (HcPoll *poll,
                   guint   events)
{
  Fixture *fixture = poll->owner;

  fixture->n_calls++;
  for (guint i = 0; i < N_PAIRS; i++)
    hc_poller_unwatch (fixture->poller, &fixture->polls[i]);
}

static void
test_unwatch_in_batch (Fixture       *fixture,
                       gconstpointer  data)
{
  make_all_ready (fixture);
  iterate ();
  g_assert_cmpuint (fixture->n_calls, ==, 1);
}

static void
on_free (HcPoll *poll,
         guint   events)
{
  Fixture *fixture = poll->owner;

  fixture->n_calls++;
  g_clear_pointer (&fixture->poller, hc_poller_free);
}

static void
test_free_in_batch (Fixture       *fixture,
                    gconstpointer  data)
{
  make_all_ready (fixture);
  iterate ();
  g_assert_cmpuint (fixture->n_calls, ==, 1);
}

/* A main loop within a handler leaves the batch alone. */
static void
on_nested (HcPoll *poll,
           guint   events)
{
  for (guint i = 0; i < 3; i++)
    g_main_context_iteration (NULL, FALSE);
  on_read (poll, events);
}

static void
test_nested (Fixture       *fixture,
             gconstpointer  data)
{
  make_all_ready (fixture);
  iterate ();
  g_assert_cmpuint (fixture->n_calls, ==, N_PAIRS);
}

#define ADD(name, on_event, func) \
  g_test_add ("/poller/" name, Fixture, on_event, set_up, func, tear_down)

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  ADD ("all", on_read, test_all);
  ADD ("events", on_read, test_events);
  ADD ("close-in-batch", on_close_others, test_close_in_batch);
  ADD ("unwatch-in-batch", on_unwatch_others, test_unwatch_in_batch);
  ADD ("free-in-batch", on_free, test_free_in_batch);
  ADD ("nested", on_nested, test_nested);

  return g_test_run ();
}
