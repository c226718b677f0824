/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How many times a request makes the server ask for memory: a count, which is
 * the same on every machine. Times are measured in bench/. */

#include "bench/datagram-load.h"
#include "bench/stream-load.h"
#include "bench/workload.h"
#include "hc-server.h"

#include <stdlib.h>

#define N_REQUESTS 700
#define N_SOURCES 64
#define MAX_ALLOCATIONS 12.0

#if defined (__has_feature)
#if __has_feature (address_sanitizer) || __has_feature (thread_sanitizer) || __has_feature (memory_sanitizer)
#define HAS_ALLOCATOR_OF_ITS_OWN
#endif
#elif defined (__SANITIZE_ADDRESS__) || defined (__SANITIZE_THREAD__)
#define HAS_ALLOCATOR_OF_ITS_OWN
#endif

#if defined (__GLIBC__) && !defined (HAS_ALLOCATOR_OF_ITS_OWN)
#define CAN_COUNT TRUE

/* The functions of a program go before those of the libraries that it loads,
 * and glibc has its own by another name too. */
void *__libc_malloc  (size_t size);
void *__libc_calloc  (size_t n,
                      size_t size);
void *__libc_realloc (void  *memory,
                      size_t size);

static gboolean is_counting;
static guint n_allocations;

void *
malloc (size_t size)
{
  n_allocations += is_counting;
  return __libc_malloc (size);
}

void *
calloc (size_t n,
        size_t size)
{
  n_allocations += is_counting;
  return __libc_calloc (n, size);
}

void *
realloc (void  *memory,
         size_t size)
{
  n_allocations += is_counting;
  return __libc_realloc (memory, size);
}

#else
#define CAN_COUNT FALSE

static gboolean is_counting;
static guint n_allocations;
#endif

/* All requests are complete and wait, so the loop needn't. */
static void
count_while_answering (void)
{
  n_allocations = 0;
  is_counting = TRUE;
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  is_counting = FALSE;
}

static void
ask_over_tcp (guint16  port,
              GArray  *workload)
{
  g_autoptr (BenchConnections) connections = bench_connections_new (port, workload);

  count_while_answering ();
  bench_connections_wait (connections);
}

static void
ask_over_udp (guint16  port,
              GArray  *workload)
{
  g_autoptr (BenchDatagrams) datagrams = bench_datagrams_new (port, N_SOURCES, workload);

  bench_datagrams_send (datagrams);
  count_while_answering ();
  bench_datagrams_wait (datagrams);
}

typedef void (*AskFunc) (guint16  port,
                         GArray  *workload);

static void
check_allocations (gboolean is_udp,
                   AskFunc  ask)
{
  g_autoptr (GArray) workload = bench_workload_new_meetings (N_REQUESTS);
  g_autoptr (HcServer) server = g_object_new (HC_TYPE_SERVER,
                                              "port", 0,
                                              "udp", is_udp,
                                              "max-requests", 0,
                                              NULL);
  g_autoptr (GError) error = NULL;

  if (!CAN_COUNT)
    {
      g_test_skip ("Only glibc's own allocator can be counted, and a sanitizer brings another one");
      return;
    }

  hc_server_start (server, &error);
  g_assert_no_error (error);
  ask (hc_server_get_port (server), workload);
  ask (hc_server_get_port (server), workload);
  g_test_message ("%.2f allocations a request", (double) n_allocations / N_REQUESTS);
  g_assert_cmpuint (n_allocations, >, 0);
  g_assert_cmpfloat ((double) n_allocations / N_REQUESTS, <=, MAX_ALLOCATIONS);
}

static void
test_tcp (void)
{
  check_allocations (FALSE, ask_over_tcp);
}

static void
test_udp (void)
{
  check_allocations (TRUE, ask_over_udp);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/server/allocations/tcp", test_tcp);
  g_test_add_func ("/server/allocations/udp", test_udp);

  return g_test_run ();
}
