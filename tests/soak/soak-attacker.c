/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Whatever comes to a server from the internet, as fast as it can be sent, until
 * somebody ends it:
 *
 *     soak-attacker PORT tcp|udp SEED
 */

#include "soak-socket.h"

#include <netinet/in.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* So few that the server has seen them all before long: from then on it has no
 * reason to grow. */
#define N_IDS 256
#define N_ADDRESSES 512
#define FIRST_ADDRESS 0x7f4d0000

/* More than the server has room for. */
#define N_CONNECTIONS 600

typedef struct
{
  GRand *rand;
  guint16 port;
  gboolean is_udp;
  int datagram_fd;
  int fds[N_CONNECTIONS];
} Attacker;

#define REGISTER_V2 "REGISTER\r\nclientID: %u\r\nIP: ::1\r\nPort: 6000\r\nVersion: 2\r\n"     \
                    "Cookie: AAAAAAAAAAAAAAAAAAAAAA\r\n"                                  \
                    "Key: AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n"                \
                    "Proof: AAAA.AAAA\r\nPath: host 192.0.2.1 9\r\n\r\n"

static const char *const templates[] = {
  "PROBE\r\n\r\n",
  "REGISTER\r\nclientID: %u\r\nIP: 192.0.2.7\r\nPort: 6000\r\n\r\n",
  "REGISTER\r\nclientID: %u\r\nIP: 127.0.1.1\r\nPort: 1\r\n\r\n",
  "BRIDGE\r\nclientID: %u\r\n\r\n",
  "CHAT\r\nclientID1: %u\r\nclientID2: %u",
  "QUIT\r\nclientID: %u\r\n\r\n",
  "PROBE\r\nVersion: 2\r\nPad: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\r\n\r\n",
  REGISTER_V2,
  "BRIDGE\r\nclientID: %u\r\nVersion: 2\r\nToken: AAAAAAAAAAAAAAAAAAAAAA\r\nWait: 25\r\n\r\n",
  "CHAT\r\nclientID1: %u\r\nclientID2: %u\r\nVersion: 2\r\nToken: AAAAAAAAAAAAAAAAAAAAAA\r\n\r\n",
  "QUIT\r\nclientID: %u\r\nVersion: 2\r\nToken: AAAAAAAAAAAAAAAAAAAAAA\r\n\r\n",
  "BRIDGEACK\r\nclientID: \r\nIP: \r\nPort: \r\n\r\n",
  "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n",
  "\x16\x03\x01\x02",
};

static guint
choose (Attacker *self,
        guint     n)
{
  return g_rand_int_range (self->rand, 0, n);
}

static guint32
choose_address (Attacker *self)
{
  return FIRST_ADDRESS + choose (self, N_ADDRESSES);
}

static void
append_random (Attacker *self,
               GString  *text,
               gsize     length)
{
  while (length-- > 0)
    g_string_append_c (text, choose (self, 256));
}

/* One of the templates, with IDs. */
static void
write_request (Attacker *self,
               GString  *text)
{
  const char *template = templates[choose (self, G_N_ELEMENTS (templates))];
  g_auto (GStrv) parts = g_strsplit (template, "%u", -1);

  g_string_assign (text, parts[0]);
  for (guint i = 1; parts[i] != NULL; i++)
    g_string_append_printf (text, "soak%u%s", choose (self, N_IDS), parts[i]);
}

/* What a broken program, a bad line or somebody bad makes of it. */
static void
mutate (Attacker *self,
        GString  *text)
{
  gsize at = choose (self, text->len + 1);

  switch (choose (self, 10))
    {
    case 0:
      g_string_truncate (text, at);
      break;
    case 1:
      g_string_erase (text, at, choose (self, text->len - at + 1));
      break;
    case 2:
      g_string_insert_len (text, at, text->str, choose (self, text->len + 1));
      break;
    case 3:
      append_random (self, text, choose (self, 2000));
      break;
    case 4:
      g_string_truncate (text, 0);
      append_random (self, text, choose (self, 1200));
      break;
    case 5:
      for (guint i = 0; i < 4 && text->len > 0; i++)
        text->str[choose (self, text->len)] = choose (self, 256);
      break;
    default:
      break;
    }
}

