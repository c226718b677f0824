/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "hc-application.h"
#include "hc-server.h"
#include "hc-window-private.h"
#include "session-util.h"

G_BEGIN_DECLS

/**
 * Desk:
 *
 * The fixture of the app's tests: the app in this process, one of its windows,
 * and a real server without a guard.
 */
typedef struct
{
  HcApplication *application;
  HcHost *host;
  GSettings *settings;
  HcServer *server;
  char *server_name;
  HcWindow *window;
  HcSession *session;
} Desk;

/**
 * Look:
 * @width: of the window
 * @height: of the window
 * @dark: whether it is dark
 * @rtl: whether it is read from right to left
 *
 * How a window is looked at.
 */
typedef struct
{
  int width;
  int height;
  gboolean dark;
  gboolean rtl;
} Look;

void  desk_set_up        (Desk          *desk,
                          gconstpointer  data);
void  desk_tear_down     (Desk          *desk,
                          gconstpointer  data);
void  desk_open_window   (Desk          *desk,
                          const Look    *look);
void  desk_close_window  (Desk          *desk);
void  desk_act           (Desk          *desk,
                          const char    *action);
gboolean desk_can        (Desk          *desk,
                          const char    *action);
void  desk_register      (Desk          *desk,
                          const char    *id);
HcSession *desk_call     (Desk          *desk,
                          const char    *peer_id);
HcSession *desk_call_v2  (Desk          *desk,
                          const char    *peer_id,
                          const char    *computer);
void  desk_forget_people (Desk          *desk);
void  desk_type          (Desk          *desk,
                          const char    *text);
void  look_apply         (const Look    *look);
void  window_settle      (GtkWindow     *window);
void  window_check_fits  (GtkWindow     *window);
void  window_save        (GtkWindow     *window,
                          const Look    *look,
                          const char    *name);

G_END_DECLS
