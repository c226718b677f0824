/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "sim-clock.h"

G_BEGIN_DECLS

/**
 * SimDatagram:
 * @serial: in which order it was sent
 * @arrival: when it comes
 * @from: the sender's address at that time
 * @to: to which address
 * @bytes: what is in it
 *
 * A datagram on its way.
 */
typedef struct
{
  guint64 serial;
  gint64 arrival;
  guint from;
  guint to;
  GBytes *bytes;
} SimDatagram;

/**
 * SimArriveFunc:
 * @datagram: (transfer full): what has come
 * @user_data: what was given with the function
 *
 * Takes a datagram.
 */
typedef void (*SimArriveFunc) (SimDatagram *datagram,
                               gpointer     user_data);

/**
 * SimNetwork:
 *
 * Datagrams on their way from one address to another, and the one source of
 * chance of a simulation: with the same seed all happens as before.
 */
#define SIM_TYPE_NETWORK (sim_network_get_type ())
G_DECLARE_FINAL_TYPE (SimNetwork, sim_network, SIM, NETWORK, GObject)

SimNetwork  *sim_network_new             (SimClock      *clock,
                                          guint32        seed);
gint64       sim_network_get_time        (SimNetwork    *self);
GRand       *sim_network_get_random      (SimNetwork    *self);
void         sim_network_set_partitioned (SimNetwork    *self,
                                          gboolean       partitioned);
gboolean     sim_network_get_partitioned (SimNetwork    *self);
void         sim_network_attach          (SimNetwork    *self,
                                          guint          address,
                                          SimArriveFunc  func,
                                          gpointer       user_data);
void         sim_network_detach          (SimNetwork    *self,
                                          guint          address);
void         sim_network_send            (SimNetwork    *self,
                                          guint          from,
                                          guint          to,
                                          GBytes        *bytes,
                                          gint64         arrival);

void         sim_datagram_free           (SimDatagram   *self);

G_END_DECLS
