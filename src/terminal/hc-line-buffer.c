/* SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "hc-terminal"

#include "config.h"
#include "hc-line-buffer.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <string.h>

struct _HcLineBuffer
{
  /* Whole lines, each ended by its newline, then perhaps the beginning of one
   * more. Of a line that is too long one byte too many is kept. */
  GString *text;
  gsize line_length;
};

/**
 * hc_line_buffer_new:
 *
 * Creates a buffer that makes lines out of bytes as they come.
 *
 * Returns: (transfer full): a buffer, to be freed with hc_line_buffer_free()
 */
HcLineBuffer *
hc_line_buffer_new (void)
{
  HcLineBuffer *self = g_new0 (HcLineBuffer, 1);

  self->text = g_string_new (NULL);
  return self;
}

/**
 * hc_line_buffer_free:
 * @self: a buffer
 *
 * Frees the buffer and what it holds.
 */
void
hc_line_buffer_free (HcLineBuffer *self)
{
  g_string_free (self->text, TRUE);
  g_free (self);
}

/* CRLF is two bytes beyond the line itself. */
static void
push_byte (HcLineBuffer *self,
           char          byte)
{
  if (byte == '\n')
    {
      g_string_append_c (self->text, byte);
      self->line_length = 0;
    }
  else if (self->line_length < HC_LINE_MAX_LENGTH + 2)
    {
      g_string_append_c (self->text, byte);
      self->line_length++;
    }
}

/**
 * hc_line_buffer_push:
 * @self: a buffer
 * @data: (array length=length): bytes, in pieces of any size
 * @length: how many
 *
 * Adds bytes. Of a line that is over %HC_LINE_MAX_LENGTH bytes only its
 * beginning is kept, and hc_line_buffer_pop() refuses it.
 */
void
hc_line_buffer_push (HcLineBuffer *self,
                     const char   *data,
                     gsize         length)
{
  g_return_if_fail (self != NULL);
  g_return_if_fail (data != NULL || length == 0);

  for (gsize i = 0; i < length; i++)
    push_byte (self, data[i]);
}

/**
 * hc_line_buffer_finish:
 * @self: a buffer
 *
 * Ends the input: a last line needs no newline.
 */
void
hc_line_buffer_finish (HcLineBuffer *self)
{
  g_return_if_fail (self != NULL);

  if (self->line_length > 0)
    push_byte (self, '\n');
}

/**
 * hc_line_buffer_has_line:
 * @self: a buffer
 *
 * Tells whether hc_line_buffer_pop() may be called.
 *
 * Returns: %TRUE if there is a whole line
 */
gboolean
hc_line_buffer_has_line (HcLineBuffer *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->text->len > self->line_length;
}

static gboolean
check_line (const char  *line,
            gsize        length,
            GError     **error)
{
  if (length > HC_LINE_MAX_LENGTH)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
                   _("A line may have at most %d bytes; this one is longer, and was not used."),
                   HC_LINE_MAX_LENGTH);
      return FALSE;
    }
  if (!g_utf8_validate_len (line, length, NULL))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                           _("A line is not UTF-8 text, and was not used."));
      return FALSE;
    }
  return TRUE;
}

/**
 * hc_line_buffer_pop:
 * @self: a buffer that has a line
 * @error: return location for a #GError in %G_IO_ERROR
 *
 * Takes the oldest line. One that can't be used is taken as well, so that the
 * next one can follow.
 *
 * Returns: (transfer full): the line in UTF-8 without its end, or %NULL with
 *   @error set if it is too long or not UTF-8
 */
char *
hc_line_buffer_pop (HcLineBuffer  *self,
                    GError       **error)
{
  const char *end;
  char *line = NULL;
  gsize length;

  g_return_val_if_fail (self != NULL && hc_line_buffer_has_line (self), NULL);

  end = memchr (self->text->str, '\n', self->text->len);
  length = end - self->text->str;
  if (length > 0 && end[-1] == '\r')
    length--;
  if (check_line (self->text->str, length, error))
    line = g_strndup (self->text->str, length);
  g_string_erase (self->text, 0, end + 1 - self->text->str);
  return line;
}
