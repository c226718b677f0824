/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "party.h"

G_BEGIN_DECLS

/**
 * Town:
 *
 * The fixture of the tests in a lab: an internet with a real server on it, in one of
 * its modes, and the disks of all who live there.
 */
typedef struct
{
  gboolean udp;
  Lab *lab;
  Program *server;
  char *server_name;
  char *folder;
  const char *port;
  Party *alice;
  Party *bob;
} Town;

typedef void (*TownTest) (Town *town, gconstpointer data);

void     town_init           (int         *argc,
                              char      ***argv);
gboolean town_is_thorough    (void);
void     town_add_test       (const char  *suite,
                              const char  *path,
                              TownTest     test);
void     town_add_udp_test   (const char  *suite,
                              const char  *path,
                              TownTest     test);
void     town_set_delay      (Town        *town);
void     town_match          (Town        *town);
gboolean town_call           (Town        *town,
                              gint64      *ms);
void     town_part           (Town        *town);
guint    town_try            (Town        *town,
                              guint        n_tries,
                              guint        limit_ms);
void     town_await_messages (Party       *from,
                              Party       *to,
                              guint        count);
void     town_assert_told    (Party       *from,
                              Party       *to);
GArray  *town_measure        (Party       *from,
                              gsize        max_length);

gint64   get_percentile      (GArray      *times,
                              guint        percent);

G_END_DECLS
