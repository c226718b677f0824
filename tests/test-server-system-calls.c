/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How many system calls the server makes for a request: a count, which is the
 * same on every machine. Times are measured in bench/. */

#include "bench/datagram-load.h"
#include "bench/process.h"
#include "bench/stream-load.h"
#include "bench/workload.h"

#include <errno.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define N_REQUESTS 700
#define N_SOURCES 64
#define MAX_SYSTEM_CALLS 4.5

/* What a stop says when it is at a system call; see PTRACE_O_TRACESYSGOOD. */
#define SYSTEM_CALL_STOP (SIGTRAP | 0x80)

typedef gboolean (*DoneFunc) (gpointer load);

static BenchProcess *
start (const char *program,
       const char *transport)
{
  const char *const argv[] = { program, "--port=0", "--max-requests=0", transport, NULL };

  return bench_process_start (argv, 0);
}

static int
wait_for_stop (pid_t pid)
{
  int status;

  g_assert_cmpint (waitpid (pid, &status, __WALL), ==, pid);
  g_assert_true (WIFSTOPPED (status));
  return WSTOPSIG (status);
}

/* Returns whether the server is in our hands, and stopped. */
static gboolean
seize (pid_t pid)
{
  if (ptrace (PTRACE_SEIZE, pid, NULL, PTRACE_O_TRACESYSGOOD) < 0)
    {
      g_autofree char *reason = g_strdup_printf ("No process can be traced here: %s",
                                                 g_strerror (errno));

      g_test_skip (reason);
      return FALSE;
    }
  ptrace (PTRACE_INTERRUPT, pid, NULL, NULL);
  wait_for_stop (pid);
  return TRUE;
}

static gboolean
is_wait (guint64 number)
{
#ifdef SYS_poll
  if (number == SYS_poll)
    return TRUE;
#endif
  return number == SYS_ppoll;
}

/* Counts until the server is about to wait and has nothing left to wait for. */
static guint
count_system_calls (pid_t    pid,
                    DoneFunc is_done,
                    gpointer load)
{
  guint n = 0;

  for (;;)
    {
      struct __ptrace_syscall_info info = { 0 };

      ptrace (PTRACE_SYSCALL, pid, NULL, NULL);
      if (wait_for_stop (pid) != SYSTEM_CALL_STOP)
        continue;
      g_assert_cmpint (ptrace (PTRACE_GET_SYSCALL_INFO, pid, sizeof info, &info), >, 0);
      if (info.op != PTRACE_SYSCALL_INFO_ENTRY)
        continue;
      if (is_wait (info.entry.nr) && is_done (load))
        return n;
      n++;
    }
}

static void
assert_few (guint n)
{
  g_test_message ("%.2f system calls a request", (double) n / N_REQUESTS);
  g_assert_cmpuint (n, >, 0);
  g_assert_cmpfloat ((double) n / N_REQUESTS, <=, MAX_SYSTEM_CALLS);
}

static gboolean
are_connections_done (gpointer load)
{
  return bench_connections_are_done (load);
}

static void
test_tcp (gconstpointer program)
{
  g_autoptr (BenchProcess) process = start (program, NULL);
  g_autoptr (GArray) workload = bench_workload_new_meetings (N_REQUESTS);
  g_autoptr (BenchConnections) connections = NULL;

  if (!seize (bench_process_get_pid (process)))
    return;
  connections = bench_connections_new (bench_process_get_port (process), workload);
  assert_few (count_system_calls (bench_process_get_pid (process),
                                  are_connections_done, connections));
  ptrace (PTRACE_DETACH, bench_process_get_pid (process), NULL, NULL);
  bench_connections_wait (connections);
}

static gboolean
are_datagrams_done (gpointer load)
{
  return bench_datagrams_are_done (load);
}

static void
test_udp (gconstpointer program)
{
  g_autoptr (BenchProcess) process = start (program, "-u");
  g_autoptr (GArray) workload = bench_workload_new_meetings (N_REQUESTS);
  g_autoptr (BenchDatagrams) datagrams = NULL;

  if (!seize (bench_process_get_pid (process)))
    return;
  datagrams = bench_datagrams_new (bench_process_get_port (process), N_SOURCES, workload);
  bench_datagrams_send (datagrams);
  assert_few (count_system_calls (bench_process_get_pid (process),
                                  are_datagrams_done, datagrams));
  ptrace (PTRACE_DETACH, bench_process_get_pid (process), NULL, NULL);
  bench_datagrams_wait (datagrams);
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (argc != 2)
    g_error ("Call it with the path of hybridchat-server, as tests/meson.build does");

  g_test_add_data_func ("/server/system-calls/tcp", argv[1], test_tcp);
  g_test_add_data_func ("/server/system-calls/udp", argv[1], test_udp);

  return g_test_run ();
}
