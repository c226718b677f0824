/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

struct _BenchProcess
{
  pid_t pid;
  clockid_t clock;
  guint16 port;
};

/* A container may be allowed only some of the machine's CPUs. */
static const cpu_set_t *
get_allowed_cpus (void)
{
  static cpu_set_t allowed;
  static gsize is_known = 0;

  if (g_once_init_enter (&is_known))
    {
      sched_getaffinity (0, sizeof allowed, &allowed);
      g_once_init_leave (&is_known, 1);
    }
  return &allowed;
}

static guint
find_nth_cpu (guint n)
{
  const cpu_set_t *allowed = get_allowed_cpus ();

  for (guint cpu = 0; cpu < CPU_SETSIZE; cpu++)
    if (CPU_ISSET (cpu, allowed) && n-- == 0)
      return cpu;
  return 0;
}

static void
pin (pid_t pid,
     guint n)
{
  guint cpu = find_nth_cpu (n % bench_get_n_cpus ());
  cpu_set_t set;

  CPU_ZERO (&set);
  CPU_SET (cpu, &set);
  if (sched_setaffinity (pid, sizeof set, &set) < 0)
    g_error ("Can't pin process %d to CPU %u: %s", pid, cpu, g_strerror (errno));
}

static pid_t
spawn (const char *const *argv,
       int                output)
{
  pid_t parent = getpid ();
  pid_t pid = fork ();

  if (pid < 0)
    g_error ("Can't start a process: %s", g_strerror (errno));
  if (pid > 0)
    return pid;

  /* Whatever ends a benchmark, no server is left behind. */
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  if (getppid () == parent && dup2 (output, STDOUT_FILENO) >= 0)
    execv (argv[0], (char *const *) argv);
  _exit (127);
}

/* Ours and the floor say the same line when they are ready. */
static guint16
read_port (int         fd,
           const char *program)
{
  FILE *stream = fdopen (fd, "r");
  char line[128] = "";
  guint port = 0;

  if (fgets (line, sizeof line, stream) == NULL || sscanf (line, "Listening on port %u", &port) != 1)
    g_error ("%s didn't say its port, but: %s", program, line);
  fclose (stream);
  return port;
}

/**
 * bench_process_start:
 * @argv: a server's program and arguments
 * @cpu: the number of the CPU that it is to run on; see bench_pin()
 *
 * Starts a server and waits until it listens.
 *
 * Returns: (transfer full): the process
 */
BenchProcess *
bench_process_start (const char *const *argv,
                     guint              cpu)
{
  BenchProcess *self = g_new0 (BenchProcess, 1);
  int fds[2];

  if (pipe2 (fds, O_CLOEXEC) < 0)
    g_error ("Can't make a pipe: %s", g_strerror (errno));
  self->pid = spawn (argv, fds[1]);
  close (fds[1]);
  pin (self->pid, cpu);
  self->port = read_port (fds[0], argv[0]);
  if (clock_getcpuclockid (self->pid, &self->clock) != 0)
    g_error ("Process %d has no clock", self->pid);
  return self;
}

/**
 * bench_process_stop:
 * @self: a server
 *
 * Ends the server and waits for it.
 */
void
bench_process_stop (BenchProcess *self)
{
  kill (self->pid, SIGTERM);
  waitpid (self->pid, NULL, 0);
  g_free (self);
}

/**
 * bench_process_get_pid:
 * @self: a server
 *
 * Returns: its process
 */
pid_t
bench_process_get_pid (BenchProcess *self)
{
  return self->pid;
}

/**
 * bench_process_get_port:
 * @self: a server
 *
 * Returns: where it listens
 */
guint16
bench_process_get_port (BenchProcess *self)
{
  return self->port;
}

/**
 * bench_process_pause:
 * @self: a server
 *
 * Stops the server in its tracks, while the kernel goes on accepting for it.
 */
void
bench_process_pause (BenchProcess *self)
{
  siginfo_t info;

  kill (self->pid, SIGSTOP);
  waitid (P_PID, self->pid, &info, WSTOPPED);
}

/**
 * bench_process_resume:
 * @self: a paused server
 *
 * Lets the server go.
 */
void
bench_process_resume (BenchProcess *self)
{
  kill (self->pid, SIGCONT);
}

static char
get_state (BenchProcess *self)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/stat", self->pid);
  g_autofree char *text = NULL;
  const char *state;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    g_error ("Process %d has ended", self->pid);
  state = strrchr (text, ')');
  return state != NULL ? state[2] : '?';
}

/**
 * bench_process_wait_until_idle:
 * @self: a server
 *
 * Waits until the server sleeps because it has nothing to do.
 */
void
bench_process_wait_until_idle (BenchProcess *self)
{
  while (get_state (self) != 'S')
    g_usleep (200);
}

static double
read_clock (clockid_t clock)
{
  struct timespec time;

  if (clock_gettime (clock, &time) < 0)
    g_error ("A process has ended");
  return time.tv_sec + time.tv_nsec / 1e9;
}

/**
 * bench_process_get_cpu_seconds:
 * @self: a server
 *
 * Gets the time that all its threads have spent, in user space and in the
 * kernel. The scheduler counts it in nanoseconds, other than the ticks of
 * /proc/PID/stat.
 *
 * Returns: seconds
 */
double
bench_process_get_cpu_seconds (BenchProcess *self)
{
  return read_clock (self->clock);
}

static gsize
read_resident (const char *process)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s/smaps_rollup", process);
  g_autofree char *text = NULL;
  const char *line = NULL;
  gsize kibibytes = 0;

  if (g_file_get_contents (path, &text, NULL, NULL))
    line = strstr (text, "Rss:");
  if (line == NULL || sscanf (line, "Rss: %zu kB", &kibibytes) != 1)
    g_error ("%s has no Rss", path);
  return kibibytes * 1024;
}

/**
 * bench_process_get_resident:
 * @self: a server
 *
 * Returns: how many bytes of memory it occupies, shared libraries included
 */
gsize
bench_process_get_resident (BenchProcess *self)
{
  g_autofree char *pid = g_strdup_printf ("%d", self->pid);

  return read_resident (pid);
}

/**
 * bench_get_n_cpus:
 *
 * Returns: how many CPUs there are for this process and its children
 */
guint
bench_get_n_cpus (void)
{
  return MAX (CPU_COUNT (get_allowed_cpus ()), 1);
}

/**
 * bench_pin:
 * @cpu: the number of a CPU among those
 *
 * Pins this process to a CPU.
 */
void
bench_pin (guint cpu)
{
  pin (0, cpu);
}

/**
 * bench_get_resident:
 *
 * Returns: how many bytes of memory this process occupies
 */
gsize
bench_get_resident (void)
{
  return read_resident ("self");
}

/**
 * bench_get_cpu_seconds:
 *
 * Returns: the time that this process has spent, in seconds
 */
double
bench_get_cpu_seconds (void)
{
  return read_clock (CLOCK_PROCESS_CPUTIME_ID);
}

/**
 * bench_get_seconds:
 *
 * Returns: the time on the wall, in seconds
 */
double
bench_get_seconds (void)
{
  return read_clock (CLOCK_MONOTONIC);
}
