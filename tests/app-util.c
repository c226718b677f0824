/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app-util.h"
#include "hc-identity.h"

#include <glib/gstdio.h>

static HcApplication *
get_application (void)
{
  static HcApplication *application;
  g_autoptr (GError) error = NULL;

  if (application != NULL)
    return application;

  application = hc_application_new ();
  g_application_set_flags (G_APPLICATION (application), G_APPLICATION_NON_UNIQUE);
  g_application_register (G_APPLICATION (application), NULL, &error);
  g_assert_no_error (error);
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  return application;
}

void
desk_set_up (Desk          *desk,
             gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  desk->application = get_application ();
  desk->settings = g_settings_new (APPLICATION_ID);
  g_settings_reset (desk->settings, "id");
  g_settings_reset (desk->settings, "server");
  desk->host = hc_host_new ();
  desk->server = g_object_new (HC_TYPE_SERVER, "port", 0, "max-requests", 0,
                               "udp", GPOINTER_TO_INT (data) == HC_TRANSPORT_UDP,
                               "addresses", (const char *const[]) { "127.0.0.1", NULL }, NULL);
  g_assert_true (hc_server_start (desk->server, &error));
  g_assert_no_error (error);
  desk->server_name = g_strdup_printf ("127.0.0.1:%u", hc_server_get_port (desk->server));
}

void
desk_tear_down (Desk          *desk,
                gconstpointer  data)
{
  if (desk->window != NULL)
    desk_close_window (desk);
  hc_server_stop (desk->server);
  wait_settle ();
  g_assert_finalize_object (desk->server);
  g_assert_finalize_object (desk->host);
  g_object_unref (desk->settings);
  g_free (desk->server_name);
}

void
look_apply (const Look *look)
{
  AdwStyleManager *manager = adw_style_manager_get_default ();

  gtk_widget_set_default_direction (look->rtl ? GTK_TEXT_DIR_RTL : GTK_TEXT_DIR_LTR);
  adw_style_manager_set_color_scheme (manager, look->dark ? ADW_COLOR_SCHEME_FORCE_DARK
                                                          : ADW_COLOR_SCHEME_FORCE_LIGHT);
}

void
desk_open_window (Desk       *desk,
                  const Look *look)
{
  look_apply (look);
  desk->window = hc_window_new (GTK_APPLICATION (desk->application), desk->host, desk->settings);
  desk->session = hc_window_get_session (desk->window);
  hc_session_set_address (desk->session, "127.0.0.1");
  gtk_window_set_default_size (GTK_WINDOW (desk->window), look->width, look->height);
  gtk_window_present (GTK_WINDOW (desk->window));
  window_settle (GTK_WINDOW (desk->window));
}

void
desk_close_window (Desk *desk)
{
  HcWindow *window = desk->window;

  session_close (desk->session);
  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *) &window);
  gtk_window_destroy (GTK_WINDOW (desk->window));
  desk->window = NULL;
  desk->session = NULL;
  WAIT_UNTIL (window == NULL);
}

void
desk_act (Desk       *desk,
          const char *action)
{
  g_assert_true (desk_can (desk, action));
  g_action_group_activate_action (G_ACTION_GROUP (desk->window), action, NULL);
}

gboolean
desk_can (Desk       *desk,
          const char *action)
{
  return g_action_group_get_action_enabled (G_ACTION_GROUP (desk->window), action);
}

void
desk_register (Desk       *desk,
               const char *id)
{
  hc_session_set_id (desk->session, id);
  hc_session_set_server (desk->session, desk->server_name);
  desk_act (desk, "register");
  session_await (desk->session, HC_SESSION_REGISTERED);
}

static void
find (Desk      *desk,
      HcSession *peer)
{
  hc_session_register (peer);
  session_await (peer, HC_SESSION_REGISTERED);
  hc_session_bridge (peer);
  session_await (peer, HC_SESSION_WAITING);
  desk_act (desk, "bridge");
  session_await (desk->session, HC_SESSION_MATCHED);
  desk_act (desk, "chat");
}

/* Somebody who speaks v1 waits, is found, and called. The window's user has registered. */
HcSession *
desk_call (Desk       *desk,
           const char *peer_id)
{
  HcSession *peer = session_new (peer_id, hc_server_get_port (desk->server));

  find (desk, peer);
  session_await (desk->session, HC_SESSION_CHATTING);
  session_await (peer, HC_SESSION_CHATTING);
  return peer;
}

/* The same with somebody who speaks v2. The key is that of the computer. Whether it comes to a
 * conversation depends on what is known of them. */
HcSession *
desk_call_v2 (Desk       *desk,
              const char *peer_id,
              const char *computer)
{
  HcSession *peer = session_new (peer_id, hc_server_get_port (desk->server));
  g_autofree char *folder = g_build_filename (g_get_user_data_dir (), computer, NULL);

  hc_session_set_data_folder (peer, folder);
  find (desk, peer);
  WAIT_UNTIL (hc_session_get_state (desk->session) != HC_SESSION_CONNECTING);
  if (hc_session_get_state (desk->session) == HC_SESSION_CHATTING)
    session_await (peer, HC_SESSION_CHATTING);
  return peer;
}

