/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "keyboard.h"

#include <X11/XKBlib.h>
#include <X11/Xlib.h>
#include <X11/extensions/XTest.h>

static Display *
get_display (void)
{
  static Display *display;

  if (display == NULL)
    {
      display = XOpenDisplay (NULL);
      g_assert_nonnull (display);
    }

  return display;
}

static void
set_key (KeySym   keysym,
         gboolean down)
{
  KeyCode code = XKeysymToKeycode (get_display (), keysym);

  g_assert_cmpuint (code, !=, 0);
  XTestFakeKeyEvent (get_display (), code, down, CurrentTime);
}

static KeySym
get_modifier (const char *name)
{
  if (g_str_equal (name, "Control"))
    return XStringToKeysym ("Control_L");
  if (g_str_equal (name, "Shift"))
    return XStringToKeysym ("Shift_L");
  if (g_str_equal (name, "Alt"))
    return XStringToKeysym ("Alt_L");
  g_error ("“%s” is no modifier", name);
}

/*
 * keyboard_press:
 * @keys: X11's name of a key, after those of modifiers, as in `Control+Shift+n`
 *
 * Presses keys together, and lets go of them.
 */
void
keyboard_press (const char *keys)
{
  g_auto (GStrv) names = g_strsplit (keys, "+", -1);
  guint n_modifiers = g_strv_length (names) - 1;
  KeySym key = XStringToKeysym (names[n_modifiers]);

  for (guint i = 0; i < n_modifiers; i++)
    set_key (get_modifier (names[i]), True);
  set_key (key, True);
  set_key (key, False);
  for (guint i = 0; i < n_modifiers; i++)
    set_key (get_modifier (names[i]), False);
  XSync (get_display (), False);
}

/*
 * keyboard_type:
 * @text: ASCII
 *
 * Types a text as it stands on an American keyboard, which is what Xvfb has.
 */
void
keyboard_type (const char *text)
{
  const KeySym shift = XStringToKeysym ("Shift_L");

  /* the keysym of a character in ASCII is its code */
  for (const char *c = text; *c != '\0'; c++)
    {
      KeySym keysym = (KeySym) *c;
      KeyCode code = XKeysymToKeycode (get_display (), keysym);
      gboolean shifted = XkbKeycodeToKeysym (get_display (), code, 0, 0) != keysym;

      if (shifted)
        set_key (shift, True);
      set_key (keysym, True);
      set_key (keysym, False);
      if (shifted)
        set_key (shift, False);
    }
  XSync (get_display (), False);
}