/* From any address at all, as anybody can who isn't kept from it. */
static void
send_datagram (Attacker   *self,
               const char *data,
               gsize       length)
{
  struct sockaddr_in target = {
    .sin_family = AF_INET,
    .sin_port = g_htons (self->port),
    .sin_addr.s_addr = g_htonl (INADDR_LOOPBACK),
  };
  struct in_pktinfo info = { .ipi_spec_dst.s_addr = g_htonl (choose_address (self)) };
  union
  {
    struct cmsghdr header;
    char bytes[CMSG_SPACE (sizeof info)];
  } control = { .header = { CMSG_LEN (sizeof info), IPPROTO_IP, IP_PKTINFO } };
  struct iovec bytes = { (gpointer) data, length };
  struct msghdr message = {
    .msg_name = &target, .msg_namelen = sizeof target, .msg_iov = &bytes, .msg_iovlen = 1,
    .msg_control = &control, .msg_controllen = sizeof control,
  };
  char reply[2048];

  memcpy (CMSG_DATA (&control.header), &info, sizeof info);
  sendmsg (self->datagram_fd, &message, MSG_NOSIGNAL);
  while (recv (self->datagram_fd, reply, sizeof reply, MSG_DONTWAIT) > 0)
    continue;
}

static void
reset (int fd)
{
  struct linger linger = { .l_onoff = 1 };

  setsockopt (fd, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
}

/* One step of one of many connections, each of which is at another. */
static void
step_connection (Attacker   *self,
                 const char *data,
                 gsize       length)
{
  int *fd = &self->fds[choose (self, N_CONNECTIONS)];
  char reply[2048];

  if (*fd < 0)
    {
      *fd = soak_socket_connect (G_SOCKET_TYPE_STREAM, choose_address (self), self->port);
      return;
    }

  switch (choose (self, 8))
    {
    case 0:
      shutdown (*fd, SHUT_WR);
      break;
    case 1:
      reset (*fd);
      close (*fd);
      *fd = -1;
      break;
    case 2:
      close (*fd);
      *fd = -1;
      break;
    case 3:
      if (recv (*fd, reply, sizeof reply, 0) == 0)
        {
          close (*fd);
          *fd = -1;
        }
      break;
    case 4:
      send (*fd, data, MIN (length, choose (self, 8)), MSG_NOSIGNAL);
      break;
    default:
      send (*fd, data, length, MSG_NOSIGNAL);
      break;
    }
}

int
main (int    argc,
      char **argv)
{
  Attacker self = { 0 };
  g_autoptr (GString) text = g_string_new (NULL);
  const char *pause = g_getenv ("HC_SOAK_PAUSE");
  gulong pause_us = pause != NULL ? g_ascii_strtoull (pause, NULL, 10) : 0;

  if (argc != 4)
    g_error ("Call it with a port, a mode and a seed");
  self.port = g_ascii_strtoull (argv[1], NULL, 10);
  self.is_udp = g_str_equal (argv[2], "udp");
  self.rand = g_rand_new_with_seed (g_ascii_strtoull (argv[3], NULL, 10));
  self.datagram_fd = soak_socket_open (G_SOCKET_TYPE_DATAGRAM, INADDR_ANY);
  for (guint i = 0; i < N_CONNECTIONS; i++)
    self.fds[i] = -1;

  /* Without whoever has started it, it has nothing to do here. */
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  for (;;)
    {
      write_request (&self, text);
      mutate (&self, text);
      if (self.is_udp || choose (&self, 4) == 0)
        send_datagram (&self, text->str, text->len);
      else
        step_connection (&self, text->str, text->len);

      /* A sanitised server reads several times slower than this writes, and the
       * kernel drops what is honest with the rest. */
      if (pause_us > 0)
        g_usleep (pause_us);
    }
}