/* As if the window's user had never met anybody. */
void
desk_forget_people (Desk *desk)
{
  g_autofree char *folder = hc_identity_dup_default_folder ();
  g_autofree char *path = g_build_filename (folder, "known-peers.ini", NULL);

  g_remove (path);
}

void
desk_type (Desk       *desk,
           const char *text)
{
  HcConversationPage *page = hc_window_get_conversation_page (desk->window);

  hc_message_entry_insert (hc_conversation_page_get_entry (page), text);
}

static gboolean
on_tick (GtkWidget     *widget,
         GdkFrameClock *clock,
         gpointer       data)
{
  guint *left = data;

  return --*left > 0 ? G_SOURCE_CONTINUE : G_SOURCE_REMOVE;
}

/* A few frames: a list lays its rows out again once it has measured them. */
void
window_settle (GtkWindow *window)
{
  guint left = 4;

  WAIT_UNTIL (gtk_widget_get_mapped (GTK_WIDGET (window)));
  gtk_widget_add_tick_callback (GTK_WIDGET (window), on_tick, &left, NULL);
  WAIT_UNTIL (left == 0);
  wait_settle ();
}

static gboolean
is_scrolled_sideways (GtkWidget *widget)
{
  GtkPolicyType horizontal;

  if (!GTK_IS_SCROLLED_WINDOW (widget))
    return FALSE;
  gtk_scrolled_window_get_policy (GTK_SCROLLED_WINDOW (widget), &horizontal, NULL);
  return horizontal != GTK_POLICY_NEVER;
}

static void
check_label (GtkLabel *label)
{
  PangoLayout *layout = gtk_label_get_layout (label);
  int width;

  pango_layout_get_pixel_size (layout, &width, NULL);
  if (width > gtk_widget_get_width (GTK_WIDGET (label)) + 1)
    g_error ("cut off: \"%s\"", gtk_label_get_text (label));
}

static void
check_inside (GtkWidget *widget,
              GtkWidget *window)
{
  graphene_rect_t bounds;

  g_assert_true (gtk_widget_compute_bounds (widget, window, &bounds));
  if (bounds.size.width > 0 &&
      (bounds.origin.x < -1 ||
       bounds.origin.x + bounds.size.width > gtk_widget_get_width (window) + 1))
    g_error ("%s (%s) stands out of its window: from %g to %g of %d", G_OBJECT_TYPE_NAME (widget),
             gtk_widget_get_css_name (widget), bounds.origin.x,
             bounds.origin.x + bounds.size.width, gtk_widget_get_width (window));
}

static void
check_widget (GtkWidget *widget,
              GtkWidget *window)
{
  if (!gtk_widget_get_child_visible (widget) || !gtk_widget_get_mapped (widget) ||
      (GTK_IS_NATIVE (widget) && widget != window) || GTK_IS_SCROLLBAR (widget))
    return;
  if (widget != window)
    check_inside (widget, window);
  if (GTK_IS_LABEL (widget))
    check_label (GTK_LABEL (widget));
  if (is_scrolled_sideways (widget))
    return;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    check_widget (child, window);
}

/* Nothing stands out of the window, and no text out of its place. */
void
window_check_fits (GtkWindow *window)
{
  int minimum;

  gtk_widget_measure (GTK_WIDGET (window), GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL,
                      NULL);
  g_assert_cmpint (minimum, <=, 360);
  gtk_widget_measure (GTK_WIDGET (window), GTK_ORIENTATION_VERTICAL, 360, &minimum, NULL, NULL,
                      NULL);
  g_assert_cmpint (minimum, <=, 294);
  check_widget (GTK_WIDGET (window), GTK_WIDGET (window));
}

static char *
dup_path (const Look *look,
          const char *name)
{
  g_autofree char *folder = g_test_build_filename (G_TEST_BUILT, "screenshots", NULL);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
  return g_strdup_printf ("%s/%s-%dx%d-%s-%s.png", folder, name, look->width,
                          look->height, look->dark ? "dark" : "light", look->rtl ? "rtl" : "ltr");
}

static GskRenderNode *
take_picture (GdkPaintable *paintable)
{
  GtkSnapshot *snapshot = gtk_snapshot_new ();

  gdk_paintable_snapshot (paintable, snapshot,
                          gdk_paintable_get_intrinsic_width (paintable),
                          gdk_paintable_get_intrinsic_height (paintable));
  return gtk_snapshot_free_to_node (snapshot);
}

void
window_save (GtkWindow  *window,
             const Look *look,
             const char *name)
{
  g_autoptr (GdkPaintable) paintable = gtk_widget_paintable_new (GTK_WIDGET (window));
  GskRenderer *renderer = gtk_native_get_renderer (GTK_NATIVE (window));
  g_autoptr (GskRenderNode) node = NULL;
  g_autoptr (GdkTexture) texture = NULL;
  g_autofree char *path = dup_path (look, name);

  WAIT_UNTIL ((node = take_picture (paintable)) != NULL);
  texture = gsk_renderer_render_texture (renderer, node, NULL);
  g_assert_true (gdk_texture_save_to_png (texture, path));
  g_test_message ("%s", path);
}
