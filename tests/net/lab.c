/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "lab.h"

#include <string.h>
#include <unistd.h>

#define WIRE "delay0"

typedef struct
{
  char *name;
  char *address;
  guint n_guests;
  gboolean is_attached;
} Place;

/*
 *   host ---.                             .--- guest
 *            internet (the test's own) --- router
 *   host ---'            |                '--- guest
 *                 delay, loss, cut
 */
struct _Lab
{
  GPtrArray *places;
  guint n_attached;
  Program *wire;
};

/* --- Commands ------------------------------------------------------------- */

static void run (const char *format, ...) G_GNUC_PRINTF (1, 2);

/* What can't be set up is no failure of what is tested, but ends the test all
 * the same. */
static void
run (const char *format, ...)
{
  va_list arguments;
  g_autofree char *command = NULL;
  g_autofree char *output = NULL;
  g_autoptr (GError) error = NULL;
  int status;

  va_start (arguments, format);
  command = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  if (!g_spawn_command_line_sync (command, NULL, &output, &status, &error) ||
      !g_spawn_check_wait_status (status, &error))
    g_error ("%s: %s\n%s", command, error->message, output);
}

/* In one transaction. */
static void
set_rules (const char *name,
           const char *rules)
{
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  int fd = g_file_open_tmp ("rules-XXXXXX", &path, &error);

  g_assert_no_error (error);
  g_assert_cmpint (write (fd, rules, strlen (rules)), ==, strlen (rules));
  close (fd);
  if (name != NULL)
    run ("ip netns exec %s nft -f %s", name, path);
  else
    run ("nft -f %s", path);
  unlink (path);
}

/* --- Places --------------------------------------------------------------- */

static void
place_free (Place *place)
{
  g_free (place->name);
  g_free (place->address);
  g_free (place);
}

static Place *
find (Lab        *self,
      const char *name)
{
  for (guint i = 0; i < self->places->len; i++)
    {
      Place *place = g_ptr_array_index (self->places, i);

      if (strcmp (place->name, name) == 0)
        return place;
    }
  g_error ("There is no %s", name);
}

static Place *
add_place (Lab        *self,
           const char *name)
{
  Place *place = g_new0 (Place, 1);

  place->name = g_strdup (name);
  g_ptr_array_add (self->places, place);
  run ("ip netns add %s", name);
  run ("ip -n %s link set lo up", name);
  return place;
}

/* Each has a little network for itself and the internet. */
static void
give_address (Lab   *self,
              Place *place)
{
  guint base = 4 * self->n_attached++;

  g_free (place->address);
  place->address = g_strdup_printf ("203.0.113.%u", base + 2);
  run ("ip addr add 203.0.113.%u/30 dev %s", base + 1, place->name);
  run ("ip -n %s addr add %s/30 dev wan", place->name, place->address);
  run ("ip -n %s route add default via 203.0.113.%u", place->name, base + 1);
}

/* A namespace may outlive its name for a moment, and a wire into it, too. */
static void
remove_place (Place *place)
{
  if (place->is_attached)
    run ("ip link del %s", place->name);
  run ("ip netns del %s", place->name);
}

static Place *
attach (Lab        *self,
        const char *name)
{
  Place *place = add_place (self, name);

  run ("ip link add %s type veth peer name wan netns %s", name, name);
  run ("ip link set %s up", name);
  run ("ip -n %s link set wan up", name);
  give_address (self, place);
  place->is_attached = TRUE;
  return place;
}

/* Adds a host, and returns its address. */
const char *
lab_add_host (Lab        *self,
              const char *name)
{
  return attach (self, name)->address;
}

/* Whoever drops a packet on its way in forgets it; who takes it remembers its
 * ports as taken. */
static const char *const router_rules[] = {
  [LAB_ROUTER_CLOSED] =
    "table ip router {\n"
    "  chain in { type filter hook input priority 0; iifname wan ct state new drop; }\n"
    "  chain through { type filter hook forward priority 0; iifname wan ct state new drop; }\n"
    "  chain out { type nat hook postrouting priority 100; oifname wan masquerade; }\n"
    "}\n",
  [LAB_ROUTER_ACCEPTING] =
    "table ip router {\n"
    "  chain out { type nat hook postrouting priority 100; oifname wan masquerade; }\n"
    "}\n",
  [LAB_ROUTER_OPEN] =
    "table ip router {\n"
    "  chain to { type nat hook prerouting priority -100; iifname wan meta l4proto udp dnat to 192.168.1.2; }\n"
    "  chain out { type nat hook postrouting priority 100; oifname wan masquerade; }\n"
    "}\n",
  [LAB_ROUTER_SYMMETRIC] =
    "table ip router {\n"
    "  chain in { type filter hook input priority 0; iifname wan ct state new drop; }\n"
    "  chain through { type filter hook forward priority 0; iifname wan ct state new drop; }\n"
    "  chain out { type nat hook postrouting priority 100; oifname wan masquerade random,fully-random; }\n"
    "}\n",
};

