/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The display that the app's tests stand on: a screen that can be looked at, an
 * accessibility bus, and the settings that were built. */

#include "config.h"
#include "screen.h"

#include <glib/gstdio.h>

static void
draw_red (GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer drawn)
{
  cairo_set_source_rgb (cr, 1, 0, 0);
  cairo_paint (cr);
  *(gboolean *) drawn = TRUE;
}

static GtkWindow *
present_red_window (gboolean *drawn)
{
  GtkWidget *window = gtk_window_new ();
  GtkWidget *area = gtk_drawing_area_new ();

  gtk_drawing_area_set_draw_func (GTK_DRAWING_AREA (area), draw_red, drawn, NULL);
  gtk_window_set_decorated (GTK_WINDOW (window), FALSE);
  gtk_window_set_default_size (GTK_WINDOW (window), 200, 150);
  gtk_window_set_child (GTK_WINDOW (window), area);
  gtk_window_present (GTK_WINDOW (window));

  return GTK_WINDOW (window);
}

static gulong
wait_for_window (void)
{
  for (;;)
    {
      g_autoptr (GArray) windows = hc_screen_list_windows ();

      if (windows->len == 1)
        return g_array_index (windows, gulong, 0);
      g_main_context_iteration (NULL, FALSE);
    }
}

/* The colour in the middle of a picture of the screen, 0xAARRGGBB. */
static guint32
look_at (const GdkRectangle *area)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkTexture) texture = NULL;
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "hybridchat-test-display.png", NULL);
  g_autofree guint32 *pixels = g_new (guint32, area->width * area->height);

  hc_screen_save (path, area, &error);
  g_assert_no_error (error);
  texture = gdk_texture_new_from_filename (path, &error);
  g_assert_no_error (error);
  g_unlink (path);

  g_assert_cmpint (gdk_texture_get_width (texture), ==, area->width);
  g_assert_cmpint (gdk_texture_get_height (texture), ==, area->height);
  gdk_texture_download (texture, (guchar *) pixels, (gsize) area->width * 4);

  return pixels[area->width * (area->height / 2) + area->width / 2];
}

static void
test_screenshot (void)
{
  const GdkRectangle area = { 300, 200, 200, 150 };
  gboolean drawn = FALSE;
  GtkWindow *window = present_red_window (&drawn);
  gulong number = wait_for_window ();

  hc_screen_place_window (number, &area);
  hc_screen_focus_window (number);
  while (!drawn || !gtk_window_is_active (window) || look_at (&area) != 0xffff0000)
    g_main_context_iteration (NULL, FALSE);

  gtk_window_destroy (window);
}

static void
test_outside (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (hc_screen_save ("/nowhere.png", &(GdkRectangle) { -10, 0, 10, 10 }, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
}

static void
test_accessibility (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &error);
  g_autoptr (GVariant) reply = NULL;
  const char *address;

  g_assert_no_error (error);
  reply = g_dbus_connection_call_sync (bus, "org.a11y.Bus", "/org/a11y/bus", "org.a11y.Bus", "GetAddress",
                                       NULL, G_VARIANT_TYPE ("(s)"), G_DBUS_CALL_FLAGS_NONE, -1,
                                       NULL, &error);
  g_assert_no_error (error);
  g_variant_get (reply, "(&s)", &address);
  g_assert_true (g_dbus_is_supported_address (address, NULL));
}

static void
test_settings (void)
{
  g_autoptr (GSettings) settings = g_settings_new (APPLICATION_ID);

  g_assert_cmpuint (g_settings_get_uint (settings, "port"), ==, 0);
  g_assert_true (g_settings_get_boolean (settings, "notifications"));
}

int
main (int argc, char *argv[])
{
  /* not gtk_test_init(), whose newer ones warn where there is no en_US.UTF-8 */
  g_test_init (&argc, &argv, NULL);
  gtk_init ();

  g_test_add_func ("/display/screenshot", test_screenshot);
  g_test_add_func ("/display/outside", test_outside);
  g_test_add_func ("/display/accessibility", test_accessibility);
  g_test_add_func ("/display/settings", test_settings);

  return g_test_run ();
}
