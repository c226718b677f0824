/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "screen.h"

#include <X11/Xlib.h>

/* Other processes' windows come and go at any time: a request for one that has
 * just gone is no reason to end. */
static int
ignore_error (Display *display, XErrorEvent *event)
{
  return 0;
}

static Display *
get_display (void)
{
  static Display *display;

  if (display == NULL)
    {
      display = XOpenDisplay (NULL);
      g_assert_nonnull (display);
      XSetErrorHandler (ignore_error);
    }

  return display;
}

static gboolean
is_toplevel (Display *display, Window window)
{
  XWindowAttributes attributes;

  if (!XGetWindowAttributes (display, window, &attributes))
    return FALSE;

  return attributes.map_state == IsViewable && attributes.class == InputOutput &&
         !attributes.override_redirect;
}

/*
 * hc_screen_list_windows:
 *
 * Returns: (transfer full) (element-type gulong): the windows that show, the
 *   lowest in the stack first; without a window manager that is the oldest,
 *   unless one has been focused since
 */
GArray *
hc_screen_list_windows (void)
{
  Display *display = get_display ();
  GArray *windows = g_array_new (FALSE, FALSE, sizeof (gulong));
  Window root, parent, *children = NULL;
  unsigned int n_children = 0;

  if (!XQueryTree (display, DefaultRootWindow (display), &root, &parent, &children, &n_children))
    return windows;

  for (unsigned int i = 0; i < n_children; i++)
    if (is_toplevel (display, children[i]))
      g_array_append_val (windows, children[i]);

  XFree (children);

  return windows;
}

void
hc_screen_place_window (gulong window, const GdkRectangle *area)
{
  XMoveResizeWindow (get_display (), window, area->x, area->y, (unsigned int) area->width,
                     (unsigned int) area->height);
  XSync (get_display (), False);
}

/*
 * hc_screen_focus_window:
 *
 * Raises the window and gives it the keyboard, as a click on it would.
 */
void
hc_screen_focus_window (gulong window)
{
  XRaiseWindow (get_display (), window);
  XSetInputFocus (get_display (), window, RevertToPointerRoot, CurrentTime);
  XSync (get_display (), False);
}

/* The file that Xvfb keeps is an xwd dump: a header of big-endian words, a
 * colour map that doesn't matter, and the pixels. */
enum
{
  XWD_HEADER_SIZE = 0,
  XWD_WIDTH = 4,
  XWD_HEIGHT = 5,
  XWD_BITS_PER_PIXEL = 11,
  XWD_BYTES_PER_LINE = 12,
  XWD_N_COLORS = 19,
  XWD_N_WORDS = 25,
  XWD_COLOR_SIZE = 12,
};

static gsize
get_word (const char *dump, guint index)
{
  guint32 word;

  memcpy (&word, dump + index * sizeof word, sizeof word);

  return GUINT32_FROM_BE (word);
}

static gsize
get_pixels_offset (const char *dump)
{
  return get_word (dump, XWD_HEADER_SIZE) + get_word (dump, XWD_N_COLORS) * XWD_COLOR_SIZE;
}

static gboolean
check_dump (const char *dump, gsize size, GError **error)
{
  if (size >= XWD_N_WORDS * sizeof (guint32) && get_word (dump, XWD_BITS_PER_PIXEL) == 32 &&
      size >= get_pixels_offset (dump) +
              get_word (dump, XWD_HEIGHT) * get_word (dump, XWD_BYTES_PER_LINE))
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
               "The screen is not 32 bits a pixel, as Xvfb keeps one of depth 24");

  return FALSE;
}

/* X leaves the fourth byte unused, where PNG would read transparency. */
static GBytes *
copy_pixels (const char *dump, const GdkRectangle *area)
{
  gsize stride = get_word (dump, XWD_BYTES_PER_LINE);
  const char *from = dump + get_pixels_offset (dump) + (gsize) area->y * stride + (gsize) area->x * 4;
  gsize width = (gsize) area->width * 4;
  guint8 *pixels = g_malloc (width * (gsize) area->height);

  for (gsize y = 0; y < (gsize) area->height; y++)
    memcpy (pixels + y * width, from + y * stride, width);

  for (gsize i = 3; i < width * (gsize) area->height; i += 4)
    pixels[i] = 0xff;

  return g_bytes_new_take (pixels, width * (gsize) area->height);
}

/*
 * hc_screen_save:
 * @path: where the PNG file goes
 * @area: (nullable): what part of the screen, in pixels; %NULL is all of it
 *
 * Takes a picture of the screen, as with-display.sh keeps it in `HC_FRAMEBUFFER`.
 */
gboolean
hc_screen_save (const char *path, const GdkRectangle *area, GError **error)
{
  const char *source = g_getenv ("HC_FRAMEBUFFER");
  g_autofree char *dump = NULL;
  g_autoptr (GBytes) pixels = NULL;
  g_autoptr (GdkTexture) texture = NULL;
  GdkRectangle part;
  gsize size;

  XSync (get_display (), False);

  if (!g_file_get_contents (source != NULL ? source : "no HC_FRAMEBUFFER", &dump, &size, error) ||
      !check_dump (dump, size, error))
    return FALSE;

  part = (GdkRectangle) { 0, 0, (int) get_word (dump, XWD_WIDTH), (int) get_word (dump, XWD_HEIGHT) };
  if (area != NULL && !gdk_rectangle_intersect (&part, area, &part))
    return g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                        "Nothing of that area is on the screen"), FALSE;

  pixels = copy_pixels (dump, &part);
  texture = gdk_memory_texture_new (part.width, part.height, GDK_MEMORY_B8G8R8A8_PREMULTIPLIED,
                                    pixels, (gsize) part.width * 4);
  if (gdk_texture_save_to_png (texture, path))
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "The picture could not be written to “%s”", path);

  return FALSE;
}
