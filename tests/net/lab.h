/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "program.h"

G_BEGIN_DECLS

/**
 * LabRouter:
 * @LAB_ROUTER_CLOSED: keeps ports, and lets in only who was written to (a "port
 *   restricted cone")
 * @LAB_ROUTER_ACCEPTING: keeps ports, and takes strangers' packets for its own,
 *   which for Linux is reason enough to choose another port for a guest's
 * @LAB_ROUTER_OPEN: hands everything over UDP to its first guest (a "full cone")
 * @LAB_ROUTER_SYMMETRIC: another port for each remote, and otherwise as closed
 *
 * How a router behaves to whom nobody has asked for.
 */
typedef enum
{
  LAB_ROUTER_CLOSED,
  LAB_ROUTER_ACCEPTING,
  LAB_ROUTER_OPEN,
  LAB_ROUTER_SYMMETRIC,
} LabRouter;

/**
 * Lab:
 *
 * An internet for one test: hosts and routers, each a network namespace, and a
 * wire between any two of them that can lose packets, delay them, or be cut.
 * To be used in in-lab.sh only.
 */
typedef struct _Lab Lab;

Lab        *lab_new           (void);
void        lab_free          (Lab               *self);
const char *lab_add_host      (Lab               *self,
                               const char        *name);
const char *lab_add_router    (Lab               *self,
                               const char        *name,
                               LabRouter          kind);
const char *lab_add_guest     (Lab               *self,
                               const char        *name,
                               const char        *router);
const char *lab_move          (Lab               *self,
                               const char        *name);
void        lab_lose          (Lab               *self,
                               guint              percent);
gboolean    lab_delay         (Lab               *self,
                               const char        *program,
                               guint              milliseconds);
Program    *lab_start         (Lab               *self,
                               const char        *name,
                               const char *const *argv);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Lab, lab_free)

G_END_DECLS
