/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * WAIT_UNTIL:
 * @condition: what shall become true
 *
 * Iterates the default main context until a condition holds. A test that
 * waits in vain fails, and says for what.
 */
#define WAIT_UNTIL(condition)                                                   \
  G_STMT_START                                                                  \
    {                                                                           \
      gint64 wait_end = wait_begin ();                                          \
                                                                                \
      while (!(condition))                                                      \
        wait_step (wait_end, G_STRLOC, G_STRFUNC, #condition);                  \
    }                                                                           \
  G_STMT_END

gint64 wait_begin  (void);
void   wait_step   (gint64      end,
                    const char *location,
                    const char *function,
                    const char *condition);
void   wait_settle (void);

G_END_DECLS
