/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * HC_LINE_MAX_LENGTH:
 *
 * How many bytes a line may have, its end not counted. No message is
 * longer; what a peer can take is said by the session, in its own words.
 */
#define HC_LINE_MAX_LENGTH 65536

typedef struct _HcLineBuffer HcLineBuffer;

HcLineBuffer *hc_line_buffer_new      (void);
void          hc_line_buffer_free     (HcLineBuffer  *self);
void          hc_line_buffer_push     (HcLineBuffer  *self,
                                       const char    *data,
                                       gsize          length);
void          hc_line_buffer_finish   (HcLineBuffer  *self);
gboolean      hc_line_buffer_has_line (HcLineBuffer  *self);
char         *hc_line_buffer_pop      (HcLineBuffer  *self,
                                       GError       **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (HcLineBuffer, hc_line_buffer_free)

G_END_DECLS
