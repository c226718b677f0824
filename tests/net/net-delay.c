/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A wire that takes its time: holds each packet that is routed to a TUN device for
 * so many milliseconds, and gives it back.
 *
 *   net-delay DEVICE MILLISECONDS
 */

#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* What a wire can hold. */
#define MAX_PACKETS 10000
#define MAX_LENGTH 65536

typedef struct
{
  gint64 due;
  GBytes *bytes;
} Held;

static int
open_device (const char *name)
{
  struct ifreq request = { 0 };
  int fd = open ("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);

  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  g_strlcpy (request.ifr_name, name, sizeof request.ifr_name);
  if (fd < 0 || ioctl (fd, TUNSETIFF, &request) < 0)
    g_error ("%s: %s", name, g_strerror (errno));
  return fd;
}

static void
take_in (int     fd,
         GQueue *queue,
         gint64  delay)
{
  static char packet[MAX_LENGTH];
  gssize length;

  while ((length = read (fd, packet, sizeof packet)) > 0)
    {
      Held *held;

      if (queue->length >= MAX_PACKETS)
        continue;
      held = g_new (Held, 1);
      held->due = g_get_monotonic_time () + delay;
      held->bytes = g_bytes_new (packet, length);
      g_queue_push_tail (queue, held);
    }
}

/* One that isn't taken is lost, as on any wire. */
static void
give_back (int     fd,
           GQueue *queue)
{
  Held *held;

  while ((held = g_queue_peek_head (queue)) != NULL && held->due <= g_get_monotonic_time ())
    {
      gsize length;
      gconstpointer data = g_bytes_get_data (held->bytes, &length);

      if (write (fd, data, length) < 0)
        g_debug ("A packet was lost: %s", g_strerror (errno));
      g_bytes_unref (held->bytes);
      g_free (g_queue_pop_head (queue));
    }
}

/* Rounded up, so that there is something to do then. */
static int
get_wait (GQueue *queue)
{
  const Held *held = g_queue_peek_head (queue);

  if (held == NULL)
    return -1;
  return MAX (0, (held->due - g_get_monotonic_time () + 999) / 1000);
}

int
main (int    argc,
      char **argv)
{
  GQueue queue = G_QUEUE_INIT;
  struct pollfd pollfd = { .events = POLLIN };
  gint64 delay;

  if (argc != 3)
    g_error ("usage: %s DEVICE MILLISECONDS", argv[0]);

  delay = atoi (argv[2]) * G_TIME_SPAN_MILLISECOND;
  pollfd.fd = open_device (argv[1]);
  g_print ("ready\n");
  while (poll (&pollfd, 1, get_wait (&queue)) >= 0)
    {
      take_in (pollfd.fd, &queue, delay);
      give_back (pollfd.fd, &queue);
    }
  return EXIT_FAILURE;
}
