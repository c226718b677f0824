/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "lab.h"

G_BEGIN_DECLS

/**
 * PartyEvent:
 * @ms: when, on the monotonic clock
 * @name: what: see net-person.c
 * @rest: and the rest
 *
 * Something that has happened to a person.
 */
typedef struct
{
  gint64 ms;
  char *name;
  char *rest;
} PartyEvent;

/**
 * Party:
 *
 * One of those who talk: a net-person on a host of a lab, and all that has happened
 * to it.
 */
typedef struct _Party Party;

Party            *party_new       (Lab        *lab,
                                   const char *host,
                                   const char *program,
                                   const char *server,
                                   const char *folder,
                                   const char *port);
void              party_free      (Party      *self);
void              party_tell      (Party      *self,
                                   const char *format,
                                   ...) G_GNUC_PRINTF (2, 3);
GPtrArray        *party_get_events (Party     *self);
guint             party_mark      (Party      *self);
const PartyEvent *party_find      (Party      *self,
                                   guint       mark,
                                   const char *name,
                                   const char *rest);
const PartyEvent *party_find_last (Party      *self,
                                   const char *name);
const PartyEvent *party_await     (Party      *self,
                                   guint       mark,
                                   const char *name,
                                   const char *rest);
gboolean          party_is_in     (Party      *self,
                                   const char *state);
const char       *party_get_output (Party     *self);
guint             party_count     (Party      *self,
                                   const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Party, party_free)

G_END_DECLS
