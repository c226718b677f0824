/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * Program:
 *
 * A program that a test runs, types to, and reads along. It is ended with the
 * test at the latest.
 */
typedef struct _Program Program;

Program    *program_new              (const char *const *argv);
Program    *program_new_on_terminal  (const char *const *argv);
void        program_free             (Program           *self);
void        program_type             (Program           *self,
                                      const char        *text);
void        program_type_bytes       (Program           *self,
                                      const char        *bytes,
                                      gsize              length);
void        program_end_input        (Program           *self);
void        program_close_output     (Program           *self);
void        program_signal           (Program           *self,
                                      int                number);
void        program_await_output     (Program           *self,
                                      const char        *text);
void        program_await_notice     (Program           *self,
                                      const char        *text);
void        program_await_exit       (Program           *self,
                                      int                status);
const char *program_get_output       (Program           *self);
const char *program_get_notices      (Program           *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Program, program_free)

G_END_DECLS
