/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "accessible.h"

G_BEGIN_DECLS

/**
 * Person:
 *
 * Somebody in front of a window of the app: what they can do in it, and what
 * they see. person_activate() and its like go by the window's actions on D-Bus,
 * everything else by what a screen reader knows.
 */
typedef struct _Person Person;

Person     *person_new                (const char        *id,
                                       guint              number,
                                       Accessible        *application,
                                       Accessible        *view,
                                       gulong             window);
void        person_free               (Person            *self);

const char *person_get_id             (Person            *self);
Accessible *person_get_view           (Person            *self);
gulong      person_get_window         (Person            *self);
gboolean    person_has_closed         (Person            *self);
void        person_await_closed       (Person            *self);

void        person_press              (Person            *self,
                                       const char        *button);
void        person_press_in           (Person            *self,
                                       const char        *question,
                                       const char        *button);
void        person_answer             (Person            *self,
                                       const char        *question,
                                       const char        *button);
void        person_write              (Person            *self,
                                       const char        *entry,
                                       const char        *text);
void        person_say                (Person            *self,
                                       const char        *text);

void        person_await_words        (Person            *self,
                                       const char        *place,
                                       const char        *words);
void        person_await_button       (Person            *self,
                                       const char        *button);
void        person_await_placeholder  (Person            *self,
                                       const char        *words);
void        person_await_focus        (Person            *self,
                                       const char        *name);
char       *person_dup_focus          (Person            *self);
char       *person_await_other_focus  (Person            *self,
                                       const char        *before);
char       *person_dup_entry          (Person            *self,
                                       const char        *entry);
char       *person_dup_step           (Person            *self,
                                       guint              step);
GStrv       person_dup_conversation   (Person            *self);
void        person_await_conversation (Person            *self,
                                       const char *const *lines);

void        person_activate           (Person            *self,
                                       const char        *action,
                                       const char        *parameter);
void        person_try                (Person            *self,
                                       const char        *action);
gboolean    person_can                (Person            *self,
                                       const char        *action);
char       *person_dup_state          (Person            *self);
void        person_await_state        (Person            *self,
                                       const char        *state);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Person, person_free)

G_END_DECLS
