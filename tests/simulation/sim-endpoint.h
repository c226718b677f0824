/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "sim-network.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * SimConditions:
 * @loss: how many of the datagrams are lost, from 0 to 1
 * @duplication: how many come twice
 * @errors: how often an error of the network is reported instead, as by ICMP
 * @delay: how long a datagram takes at least, in microseconds
 * @jitter: how much longer it may take; a later one may overtake it
 * @rate: bytes a second that fit through; 0: any
 * @queue: for how many microseconds a datagram may wait for that; one that
 *   would have to wait longer is lost
 *
 * How the network treats datagrams in one direction.
 */
typedef struct
{
  double loss;
  double duplication;
  double errors;
  gint64 delay;
  gint64 jitter;
  guint rate;
  gint64 queue;
} SimConditions;

/**
 * SimEndpoint:
 *
 * One end of an encrypted association over datagrams, such as a DTLS connection
 * would be: nobody else's datagrams come out of it, and it answers to where the
 * newest came from.
 */
#define SIM_TYPE_ENDPOINT (sim_endpoint_get_type ())
G_DECLARE_FINAL_TYPE (SimEndpoint, sim_endpoint, SIM, ENDPOINT, GObject)

SimEndpoint *sim_endpoint_new            (SimNetwork          *network,
                                          guint                address,
                                          guint                remote);
void         sim_endpoint_set_conditions (SimEndpoint         *self,
                                          const SimConditions *conditions);
void         sim_endpoint_move           (SimEndpoint         *self,
                                          guint                address);
void         sim_endpoint_inject         (SimEndpoint         *self,
                                          const void          *data,
                                          gsize                length);
void         sim_endpoint_break          (SimEndpoint         *self);
guint        sim_endpoint_get_n_sent     (SimEndpoint         *self);
guint64      sim_endpoint_get_n_bytes    (SimEndpoint         *self);

G_END_DECLS