static void
forward (const char *name)
{
  run ("ip netns exec %s sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'", name);
}

/* Adds a router with a network behind it, and returns the address that all in
 * there are seen at. */
const char *
lab_add_router (Lab        *self,
                const char *name,
                LabRouter   kind)
{
  Place *place = attach (self, name);

  forward (name);
  run ("ip -n %s link add lan type bridge", name);
  run ("ip -n %s addr add 192.168.1.1/24 dev lan", name);
  run ("ip -n %s link set lan up", name);
  set_rules (name, router_rules[kind]);
  return place->address;
}

/* Adds somebody to the network behind a router. All of these networks have the same
 * addresses, as at home. */
const char *
lab_add_guest (Lab        *self,
               const char *name,
               const char *router)
{
  Place *home = find (self, router);
  Place *place = add_place (self, name);

  place->address = g_strdup_printf ("192.168.1.%u", 2 + home->n_guests++);
  run ("ip -n %s link add %s type veth peer name wan netns %s", router, name, name);
  run ("ip -n %s link set %s master lan", router, name);
  run ("ip -n %s link set %s up", router, name);
  run ("ip -n %s link set wan up", name);
  run ("ip -n %s addr add %s/24 dev wan", name, place->address);
  run ("ip -n %s route add default via 192.168.1.1", name);
  return place->address;
}

/* Gives a host another address in another network, and returns it. */
const char *
lab_move (Lab        *self,
          const char *name)
{
  Place *place = find (self, name);

  run ("ip addr flush dev %s", name);
  run ("ip -n %s addr flush dev wan", name);
  give_address (self, place);
  return place->address;
}

/* --- The internet --------------------------------------------------------- */

/* Loses so many of a hundred packets in each direction; with 100 it is cut. */
void
lab_lose (Lab   *self,
          guint  percent)
{
  g_autofree char *which =
    percent < 100 ? g_strdup_printf ("numgen random mod 100 < %u", percent) : g_strdup ("");
  g_autofree char *rules =
    g_strdup_printf ("table ip internet\n"
                     "delete table ip internet\n"
                     "table ip internet {\n"
                     "  chain through {\n"
                     "    type filter hook forward priority 0;\n"
                     "    iifname != \"" WIRE "\" %s drop;\n"
                     "  }\n"
                     "}\n", which);

  set_rules (NULL, rules);
}

/* Lets each packet take so long. Returns whether the machine can. */
gboolean
lab_delay (Lab        *self,
           const char *program,
           guint       milliseconds)
{
  g_autofree char *text = g_strdup_printf ("%u", milliseconds);

  if (access ("/dev/net/tun", R_OK | W_OK) != 0)
    return FALSE;

  run ("ip tuntap add dev " WIRE " mode tun");
  run ("ip link set " WIRE " up");
  run ("ip route add default dev " WIRE " table 100");
  run ("ip rule add iif " WIRE " lookup main pref 10");
  run ("ip rule add lookup 100 pref 20");
  self->wire = program_new ((const char *const[]) { program, WIRE, text, NULL });
  program_await_output (self->wire, "ready");
  return TRUE;
}

static void
cut_wire (Lab *self)
{
  program_free (self->wire);
  run ("ip link del " WIRE);
  run ("ip rule del pref 10");
  run ("ip rule del pref 20");
}

/* Starts a program on a host. */
Program *
lab_start (Lab               *self,
           const char        *name,
           const char *const *argv)
{
  g_autoptr (GPtrArray) line = g_ptr_array_new ();

  g_ptr_array_add (line, (gpointer) "ip");
  g_ptr_array_add (line, (gpointer) "netns");
  g_ptr_array_add (line, (gpointer) "exec");
  g_ptr_array_add (line, (gpointer) find (self, name)->name);
  for (guint i = 0; argv[i] != NULL; i++)
    g_ptr_array_add (line, (gpointer) argv[i]);
  g_ptr_array_add (line, NULL);
  return program_new ((const char *const *) line->pdata);
}

Lab *
lab_new (void)
{
  Lab *self = g_new0 (Lab, 1);

  self->places = g_ptr_array_new_with_free_func ((GDestroyNotify) place_free);
  run ("sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward'");
  lab_lose (self, 0);
  return self;
}

void
lab_free (Lab *self)
{
  if (self->wire != NULL)
    cut_wire (self);
  for (guint i = 0; i < self->places->len; i++)
    remove_place (g_ptr_array_index (self->places, i));
  g_ptr_array_unref (self->places);
  g_free (self);
}
